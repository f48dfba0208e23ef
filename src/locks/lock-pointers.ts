/**
 * Pointers to locks, in members and in variables of a file, and the locks that they lead to.
 *
 * A name counts for all structs that have it: with two of them more is stored than one of
 * them gets, which makes the answer less sure, never wrong.
 */
import type { ValueId, ValueTable } from "./value.ts";

/**
 * By name, the global locks whose address is stored there; null where something else is
 * stored too, or the pointer's own address is handed out.
 */
export type LockPointers = ReadonlyMap<string, readonly string[] | null>;

/** The locks that a pointer may be, and the cell that it was read from; null where that is not known. */
export function locksBehind(
  table: ValueTable,
  pointers: LockPointers,
  pointer: ValueId,
): { readonly address: ValueId; readonly locks: readonly ValueId[] } | null {
  const value = table.get(pointer);
  if (pointers.size === 0 || value.kind !== "load") return null;
  const cell = table.get(value.address);
  const name = cell.kind === "field" ? cell.field : cell.kind === "global" ? cell.name : null;
  const locks = name === null ? null : (pointers.get(name) ?? null);
  if (locks === null) return null;
  return { address: value.address, locks: locks.map((lock) => table.intern({ kind: "global", name: lock })) };
}

/** Whether a lock is known by the cell alone that its pointer was read from: it may be any. */
export function isLockOfAnyName(table: ValueTable, lock: ValueId): boolean {
  return table.get(lock).kind === "load";
}
