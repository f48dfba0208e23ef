/**
 * lock-contract-change: after a patch a function treats a lock in another way, and
 * a caller does not follow: one in the files, or all of them, since none is in a
 * file that the patch changes.
 *
 * In: the program before and after, with the findings of both. Out: one warning a
 * function and lock; the callers' own findings say what happens there. A function
 * whose contract changed only because a callee's did is not told of by itself.
 */
import type { NotedFinding, TraceStep } from "../findings/index.ts";
import type { FunctionUnit } from "../locks/index.ts";
import { type CheckInput, findingOf } from "./check-input.ts";
import { changesOf, contractOf, lockName, type TermChange, termsOf, unnamedHeld } from "./lock-contract.ts";
import { stepAt } from "./place.ts";
import { functionName } from "./steps.ts";

export interface Version {
  readonly input: CheckInput;
  readonly findings: readonly NotedFinding[];
}

export function checkLockContracts(before: Version, after: Version): NotedFinding[] {
  const old = new Map(before.input.program.units.map((unit) => [keyOf(unit), unit]));
  const fresh = newFindings(before, after);
  const sides = { before: before.input, after: after.input };
  return after.input.program.units.flatMap((unit) => {
    const was = old.get(keyOf(unit));
    if (was === undefined || was.item.source === unit.item.source) return [];
    return contractChanges(sides, { was, unit }).flatMap((change) => {
      if (fresh.some((one) => one.check === "lock-leak" && isAbout(one, unit, change.lock))) return [];
      const failing = failingCallers(sides, { unit, lock: change.lock, fresh, old });
      if (failing.length > 0) return [contractFinding(unit, change, failing)];
      return isLeftToOthers(sides, { was, unit }, { change, fresh })
        ? [contractFinding(unit, change, [])]
        : [];
    });
  });
}

function keyOf({ name, file, ir }: FunctionUnit): string {
  return ir.isStatic ? `${file.path}:${name}` : name;
}

function newFindings(before: Version, after: Version): NotedFinding[] {
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  return after.findings.filter(({ fingerprint }) => !known.has(fingerprint));
}

interface ContractChange {
  readonly lock: string;
  readonly terms: readonly TermChange[];
}

interface Sides {
  readonly before: CheckInput;
  readonly after: CheckInput;
}

/** One function before and after. */
interface Pair {
  readonly was: FunctionUnit;
  readonly unit: FunctionUnit;
}

function contractChanges({ before, after }: Sides, { was, unit }: Pair): ContractChange[] {
  const [old, now] = [contractOf(before.program, was), contractOf(after.program, unit)];
  if (now === null && old === null) return [];
  const [left, right] = [old ?? new Map(), now ?? new Map()];
  const ownFaults = unit.facts.faults.flatMap((fault) => lockName(after.program.table, fault.lock) ?? []);
  const locks = [...new Set([...left.keys(), ...right.keys(), ...ownFaults])].sort();
  return locks.flatMap((lock): ContractChange[] => {
    if (isKeptByCondition({ before, after }, { was, unit }, lock))
      return [{ lock, terms: [{ text: `now returns with ${lock} held on some returns`, onReturn: true }] }];
    // What it loses or doubles is an error of its own, and no contract.
    if (isOutOfBalance(after, unit, lock)) return [];
    const terms = changesOf(termsOf(left, lock), termsOf(right, lock), lock);
    return terms.length === 0 ? [] : [{ lock, terms }];
  });
}

function isOutOfBalance({ program }: CheckInput, { facts }: FunctionUnit, lock: string): boolean {
  return [...facts.faults, ...facts.guesses].some((fault) => lockName(program.table, fault.lock) === lock);
}

/**
 * Whether it now returns with the lock under a condition that its callers know: by itself that may be
 * half of a pair, and is no error.
 */
function isKeptByCondition({ before, after }: Sides, { was, unit }: Pair, lock: string): boolean {
  const kept = ({ program }: CheckInput, { facts }: FunctionUnit) =>
    facts.faults.filter(
      ({ kind, minor, lock: own }) =>
        kind === "lock-leak" && minor === null && lockName(program.table, own) === lock,
    );
  const now = kept(after, unit);
  return now.length > 0 && now.every(({ canBeTold }) => canBeTold) && kept(before, was).length === 0;
}

interface FailingCaller {
  readonly unit: FunctionUnit;
  readonly call: TraceStep;
  readonly findings: readonly NotedFinding[];
}

