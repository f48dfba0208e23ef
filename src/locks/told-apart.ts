/**
 * Locks that the code tells apart by comparing pointers, where which of them are one was
 * lost on the way: what seems out of balance then is told by a test that nothing here can answer.
 */
import type { LockFault } from "./facts.ts";
import type { LockState, PathStep } from "./lock-state.ts";
import { outcomeOf } from "./signs.ts";
import type { ValueId, ValueTable } from "./value.ts";

const COMPARES = /^(?:[=!<>]=|[<>])$/;

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
 * Whether a fault hangs on such a test: on one of the object whose lock it is, or on one of which
 * the other side puts the same lock out of balance the other way.
 */
export function isToldApart(table: ValueTable, faults: readonly LockFault[], fault: LockFault): boolean {
  if (fault.kind === "double-lock") return false;
  const last = lastTest(fault.path);
  const ofObject = last?.open?.some((pointer) => table.mentions(fault.lock, pointer)) ?? false;
  return ofObject || faults.some((other) => other.lock === fault.lock && areTwoSides(fault, other));
}

/** One releases what is not held behind a test, the other keeps what is held past it. */
function areTwoSides(one: LockFault, other: LockFault): boolean {
  if (one.kind === other.kind) return false;
  const [release, leak] = one.kind === "unlock-not-held" ? [one, other] : [other, one];
  if (release.kind !== "unlock-not-held" || leak.kind !== "lock-leak") return false;
  const test = lastTest(release.path);
  return test?.open !== undefined && testsOf(leak.path).some((step) => isOneTest(step, test));
}

function isOneTest(one: PathStep, other: PathStep): boolean {
  return one.open !== undefined && one.at.start === other.at.start && one.what !== other.what;
}

function lastTest(path: PathStep | null): PathStep | null {
  return testsOf(path)[0] ?? null;
}

/** The tests on a path, last one first. */
function testsOf(path: PathStep | null): PathStep[] {
  const tests: PathStep[] = [];
  for (let step = path; step !== null; step = step.previous) if (step.kind === "branch") tests.push(step);
  return tests;
}
