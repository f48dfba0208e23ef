/**
 * Which locks are held where another one is taken.
 *
 * In: the states in which a lock is taken. Out: the pairs that `lock-order-graph.ts`
 * makes its edges of, and what of it a caller must know.
 */
import type { Nesting } from "./facts.ts";
import type { InnerAcquire } from "./function-summary.ts";
import type { LockState } from "./lock-state.ts";
import { lockText } from "./locking.ts";
import type { LockOperation } from "./observer.ts";
import { partsOf, type ValueId, type ValueTable } from "./value.ts";

/** The locks under which one is taken, merged over the states that take it. */
export function nestingsOf(
  known: readonly Nesting[] | null,
  state: LockState,
  operation: LockOperation,
): Nesting[] {
  // Its holder does not wait for it once more: that says nothing about the order.
  if (state.heldLock(operation.lock) !== null) return [...(known ?? [])];
  const without = operation.without ?? [];
  const here = state.held.flatMap((held): Nesting[] => {
    const [since] = held.spans;
    if (since === undefined || held.lock === operation.lock || without.includes(held.lock)) return [];
    const { lock, mode, evidence } = held;
    return [{ outer: lock, mode, evidence, since, certain: known === null }];
  });
  if (known === null) return here;
  const isHere = ({ outer }: Nesting) => here.some((one) => one.outer === outer);
  return [
    ...known.map((nesting) => (isHere(nesting) ? nesting : { ...nesting, certain: false })),
    ...here.filter(({ outer }) => !known.some((one) => one.outer === outer)),
  ];
}

/**
 * What locks of one name have in common: a global is a kind of its own, a member
 * lock one of all structs of the type. Null where nothing but the value tells.
 */
export function lockKind(table: ValueTable, lock: ValueId): string | null {
  const value = table.get(lock);
  switch (value.kind) {
    case "global":
      return value.name;
    case "field":
      if (value.struct === "" && SAYS_NOTHING.test(value.field)) return null;
      return isLocal(table, lock) ? null : lockText(table, lock);
    case "element":
    case "foreign":
      return lockKind(table, value.kind === "element" ? value.base : value.inner) === null
        ? null
        : lockText(table, lock);
    case "load":
      return lockKind(table, value.address) === null ? null : lockText(table, lock);
    default:
      return null;
  }
}

/** Members that any struct may have: of a struct that is not known they name no kind of lock. */
const SAYS_NOTHING = /^_*(?:spin|rw|read|write)?_?(?:lock|mutex)_?$/;

function isLocal(table: ValueTable, lock: ValueId): boolean {
  const { kind } = table.get(table.pointerOf(lock));
  return kind === "local" || kind === "fresh";
}

/** Pointers that are followed from a parameter or global: longer ways run round in linked structures. */
const LONGEST_WAY = 6;

/**
 * Whether a caller can say which value it is: made of parameters and globals only,
 * and of memory as it was on entry, by a way that people would write.
 */
export function isNameable(table: ValueTable, id: ValueId, loads = 0): boolean {
  const value = table.get(id);
  switch (value.kind) {
    case "parameter":
    case "global":
    case "function":
    case "number":
    case "text":
      return true;
    case "load":
      return value.version === 0 && loads < LONGEST_WAY && isNameable(table, value.address, loads + 1);
    case "field":
    case "element":
    case "container":
    case "operator":
      return partsOf(value).every((part) => isNameable(table, part, loads));
    default:
      return false;
  }
}

/** One lock counts once for each way to it; those that a caller has no name for once a kind. */
export function innerAcquires(table: ValueTable, acquires: readonly InnerAcquire[]): InnerAcquire[] {
  const distinct = new Map<string, InnerAcquire>();
  for (const one of acquires) {
    const key = acquireKey(table, one);
    if (key === null) continue;
    const known = distinct.get(key);
    const by = known?.by === one.by ? one.by : null;
    const unless = one.unless === null ? null : (known?.unless ?? null);
    distinct.set(key, known === undefined ? one : { ...known, unless, by });
  }
  return [...distinct.values()];
}

function acquireKey(
  table: ValueTable,
  { lock, mode, recursive, known, when, without }: InnerAcquire,
): string | null {
  if (known) return `${lock}:${mode}:${recursive}:${JSON.stringify([...when])}:${without.join()}`;
  const kind = lockKind(table, lock);
  return kind === null ? null : `${kind}:${mode}`;
}
