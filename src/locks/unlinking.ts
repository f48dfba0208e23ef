/**
 * When an object can be found no longer: it left its container, and no handle leads to it.
 *
 * A handle that is set to NULL in the span in which one object is unlinked pointed to that
 * object. With two objects unlinked nobody can tell to which of them.
 */
import type { AnalysisContext } from "./analysis-context.ts";
import type { LockState } from "./lock-state.ts";
import { isHandle, rootOf } from "./roots.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** An object leaves the structure that it was linked in. */
export function unlink(context: AnalysisContext, state: LockState, object: ValueId): void {
  const pointer = context.table.pointerOf(object);
  if (!state.unlinked.includes(pointer)) state.unlinked = [...state.unlinked, pointer];
  settle(context, state);
}

/**
 * What a store of a pointer to such a struct takes out under a lock: the object whose own next one is
 * stored, or the one that the cell led to so far. @returns null where it takes out nothing that is known
 */
export function takenOut(
  { table }: AnalysisContext,
  state: LockState,
  { address, value, struct }: PointerStored,
): ValueId | null {
  if (!state.held.some(({ mode }) => mode === "exclusive")) return null;
  if (rootOf(table, state, address).kind === "private") return null;
  const stored = table.get(value);
  const next = stored.kind === "load" ? table.get(stored.address) : null;
  if (next?.kind === "field" && next.struct === struct) return next.base;
  const old = state.memory.get(address);
  return old === undefined || old === value || table.get(old).kind === "number" ? null : old;
}

interface PointerStored {
  readonly address: ValueId;
  readonly value: ValueId;
  /** What the pointer leads to: one of the structs that plain pointers alone lead to. */
  readonly struct: string;
}

/** An object can be found again: it was linked, or stored where others look. */
export function linkAnew(table: ValueTable, state: LockState, object: ValueId): void {
  const pointer = table.pointerOf(object);
  if (state.removed.has(pointer)) state.removed.delete(pointer);
  if (state.chains.has(pointer)) state.chains.delete(pointer);
  if (state.unlinked.includes(pointer)) state.unlinked = state.unlinked.filter((one) => one !== pointer);
}

/** The first of a row of objects was taken out, and nothing leads to the others but it. */
export function takeChain(
  { table }: AnalysisContext,
  state: LockState,
  { value, struct, taken }: Omit<PointerStored, "address"> & { readonly taken: ValueId },
): void {
  const pointer = table.pointerOf(taken);
  if (state.removed.has(pointer) && !table.mentions(value, pointer)) state.chains.set(pointer, struct);
}

/** Whether an object of the struct left its container on this path, by itself or behind another one. */
export function isTakenOut(
  table: ValueTable,
  state: LockState,
  { object, struct }: { readonly object: ValueId; readonly struct: string | null },
): boolean {
  const pointer = table.pointerOf(object);
  return state.removed.has(pointer) || (struct !== null && chainOf(table, state, pointer) === struct);
}

/** The struct of the row of objects that one is of, where it was taken out as a whole. */
export function chainOf(table: ValueTable, state: LockState, pointer: ValueId): string | null {
  if (state.chains.size === 0) return null;
  const known = state.chains.get(pointer);
  if (known !== undefined) return known;
  const value = table.get(pointer);
  const from = value.kind === "load" ? table.get(value.address) : null;
  if (from?.kind !== "field") return null;
  const chain = chainOf(table, state, table.pointerOf(from.base));
  return chain === from.struct ? chain : null;
}

/** A value is stored: NULL in a handle ends that way to an object. */
export function noteHandle(
  context: AnalysisContext,
  state: LockState,
  store: { readonly address: ValueId; readonly value: ValueId },
): void {
  const { table, guards } = context;
  if (guards.handles.size === 0 || !isHandle(table, guards, store.address)) return;
  const cell = table.get(store.address);
  const stored = table.get(store.value);
  if (cell.kind !== "field") return;
  const name = `${cell.struct}.${cell.field}`;
  const isCleared = stored.kind === "number" && stored.value === 0;
  const others = state.cleared.filter((one) => one !== name);
  state.cleared = isCleared ? [...others, name] : others;
  settle(context, state);
}

function settle({ guards }: AnalysisContext, state: LockState): void {
  const [only, ...others] = state.unlinked;
  const isFound = [...guards.handles].some((handle) => !state.cleared.includes(handle));
  if (only === undefined || isFound) return;
  if (guards.handles.size > 0 && others.length > 0) return;
  for (const pointer of state.unlinked) state.removed.set(pointer, true);
}

/** A lock was let go: what follows belongs to another span. */
export function endUnlinking(state: LockState): void {
  if (state.unlinked.length > 0) state.unlinked = [];
  if (state.cleared.length > 0) state.cleared = [];
}

/** What a variable of two values leads to is such a row where either is, or is nothing. */
export function joinChain(
  table: ValueTable,
  ways: readonly (readonly [LockState, ValueId])[],
  phi: ValueId,
): boolean {
  if (ways.every(([state]) => state.chains.size === 0)) return false;
  const chains = ways.map(([state, value]) => chainOf(table, state, table.pointerOf(value)));
  const [chain = null, ...others] = new Set(
    chains.filter((one, index) => one !== null || ways[index]?.[1] !== table.number(0)),
  );
  const before = ways[0]?.[0].chains.get(phi);
  for (const [state] of ways) {
    if (chain === null || others.length > 0) state.chains.delete(phi);
    else state.chains.set(phi, chain);
  }
  return before !== ways[0]?.[0].chains.get(phi);
}

/** What happened on both ways. */
export function joinUnlinking(into: LockState, from: LockState): boolean {
  const unlinked = into.unlinked.filter((one) => from.unlinked.includes(one));
  const cleared = into.cleared.filter((one) => from.cleared.includes(one));
  if (unlinked.length === into.unlinked.length && cleared.length === into.cleared.length) return false;
  into.unlinked = unlinked;
  into.cleared = cleared;
  return true;
}
