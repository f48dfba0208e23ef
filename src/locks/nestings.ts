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
import type { ValueId, ValueTable } from "./value.ts";

/** The locks under which one is taken, merged over the states that take it. */
export function nestingsOf(
  known: readonly Nesting[] | null,
  state: LockState,
  operation: LockOperation,
): Nesting[] {
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

/** Locks that a caller has no name for count once a kind. */
export function innerAcquires(table: ValueTable, acquires: readonly InnerAcquire[]): InnerAcquire[] {
  const kinds = new Set<string>();
  return acquires.filter(({ lock, mode, known }) => {
    if (known) return true;
    const kind = lockKind(table, lock);
    if (kind === null) return false;
    const key = `${kind}:${mode}`;
    return !kinds.has(key) && kinds.add(key);
  });
}
