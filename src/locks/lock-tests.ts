/**
 * Functions that answer whether a lock is held, in whatever way they are written: `return w && is_locked(&w->lock)`,
 * `if (is_locked(&l)) return true; return false;`.
 */
import type { AnalysisContext } from "./analysis-context.ts";
import { isBool, type Leaving } from "./leaving.ts";
import { type LockState, ZERO } from "./lock-state.ts";
import { heldTestOf } from "./locking.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** Whether a function answers whether a lock is held, or asks one that does. */
export function testsLocks({
  ir,
  platform,
  summaries,
  table,
}: Pick<AnalysisContext, "ir" | "platform" | "summaries" | "table">): boolean {
  if (ir.returnType.kind !== "scalar" || ir.returnType.name === "void") return false;
  return ir.blocks.some(({ instructions }) =>
    instructions.some((one) => {
      if (one.kind !== "call" || one.callee === null) return false;
      const model = platform.functions.get(one.callee);
      if (model !== undefined) return model.lock?.kind === "test-held";
      const outcomes = summaries.get(one.callee)?.outcomes ?? [];
      return outcomes.some(({ result }) => result.value !== null && isLockTest(table, result.value));
    }),
  );
}

/** Whether a function does nothing but assert that locks are held. */
export function onlyAsserts({
  ir,
  platform,
  summaries,
}: Pick<AnalysisContext, "ir" | "platform" | "summaries">): boolean {
  if (ir.returnType.kind !== "scalar" || ir.returnType.name !== "void") return false;
  const instructions = ir.blocks.flatMap((block) => block.instructions);
  const asserts = ({ kind, callee }: { readonly kind: string; readonly callee?: string | null }) =>
    kind === "assert" || (callee != null && summaries.get(callee)?.isAssertion === true);
  return (
    instructions.some(asserts) &&
    instructions.every((one) => {
      if (one.kind === "store" || one.kind === "gap") return false;
      if (one.kind !== "call" || asserts(one)) return true;
      return one.callee !== null && platform.functions.get(one.callee)?.lock?.kind === "test-held";
    })
  );
}

export function isLockTest(table: ValueTable, id: ValueId): boolean {
  const value = table.get(id);
  return value.kind === "operator" && heldTestOf(value.operator) !== null;
}

/** How tests came out on the way, and which wait in a variable, as a key. */
export function testKey({ table }: AnalysisContext, state: LockState): string {
  const open = [...state.env.entries()].flatMap(([variable, value]) =>
    isLockTest(table, value) ? [`${variable}=${value}`] : [],
  );
  const done = [...state.signs.entries()].filter(([id]) => isLockTest(table, id));
  return [...done.map(([id, sign]) => `${id}:${sign}`).sort(), ...open].join();
}

/**
 * The returns of a function that tests locks: where it returns true behind a test, it returns the test. True
 * for another reason (`booting || is_locked(&l)`) is that as well: whoever asserts it means the lock, or a
 * time at which none is needed.
 */
export function asLockTests({ table, ir }: AnalysisContext, leaving: readonly Leaving[]): Leaving[] {
  if (!isBool(ir.returnType) && !leaving.every((one) => isTruth(table, one))) return [...leaving];
  const tested = leaving.map((one) => ({ one, test: testAtReturn(table, one) }));
  const [only = null, ...others] = new Set(tested.flatMap(({ test }) => test ?? []));
  const otherwise = others.length === 0 ? only : null;
  return tested.map(({ one, test }) => ({
    ...one,
    value: isTrue(table, one) ? (test ?? otherwise ?? one.value) : one.value,
  }));
}

/** A number that says no more than yes or no. */
function isTruth(table: ValueTable, { value }: Leaving): boolean {
  const returned = value === null ? null : table.get(value);
  return (
    returned?.kind === "operator" ||
    (returned?.kind === "number" && (returned.value === 0 || returned.value === 1))
  );
}

function testAtReturn(table: ValueTable, one: Leaving): ValueId | null {
  if (one.value !== null && isLockTest(table, one.value)) return one.value;
  return isTrue(table, one) ? (passedTests(table, one.exit.state).at(-1) ?? null) : null;
}

function isTrue(table: ValueTable, { value, signs }: Leaving): boolean {
  return value !== null && (signs & ZERO) === 0 && !isLockTest(table, value);
}

function passedTests(table: ValueTable, { signs }: LockState): ValueId[] {
  return [...signs.entries()].flatMap(([id, sign]) =>
    (sign & ZERO) === 0 && isLockTest(table, id) ? [id] : [],
  );
}
