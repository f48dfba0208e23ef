/**
 * check-then-act: what was decided in one span of a lock is acted on in a later
 * one without looking again; and the note for a test that is made once without
 * the lock and again with it.
 */
import type { Instruction } from "../c/index.ts";
import type { NotedFinding } from "../findings/index.ts";
import { type FunctionUnit, type LockNeed, lockText, type StaleDecision } from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { reasonOf } from "./concurrency.ts";
import { labelAt, stepAt, textAt } from "./place.ts";
import { pathSteps } from "./trace.ts";

export function checkStaleDecisions(input: CheckInput): NotedFinding[] {
  return input.program.units
    .filter((unit) => !input.graph.isBootOnly(unit))
    .flatMap((unit) =>
      unit.facts.staleDecisions
        .filter(({ count }) => count === undefined || isRaisedSomewhere(input, count))
        .map((decision) => decisionFinding(input, unit, decision)),
    );
}

/** Whether something adds a reference whatever the count is: what fails at zero does no harm. */
function isRaisedSomewhere({ program: { units, platform } }: CheckInput, count: string): boolean {
  return units.some(({ ir }) => {
    const all = ir.blocks.flatMap(({ instructions }) => instructions);
    return all.some((one) => {
      if (one.kind !== "call" || one.callee === null) return false;
      if (platform.functions.get(one.callee)?.reference !== "raise") return false;
      const cell = all.find((other) => "dst" in other && other.dst === one.args[0]);
      return cell !== undefined && cellNamed(all, cell) === count;
    });
  });
}

/** `struct.field` of an address, through the copies that an argument is. */
function cellNamed(all: readonly Instruction[], made: Instruction): string | null {
  if (made.kind === "field") return `${made.struct}.${made.field}`;
  const source = made.kind === "copy" ? all.find((one) => "dst" in one && one.dst === made.src) : undefined;
  return source === undefined ? null : cellNamed(all, source);
}

function decisionFinding(input: CheckInput, unit: FunctionUnit, decision: StaleDecision): NotedFinding {
  const { guard, lookup, at, struct, field } = decision;
  const lock = lockText(input.program.table, decision.lock);
  // Between the two spans the lock was not held.
  const held = decision.held.filter((one) => one !== decision.lock);
  const verdict = input.concurrency.ofAccess(unit, { struct, field, kind: "read", guard, held });
  const looked = labelAt(unit, lookup.at, "looked up here", "use");
  const path = pathSteps(unit, decision.path, {
    subjects: new Set([decision.lock]),
    decisions: !decision.certain,
  });
  const lookStep = stepAt(
    unit,
    lookup.at,
    lookup.cell === null || decision.kind === "dropped" ? `${lookup.text} called` : `${lookup.text} read`,
  );
  const isBefore = (step: { readonly line: number }) => step.line <= looked.line;
  const done = field === null ? "freed" : "written";
  const act = decision.through === null ? `${decision.text} ${done}` : `calls ${decision.through}()`;
  return findingOf(
    {
      check: "check-then-act",
      rule: guard.rule,
      severity: decision.kind === "dropped" ? "note" : "warning",
      certain: decision.certain,
      unit,
      at,
      object: decision.text,
      struct,
      lock,
      held: heldTexts(input, decision.held),
      message: messageOf(decision, lock),
      access: `${textAt(unit, lookup.at)} ${textAt(unit, at)}`,
      region: `${unit.file.path}:${unit.name}:decided:${lookup.at.start}:${decision.lock}`,
    },
    {
      status: verdict.status,
      conflict: verdict.conflict,
      trace: [
        ...path.filter(isBefore),
        lookStep,
        ...path.filter((step) => !isBefore(step)),
        stepAt(unit, at, act),
      ],
      fix:
        decision.kind === "dropped"
          ? `Give up the last reference with ${lock} held, or let a lookup fail where the count is zero.`
          : `Look again after ${lock} is taken again, or hold it from the lookup to here.`,
      notes: {
        labels: looked.line === labelAt(unit, at, "", "use").line ? [] : [looked],
        also: [],
        ...reasonOf(verdict),
      },
    },
  );
}

function messageOf(decision: StaleDecision, lock: string): string {
  const { kind, lookup, text, through } = decision;
  if (kind === "dropped")
    return `${lookup.text} gave up the last reference without ${lock}: a lookup may have raised the count since, and ${text} ${decision.field === null ? "is freed" : "is written"} all the same`;
  if (kind === "stored") {
    return `${text} is written from what was read in an earlier span of ${lock}: a change in between is lost`;
  }
  const what = lookup.cell === null ? `what ${lookup.text} found` : `the value of ${lookup.text}`;
  const act = through === null ? `${text} is written` : `${through}() is called`;
  return `${what} in an earlier span of ${lock} decides that ${act} in this one, without looking again`;
}

/**
 * Whether a test made without the lock is only a shortcut: the same member is
 * tested again once the lock is taken. It may still read half of a change.
 */
export function isTestedAgain(unit: FunctionUnit, need: LockNeed): boolean {
  if (need.through !== null || need.kind !== "read" || !isTest(unit, need)) return false;
  const taken = unit.facts.acquires.filter((one) => one.lock === need.lock && one.at.start > need.at.start);
  return unit.facts.accesses.some(
    ({ kind, struct, field, text, at, held }) =>
      kind === "read" &&
      struct === need.struct &&
      field === need.field &&
      text === need.text &&
      held.includes(need.lock) &&
      taken.some((one) => one.at.start < at.start),
  );
}

/** The access stands in a condition. */
function isTest(unit: FunctionUnit, need: LockNeed): boolean {
  return unit.ir.blocks.some(
    ({ end }) => end.kind === "branch" && end.at.start <= need.at.start && need.at.end <= end.at.end,
  );
}
