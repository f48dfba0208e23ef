/**
 * Who can reach an object: the ownership of memory, from its allocation to the
 * moment it is stored where others find it.
 *
 * The term ownership is RacerD's; an object loaded from a container is as
 * private as the container.
 */
import type { GuardTable } from "./guards.ts";
import type { LockState, Root } from "./lock-state.ts";
import type { ValueId, ValueTable } from "./value.ts";

export const NOTHING: Root = { kind: "nothing" };
export const SHARED: Root = { kind: "shared" };

/** Who can reach what `id` points to (or points into). */
export function rootOf(table: ValueTable, state: LockState, id: ValueId): Root {
  const known = state.roots.get(id);
  if (known !== undefined) return settle(table, state, known);
  const value = table.get(id);
  switch (value.kind) {
    case "parameter":
      return { kind: "parameter", index: value.index };
    case "fresh":
    case "local":
      return settle(table, state, { kind: "private", of: id });
    case "field":
    case "element":
    case "container":
      return rootOf(table, state, value.base);
    case "load": {
      const from = rootOf(table, state, value.address);
      // A pointer in a local came from somewhere. What hangs on a local list head is the function's own.
      const inLocal = from.kind === "private" && table.get(from.of).kind === "local";
      return inLocal && table.get(value.address).kind !== "field" ? SHARED : from;
    }
    case "operator":
      // A pointer that has moved on is one into the same memory.
      return MOVES.test(value.operator) ? rootOf(table, state, value.operands[0] ?? id) : SHARED;
    case "number":
      return value.value === 0 ? NOTHING : SHARED;
    default:
      return SHARED;
  }
}

const MOVES = /^[+-]$/;

/** What stands for the operator of a pointer to the running processor's own memory. */
const OWN_PROCESSOR = "own-processor";

/** The pointer that a function of the platform gives to the running processor's own memory. */
export function ownProcessors(
  table: ValueTable,
  during: "always" | "interrupts-off",
  operand: ValueId,
): ValueId {
  return table.intern({ kind: "operator", operator: `${OWN_PROCESSOR}:${during}`, operands: [operand] });
}

/** The variable of which a pointer leads to the running processor's own copy, and when nobody else touches it. */
export function ownProcessorsOf(
  table: ValueTable,
  pointer: ValueId,
): { readonly variable: ValueId; readonly always: boolean } | null {
  const value = table.get(pointer);
  if (value.kind !== "operator" || !value.operator.startsWith(OWN_PROCESSOR)) return null;
  const [variable] = value.operands;
  return variable === undefined ? null : { variable, always: value.operator.endsWith(":always") };
}

/** Whether only the processor that runs can come to an object now. */
export function isOwnProcessors(table: ValueTable, state: LockState, object: ValueId): boolean {
  const own = ownProcessorsOf(table, table.pointerOf(object));
  return own !== null && (own.always || state.interrupts === "off");
}

/** Follows private memory to where it was published since. */
function settle(table: ValueTable, state: LockState, root: Root): Root {
  if (root.kind !== "private") return root;
  const published = state.published.get(root.of);
  return published === undefined ? root : settle(table, state, published);
}

/** The ownership of a pointer that is one or the other: the more shared of the two. */
export function joinRoots(left: Root, right: Root): Root {
  if (left.kind === "nothing") return right;
  if (right.kind === "nothing") return left;
  if (left.kind === "shared" || right.kind === "shared") return SHARED;
  if (left.kind === "private") return right;
  if (right.kind === "private") return left;
  return left.index === right.index ? left : SHARED;
}

export function sameRoot(left: Root, right: Root): boolean {
  if (left.kind === "private" && right.kind === "private") return left.of === right.of;
  if (left.kind === "parameter" && right.kind === "parameter") return left.index === right.index;
  return left.kind === right.kind;
}

/** Whether memory at an address is a declared handle: what is read from it is shared. */
export function isHandle(table: ValueTable, guards: GuardTable, address: ValueId): boolean {
  const value = table.get(address);
  return value.kind === "field" && guards.handles.has(`${value.struct}.${value.field}`);
}

/** The object becomes reachable through `into`. Publishing private memory into itself changes nothing. */
export function publish(table: ValueTable, state: LockState, object: ValueId, into: Root): void {
  if (into.kind === "nothing") return;
  const root = rootOf(table, state, object);
  // A parameter's own ownership is the caller's business: noted for the summary, not followed here.
  if (root.kind === "parameter") {
    const pointer = table.intern({ kind: "parameter", index: root.index });
    if (table.pointerOf(object) === pointer && !(into.kind === "parameter" && into.index === root.index)) {
      state.published.set(pointer, into);
    }
    return;
  }
  if (root.kind !== "private" || (into.kind === "private" && into.of === root.of)) return;
  state.published.set(root.of, into);
}
