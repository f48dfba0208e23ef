/**
 * When an object can be found no longer: it left its container, and no handle leads to it.
 *
 * A handle that is set to NULL in the span in which one object is unlinked pointed to that
 * object. With two objects unlinked nobody can tell to which of them.
 */
import type { AnalysisContext } from "./analysis-context.ts";
import type { LockState } from "./lock-state.ts";
import { isHandle, rootOf } from "./roots.ts";
import type { ValueId } from "./value.ts";

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

/** What happened on both ways. */
export function joinUnlinking(into: LockState, from: LockState): boolean {
  const unlinked = into.unlinked.filter((one) => from.unlinked.includes(one));
  const cleared = into.cleared.filter((one) => from.cleared.includes(one));
  if (unlinked.length === into.unlinked.length && cleared.length === into.cleared.length) return false;
  into.unlinked = unlinked;
  into.cleared = cleared;
  return true;
}
