/**
 * guarded-access and caller-must-hold: a lock that must be held and is not.
 *
 * Both are one fact, a need that no caller fills; the first is shown at an
 * access, the second at a call whose callee accesses.
 */
import type { NotedFinding } from "../findings/index.ts";
import {
  type FunctionUnit,
  isLockOfAnyName,
  type LockNeed,
  lockText,
  type PathStep,
  type UnfilledNeed,
} from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { isTestedAgain } from "./check-then-act.ts";
import { reasonOf } from "./concurrency.ts";
import { withoutText } from "./missing-on-ways.ts";
import { paragraph, stepAt, textAt } from "./place.ts";
import { promisesLock } from "./promise.ts";
import { holdingOn } from "./release-audit.ts";
import { accessText, deepest } from "./steps.ts";
import { calleeSteps, callerSteps, pathSteps } from "./trace.ts";
import { unknownPairAround } from "./unknown-pair.ts";

export function checkMissingLocks(input: CheckInput): NotedFinding[] {
  return input.unfilled.map((unfilled) => missingLock(input, unfilled));
}

function missingLock(input: CheckInput, unfilled: UnfilledNeed): NotedFinding {
  const { unit, need } = unfilled;
  const { table } = input.program;
  const lock = lockText(table, need.lock);
  const access = deepest(need);
  const rule = need.guard === null ? null : (input.rules.get(need.guard.rule) ?? null);
  const verdict = input.concurrency.ofNeed(unfilled);
  const barrier = need.held.length === 0 ? barrierIn(input, unit) : null;
  const pair = need.certain ? unknownPairAround(input, unit, need.at) : null;
  const trace = [
    ...callerSteps(unfilled),
    ...pathSteps(unit, need.path, {
      subjects: new Set([need.lock]),
      allLocks: true,
      decisions: !need.certain,
    }),
    stepAt(unit, need.at, need.through === null ? accessText(need) : `calls ${need.through.callee}()`),
    ...calleeSteps(input, need.through?.need ?? null),
  ];
  return findingOf(
    {
      check: need.through === null ? "guarded-access" : "caller-must-hold",
      rule: need.guard?.rule ?? null,
      severity: isTestedAgain(unit, need) ? "note" : verdict.isKeptApart === true ? "warning" : "error",
      certain: need.certain && pair === null,
      unit,
      at: need.at,
      object: access.text,
      struct: access.struct,
      lock,
      held: heldTexts(input, need.held),
      message: messageOf(input, unfilled, lock) + (pair === null ? "" : pairDoubt(pair)),
      access: need.through === null ? need.text : textAt(unit, need.at),
      region: `${unit.file.path}:${unit.name}:${need.lock}:${need.stretch}`,
      helper: helperOf(input, unfilled),
    },
    {
      status: barrier === null ? verdict.status : "unknown",
      conflict: barrier === null ? verdict.conflict : [],
      trace,
      fix: adviceOf(input, unfilled, rule === null ? null : paragraph(rule.fix)),
      notes: {
        labels: [],
        also: [],
        ...(barrier === null ? reasonOf(verdict) : { statusReason: barrierReason(barrier) }),
      },
    },
  );
}

function pairDoubt([opening, closing]: readonly [string, string]): string {
  return `; ${opening}() and ${closing}() around it are not in these files, so whether they take the lock is not known`;
}

/** The function that is called without the lock; null for an access, and where it is not known. */
function helperOf({ graph }: CheckInput, { unit, need }: UnfilledNeed): string | null {
  if (need.through === null) return null;
  const called = graph.calleeOf(unit, need.through.callee);
  return called === undefined ? null : `${called.file.path}:${called.name}`;
}

/** The rule's own words, and where the function has let the lock go before, what holding it on would mean. */
function adviceOf(input: CheckInput, { unit, need }: UnfilledNeed, fix: string | null): string | null {
  const released = lastStep(need, "release");
  if (released === null || need.stretch === 0) return fix;
  const since = lastStep(need, "acquire");
  const uses = input.unfilled
    .filter((other) => other.unit === unit && other.need.lock === need.lock)
    .filter((other) => other.need.stretch === need.stretch)
    .map((other) => ({
      object: deepest(other.need).text.replace(/(->|\.)\s*[^->.]*$/, ""),
      at: other.need.at,
      text: deepest(other.need).text,
      through: other.need.through?.callee ?? null,
    }))
    .sort((left, right) => left.at.start - right.at.start);
  const held = holdingOn(input, unit, {
    lock: need.lock,
    released: { site: need.stretch, at: released.at, through: null },
    since: since === null ? null : { site: 0, at: since.at, through: null },
    uses,
    guard: need.guard,
    aim: "every use",
  });
  return [...(fix === null ? [] : [fix]), ...held].join(" ");
}

function lastStep({ path, lock }: LockNeed, kind: PathStep["kind"]): PathStep | null {
  for (let step = path; step !== null; step = step.previous)
    if (step.kind === kind && step.subject === lock) return step;
  return null;
}

function messageOf(input: CheckInput, unfilled: UnfilledNeed, lock: string): string {
  const { unit, need } = unfilled;
  const access = deepest(need);
  const verb = access.kind === "read" ? "read" : "written";
  const held = [...new Set([...heldTexts(input, need.held), ...heldByCallers(unfilled)])].sort();
  const doubt = need.held.some((one) => isLockOfAnyName(input.program.table, one))
    ? ", which may be another name for it"
    : "";
  const only = held.length === 0 ? "" : `, with only ${held.join(" and ")} held${doubt}`;
  const without = `${withoutText(need.guard, lock, unfilled.lacking)}${only}`;
  const how = need.heldShared ? `with ${lock} held for reading only` : without;
  if (need.through === null) {
    const again = isTestedAgain(unit, need) ? `; it is tested again once ${lock} is taken` : "";
    return `${access.text} is ${verb} ${how}${again}`;
  }
  const { callee } = need.through;
  if (need.through.need === null) return `${callee}() asserts ${lock}, and ${unit.name}() calls it ${how}`;
  if (access.guard === null)
    return `${callee}() leads to ${access.through?.callee ?? access.function}(), which asserts ${lock}, and is called ${how}`;
  const where = access.function === callee ? "" : ` in ${access.function}()`;
  const called = input.graph.calleeOf(unit, callee);
  const promise =
    called !== undefined && promisesLock(called, lock) ? `; its comment promises that ${lock} is held` : "";
  return `${callee}() is called ${how}, and ${access.text} is ${verb} there${where}${promise}`;
}

/** What whoever enters from outside holds, on every way on which the lock is missing. */
function heldByCallers({ callers, ways }: UnfilledNeed): readonly string[] {
  const [first, ...others] = callers.length === 0 ? ways : [];
  return (first?.holds ?? []).filter((lock) => others.every((way) => way.holds.includes(lock)));
}

/** A barrier between processors in a function that takes no lock: the order of accesses may be its protocol. */
function barrierIn({ program: { platform } }: CheckInput, { ir, facts }: FunctionUnit): string | null {
  if (facts.acquires.length > 0) return null;
  for (const id of ir.order) {
    for (const one of ir.blocks[id]?.instructions ?? []) {
      if (one.kind !== "call" || one.callee === null) continue;
      if (platform.functions.get(one.callee)?.barrier === true) return one.callee;
    }
  }
  return null;
}

function barrierReason(callee: string): string {
  return `the function orders its accesses with ${callee}(), which may be all that they need; that is not judged`;
}
