/**
 * Locks that the code tells apart by comparing pointers, where which of them are one was
 * lost on the way: what seems out of balance then is told by a test that nothing here can answer.
 */
import type { LockFault } from "./facts.ts";
import type { LockState } from "./lock-state.ts";
import { outcomeOf } from "./signs.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** Which of two comes first tells objects apart nowhere; a loop that counts asks it all the time. */
const COMPARES = /^[=!]=$/;

/** The two pointers of a comparison whose outcome the state does not know; null for every other condition. */
export function openComparison(
  table: ValueTable,
  state: LockState,
  condition: ValueId,
): readonly ValueId[] | null {
  const value = table.get(condition);
  if (value.kind !== "operator") return null;
  const [first, second] = value.operands;
  if (value.operator === "!" && first !== undefined) return openComparison(table, state, first);
  if (first === undefined || second === undefined || !COMPARES.test(value.operator)) return null;
  if ([first, second].some((operand) => isConstant(table, operand))) return null;
  return outcomeOf(table, state, condition) === null ? [first, second] : null;
}

function isConstant(table: ValueTable, id: ValueId): boolean {
  const { kind } = table.get(id);
  return kind === "number" || kind === "text";
}

/**
 * Whether a fault hangs on such a test: a release on one of the object whose lock it is, or on one
 * past which a leak keeps the same lock.
 */
export function isToldApart(table: ValueTable, faults: readonly LockFault[], fault: LockFault): boolean {
  // What is taken twice is one lock, by its value or by that test.
  if (fault.kind === "double-lock") return false;
  if (fault.test?.pointers.some((pointer) => table.mentions(fault.lock, pointer)) === true) return true;
  return faults.some((other) => other.lock === fault.lock && areTwoSides(fault, other));
}

/** One releases what is not held behind a test, the other keeps what is held past it. */
function areTwoSides(one: LockFault, other: LockFault): boolean {
  const [release, leak] = one.kind === "unlock-not-held" ? [one, other] : [other, one];
  const { test } = release;
  if (release.kind !== "unlock-not-held" || leak.kind !== "lock-leak" || test === null) return false;
  for (let step = leak.path; step !== null; step = step.previous)
    if (step.kind === "branch" && step.at.start === test.at.start) return true;
  return false;
}