interface Question {
  readonly unit: FunctionUnit;
  readonly lock: string;
  readonly fresh: readonly NotedFinding[];
  readonly old: ReadonlyMap<string, FunctionUnit>;
}

/**
 * Callers with a new finding about the lock, those that are out of balance now and were not, as
 * halves of a pair that nobody meant, those that have no name for the lock, and those that are
 * entered from outside and pass the change on as they are: nobody above them knows.
 */
function failingCallers({ before, after }: Sides, { unit, lock, fresh, old }: Question): FailingCaller[] {
  const failing = new Map<FunctionUnit, FailingCaller>();
  const asked = new Set([unit]);
  const isUnnamed = unnamedHeld(after.program, unit).some(
    (one) => lockName(after.program.table, one) === lock,
  );
  for (const callee of asked) {
    for (const { unit: caller, call } of after.graph.callersOf(callee)) {
      if (failing.has(caller) || asked.has(caller)) continue;
      const findings = fresh.filter(
        (finding) =>
          finding.lock === lock && finding.function === caller.name && finding.file === caller.file.path,
      );
      const step = stepAt(caller, call.at, `calls ${callee.name}()`);
      const was = old.get(keyOf(caller));
      const isAsItWas = was !== undefined && was.item.source === caller.item.source;
      const passesOn = isAsItWas && isChanged({ before, after }, { was, unit: caller }, lock);
      const isLost = isAsItWas && isOutOfBalance(after, caller, lock) && !isOutOfBalance(before, was, lock);
      const cannotKnow = isAsItWas && callee === unit && isUnnamed;
      if (findings.length > 0 || isLost || cannotKnow)
        failing.set(caller, { unit: caller, call: step, findings });
      else if (passesOn && after.graph.waysOf(caller).length > 0)
        failing.set(caller, { unit: caller, call: step, findings });
      else if (isAsItWas) asked.add(caller);
    }
  }
  return [...failing.values()];
}

/**
 * Whether the function leaves its callers with other locks than before while they
 * stand in files that the patch does not touch, or behind a table or a macro, and
 * nothing else says so.
 */
function isLeftToOthers(
  { before, after }: Sides,
  { was, unit }: Pair,
  { change, fresh }: { readonly change: ContractChange; readonly fresh: readonly NotedFinding[] },
): boolean {
  if (!change.terms.some(({ onReturn }) => onReturn)) return false;
  if (before.graph.callersOf(was).length + after.graph.callersOf(unit).length > 0) return false;
  return !fresh.some((finding) => isAbout(finding, unit, change.lock));
}

function isAbout({ lock, function: name }: NotedFinding, unit: FunctionUnit, about: string): boolean {
  return lock === about && name === unit.name;
}

/** Whether its own callers are left with other locks than before. */
function isChanged(sides: Sides, pair: Pair, lock: string): boolean {
  return contractChanges(sides, pair).some(
    (change) => change.lock === lock && change.terms.some((term) => term.onReturn),
  );
}

function contractFinding(
  unit: FunctionUnit,
  { lock, terms }: ContractChange,
  failing: readonly FailingCaller[],
): NotedFinding {
  const texts = terms.map(({ text }) => text);
  const last = ({ findings: [finding] }: FailingCaller): TraceStep[] => (finding?.trace ?? []).slice(-1);
  return findingOf(
    {
      check: "lock-contract-change",
      rule: null,
      severity: "warning",
      certain:
        failing.length === 0 ||
        failing.some(({ findings }) => findings.some(({ confidence }) => confidence === "must")),
      unit,
      at: functionName(unit),
      object: null,
      struct: null,
      lock,
      held: [],
      message: `${unit.name}() ${andText(texts)}, and ${whoFails(unit, failing)} not follow`,
      access: texts.join("; "),
    },
    {
      status: "live",
      conflict: [],
      trace: [
        stepAt(unit, functionName(unit), texts.join(", ")),
        ...failing.flatMap((caller) => [caller.call, ...last(caller)]),
      ],
      fix: null,
      notes: { labels: [], also: [] },
    },
  );
}

function whoFails({ ir }: FunctionUnit, failing: readonly FailingCaller[]): string {
  const names = failing.map((caller) => `${caller.unit.name}()`);
  if (names.length === 0)
    return ir.isStatic ? "whoever has its address does" : "its callers, in other files, do";
  if (names.length > 3) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more callers do`;
  return `${andText(names)} ${names.length === 1 ? "does" : "do"}`;
}

function andText(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
