/**
 * Taking and releasing locks in a state.
 *
 * Locks are equal when their values are; two that may or may not be one
 * (`a->next->lock` read twice) count as one when a release fits no other.
 */
import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import {
  type HeldLock,
  type LockEvidence,
  type LockState,
  POSITIVE,
  type Span,
  type When,
} from "./lock-state.ts";
import { forgetGuardedBy } from "./memory.ts";
import type { LockOperation } from "./observer.ts";
import { ownProcessorsOf } from "./roots.ts";
import { areApart, restrict } from "./signs.ts";
import { endUnlinking } from "./unlinking.ts";
import { partsOf, type ValueId, type ValueTable } from "./value.ts";

/** How a lock is spelt for people: a global by its name, a member as `struct_tag.member`. */
export function lockText(table: ValueTable, lock: ValueId): string {
  const value = table.get(lock);
  switch (value.kind) {
    case "global":
      return value.name;
    case "field":
      return value.struct === "" ? value.field : `${value.struct}.${value.field}`;
    case "element":
      return `${lockText(table, value.base)}[]`;
    case "foreign":
      return lockText(table, value.inner);
    case "load":
      return `*${lockText(table, value.address)}`;
    case "parameter":
      return `argument ${value.index + 1}`;
    default: {
      const own = ownProcessorsOf(table, lock);
      return own === null ? "a lock" : lockText(table, own.variable);
    }
  }
}

/** Whether two texts may spell one kind of lock: the struct of one of them may not be known. */
export function isOneKind(left: string, right: string): boolean {
  if (left === right) return true;
  const [bare, full] = left.includes(".") ? [right, left] : [left, right];
  return !bare.includes(".") && full.endsWith(`.${bare}`);
}

export function acquire(context: AnalysisContext, state: LockState, asked: LockOperation): void {
  const { table, recorder } = context;
  const held = heldByAnyName(table, state, asked.lock);
  const operation = { ...asked, lock: held?.lock ?? asked.lock };
  const span: Span = { site: operation.site, at: operation.at, through: operation.through };
  const name = lockText(table, operation.lock);
  recorder?.acquire(state, operation);
  noteTaken(state, operation.lock, null);
  if (state.perhapsReleased.length > 0)
    state.perhapsReleased = state.perhapsReleased.filter((lock) => lock !== operation.lock);
  state.notHeld = state.notHeld.filter((lock) => lock !== operation.lock);
  if (held !== null) {
    if (!operation.recursive) recorder?.doubleLock(state, operation, held);
    // Round a loop the depth would grow without end, and no state be like one before it.
    const depth = operation.recursive ? held.depth + 1 : 2;
    const isMixed = held.mode !== operation.mode;
    // One finding is enough: what follows is judged as if both had worked.
    replace(state, held, { ...held, depth, ...(isMixed && { mode: "exclusive", isMixed }) });
    return;
  }
  assumePointer(table, state, operation.lock);
  forgetGuardedBy(context, state, name, operation.site);
  hold(state, {
    lock: operation.lock,
    mode: operation.mode,
    depth: 1,
    evidence: "acquired",
    spans: [span],
    recursive: operation.recursive,
    ...(operation.tried === true && { tried: true }),
  });
  const what = operation.through === null ? `${name} acquired` : `${name} acquired in ${operation.through}()`;
  state.step({ kind: "acquire", at: operation.at, what, subject: operation.lock });
}

/** @param unless what the arguments are on the ways that do not take it; null where all do */
export function noteTaken(state: LockState, lock: ValueId, unless: When | null): void {
  const known = state.taken.get(lock);
  if (known !== null && known !== unless) state.taken = new Map([...state.taken, [lock, unless]]);
}

/** A lock was used: the pointer to it, or to the object around it, is none that says there is no such thing. */
function assumePointer(table: ValueTable, state: LockState, lock: ValueId): void {
  const pointer = table.pointerOf(lock);
  const { kind } = table.get(pointer);
  if (kind !== "parameter" && kind !== "number" && kind !== "global")
    restrict(table, state, pointer, POSITIVE);
}

/** The lock is held although nothing here took it: the code asserts it, or the model declares it. */
export function believeHeld(
  state: LockState,
  belief: {
    readonly lock: ValueId;
    readonly mode: LockMode;
    readonly evidence: LockEvidence;
    readonly site: number;
    readonly at: SourceRange;
  },
): void {
  if (state.heldLock(belief.lock) !== null) return;
  const span: Span = { site: belief.site, at: belief.at, through: null };
  hold(state, {
    lock: belief.lock,
    mode: belief.mode,
    depth: 1,
    evidence: belief.evidence,
    spans: [span],
    recursive: true,
  });
}

/** Behind a test that is true for the holder alone, or that ends everything where it is false, the lock is held. */
export function believeTest(
  table: ValueTable,
  state: LockState,
  {
    condition,
    truth,
    at,
    isAssertion,
  }: {
    readonly condition: ValueId;
    readonly truth: boolean;
    readonly at: SourceRange;
    readonly isAssertion: boolean;
  },
): void {
  const value = table.get(condition);
  const [operand] = value.kind === "operator" ? value.operands : [];
  if (value.kind !== "operator" || operand === undefined) return;
  if (value.operator === "!")
    believeTest(table, state, { condition: operand, truth: !truth, at, isAssertion });
  const test = heldTestOf(value.operator);
  if (test !== null && (test.own || isAssertion) && truth)
    believeHeld(state, { lock: operand, mode: test.mode, evidence: "asserted", site: condition, at });
}

interface HeldTest {
  readonly mode: LockMode;
  /** True for the holder alone. */
  readonly own: boolean;
}

/** How a test whether a lock is held is kept: the operator of its value. */
export function heldTest({ mode, own }: HeldTest): string {
  return `held:${mode}${own ? ":own" : ""}`;
}

/** @returns null for every other operator */
export function heldTestOf(operator: string): HeldTest | null {
  const [, mode, own] = /^held:(shared|exclusive)(:own)?$/.exec(operator) ?? [];
  return mode === "shared" || mode === "exclusive" ? { mode, own: own !== undefined } : null;
}

export function release(context: AnalysisContext, state: LockState, operation: LockOperation): void {
  const { table, recorder } = context;
  const held = heldFor(table, state, operation);
  if (held === null) {
    // Who let the lock out of an unknown function, or of one that does not tell, may hold it.
    if (isUnsure(table, state, operation.lock)) {
      recorder?.unsureRelease(operation.lock);
      return;
    }
    if (isFromUnknownCall(context, operation.lock)) return;
    if (isFromLocal(table, operation.lock)) return;
    const isBeside = state.held.some(({ lock }) => areOfNeighbours(table, lock, operation.lock));
    if (isUnnamed(table, operation.lock) && !isBeside) {
      letGoUnnamed(table, state);
      return;
    }
    recorder?.badRelease(state, operation);
    const cycled = state.cycled.some(({ lock }) => lock === operation.lock);
    if (!cycled && isCallers(table, operation.lock)) {
      state.released = [...state.released.filter((lock) => lock !== operation.lock), operation.lock];
    }
    return;
  }
  recorder?.goodRelease(state, operation, held);
  if (held.depth > 1) {
    replace(state, held, { ...held, depth: held.depth - 1 });
    return;
  }
  state.held = state.held.filter((entry) => entry !== held);
  if (operation.isPerhaps === true) state.perhapsReleased = [...state.perhapsReleased, held.lock];
  endUnlinking(state);
  const released: Span = { site: operation.site, at: operation.at, through: operation.through };
  state.cycled = [
    ...state.cycled.filter(({ lock }) => lock !== held.lock),
    { lock: held.lock, last: released },
  ];
  if (held.evidence !== "acquired" && isCallers(table, held.lock)) {
    state.released = [...state.released.filter((lock) => lock !== held.lock), held.lock];
  }
  const name = lockText(table, held.lock);
  const what = operation.through === null ? `${name} released` : `${name} released in ${operation.through}()`;
  state.step({ kind: "release", at: operation.at, what, subject: held.lock });
  for (const [value, spans] of [...state.origins.entries()]) {
    const span = spans.find((origin) => held.spans.some((own) => own.site === origin.site));
    if (span === undefined) continue;
    state.stale.set(value, { lock: held.lock, span, released, certain: operation.isPerhaps !== true });
  }
}

/** Whether a callee may have left it held: by its name, or as one that has none here. */
export function isUnsure(table: ValueTable, { unsure }: LockState, lock: ValueId): boolean {
  return unsure.some(
    (one) =>
      one === lock ||
      (table.get(one).kind === "foreign" && isOneKind(lockText(table, one), lockText(table, lock))),
  );
}

/** The lock, also where its object or index is another one that was compared equal. */
export function heldByAnyName(table: ValueTable, state: LockState, lock: ValueId): HeldLock | null {
  return state.heldLock(lock) ?? heldAsEqual(table, state, lock);
}

/** The same lock by another name: its object, or its index, was compared equal to the one whose lock is held. */
export function heldAsEqual(table: ValueTable, state: LockState, lock: ValueId): HeldLock | null {
  if (state.held.length === 0 || (state.equals.size === 0 && state.numbers.size === 0)) return null;
  const wanted = representative(table, state, lock);
  return state.held.find((held) => representative(table, state, held.lock) === wanted) ?? null;
}

function representative(table: ValueTable, state: LockState, id: ValueId): ValueId {
  const same = state.equals.get(id);
  if (same !== undefined) return representative(table, state, same);
  const value = table.get(id);
  if (value.kind === "field")
    return table.field(representative(table, state, value.base), value.struct, value.field);
  if (value.kind === "element") {
    const [base, index] = [value.base, value.index].map((one) => representative(table, state, one));
    return table.intern({ ...value, base: base ?? value.base, index: index ?? value.index });
  }
  if (value.kind === "load")
    return table.intern({ ...value, address: representative(table, state, value.address) });
  const numbers = state.numbers.get(id);
  const [only, ...others] = numbers?.isOneOf === true ? numbers.numbers : [];
  return only === undefined || others.length > 0 ? id : table.number(only);
}

/** The held lock that a release means: the same, or the only one that may be the same. */
function heldFor(table: ValueTable, state: LockState, operation: LockOperation): HeldLock | null {
  const exact = heldByAnyName(table, state, operation.lock);
  if (exact !== null) {
    const fits = exact.mode === operation.mode || exact.evidence !== "acquired" || exact.isMixed === true;
    return fits ? exact : null;
  }
  const name = lockText(table, operation.lock);
  const candidates = state.held.filter(
    (entry) =>
      entry.mode === operation.mode &&
      lockText(table, entry.lock) === name &&
      !areApart(table, state, holderOf(table, entry.lock), holderOf(table, operation.lock)) &&
      mayBeSame(table, entry.lock, operation.lock),
  );
  // A local that was filled where it cannot be seen may lead to any lock: what it might be is let go.
  const possible = isFromLocal(table, operation.lock)
    ? state.held.filter(({ mode, evidence }) => mode === operation.mode && evidence === "acquired")
    : candidates;
  const [only, ...others] = possible;
  if (only !== undefined) return others.length === 0 ? only : null;
  const back = state.held.filter(
    ({ lock, mode }) =>
      mode === operation.mode &&
      (isWayBack(table, operation.lock, lock) || isWayBack(table, lock, operation.lock)),
  );
  return back.length === 1 ? (back[0] ?? null) : null;
}

/** What a lock is a member of; the lock itself when it is none. */
function holderOf(table: ValueTable, lock: ValueId): ValueId {
  const value = table.get(lock);
  return value.kind === "field" ? value.base : lock;
}

/**
 * Whether a lock is another one by way of a pointer that leads back: `dev->port->owner->lock`
 * for `dev->lock`, where `owner` of another struct points to one such as `dev`.
 */
function isWayBack(table: ValueTable, lock: ValueId, other: ValueId): boolean {
  if (lockText(table, lock) !== lockText(table, other) || !table.mentions(lock, objectOf(table, other)))
    return false;
  const straight = straightened(table, lock);
  return straight !== lock && mayBeSame(table, straight, other);
}

/** The object at whose member a way begins. */
function objectOf(table: ValueTable, id: ValueId): ValueId {
  const value = table.get(id);
  const [first] = partsOf(value);
  return value.kind === "field" || value.kind === "load" ? objectOf(table, first ?? id) : id;
}

/** The same value without ways back: from `p->a->b`, of the struct of `p`, it goes on at `p`. */
function straightened(table: ValueTable, id: ValueId): ValueId {
  const value = table.get(id);
  if (value.kind === "load") return table.intern({ ...value, address: straightened(table, value.address) });
  if (value.kind !== "field") return id;
  const base = straightened(table, value.base);
  return table.field(beginningOf(table, base, value.struct), value.struct, value.field);
}

/** The pointer to such a struct from which another one of it was reached over a struct of a different kind. */
function beginningOf(table: ValueTable, pointer: ValueId, struct: string): ValueId {
  let id = pointer;
  let isOtherKind = false;
  let beginning = pointer;
  for (;;) {
    const value = table.get(id);
    if (value.kind !== "load" && value.kind !== "field") return beginning;
    if (value.kind === "field") {
      if (value.struct !== struct) isOtherKind = true;
      else if (isOtherKind) beginning = value.base;
    }
    id = value.kind === "load" ? value.address : value.base;
  }
}

/**
 * A lock that was reached by what cannot be read, as through a macro that is not in the
 * files, or that is one of several by the way that control came: no two can be told apart.
 */
function isUnnamed(table: ValueTable, lock: ValueId): boolean {
  return table.get(table.pointerOf(lock)).kind === "unknown" || table.get(lock).kind === "phi";
}

/** It may be any such lock that is held: the last one is let go. */
function letGoUnnamed(table: ValueTable, state: LockState): void {
  const held = state.held.findLast(({ lock, evidence }) => evidence === "acquired" && isUnnamed(table, lock));
  if (held !== undefined) state.held = state.held.filter((entry) => entry !== held);
}

/** A pointer to a lock in a local of which it is not known what was stored there. */
function isFromLocal(table: ValueTable, lock: ValueId): boolean {
  const value = table.get(lock);
  return value.kind === "load" && table.get(table.pointerOf(value.address)).kind === "local";
}

/**
 * Whether two values may be one although they are written differently: one of
 * them was read from memory, merged or computed elsewhere.
 */
function mayBeSame(table: ValueTable, left: ValueId, right: ValueId): boolean {
  if (left === right) return true;
  if (areNeighbours(table, left, right)) return false;
  const [a, b] = [table.get(left), table.get(right)];
  if (a.kind === "field" && b.kind === "field")
    return a.field === b.field && mayBeSame(table, a.base, b.base);
  if (a.kind === "element" && b.kind === "element") {
    return mayBeSame(table, a.base, b.base) && a.index === b.index;
  }
  if (a.kind === "load" && b.kind === "load") return mayBeSame(table, a.address, b.address);
  // The place of an object in its array, and a pointer to it that was kept elsewhere.
  if ((a.kind === "element" && b.kind === "load") || (a.kind === "load" && b.kind === "element")) return true;
  if (a.kind === "foreign" && b.kind === "foreign") return a.inner === b.inner;
  if (a.kind === "container" && b.kind === "container")
    return a.struct === b.struct && a.path === b.path && mayBeSame(table, a.base, b.base);
  return isOpaque(a.kind) || isOpaque(b.kind);
}

/** Two elements of one array, `p` and `p + 1`. */
function areNeighbours(table: ValueTable, left: ValueId, right: ValueId): boolean {
  const [a, b] = [elementOf(table, left), elementOf(table, right)];
  return a.base === b.base && a.index !== null && b.index !== null && a.index !== b.index;
}

/** One lock each of two elements of an array. */
function areOfNeighbours(table: ValueTable, left: ValueId, right: ValueId): boolean {
  const [a, b] = [table.get(left), table.get(right)];
  return (
    a.kind === "field" && b.kind === "field" && a.field === b.field && areNeighbours(table, a.base, b.base)
  );
}

function elementOf(
  table: ValueTable,
  id: ValueId,
): { readonly base: ValueId; readonly index: number | null } {
  const value = table.get(id);
  if (value.kind !== "element") return { base: id, index: 0 };
  const index = table.get(value.index);
  return { base: value.base, index: index.kind === "number" ? index.value : null };
}

function isOpaque(kind: string): boolean {
  return kind === "phi" || kind === "unknown" || kind === "result";
}

/**
 * A lock that an unknown function returned, or that of an object that it returned. Who
 * hands out a lock itself may have taken it; of an object, by the kernel's habit, a
 * function with `lock` in its name does.
 */
function isFromUnknownCall(context: AnalysisContext, lock: ValueId): boolean {
  const { table, platform } = context;
  const pointer = table.pointerOf(lock);
  const value = table.get(pointer);
  if (value.kind === "result") {
    if (value.callee !== null && platform.functions.has(value.callee)) return false;
    return pointer === lock || (value.callee !== null && /lock/i.test(value.callee));
  }
  if (value.kind === "foreign") return isFromUnknownCall(context, value.inner);
  return value.kind === "load" && isFromUnknownCall(context, value.address);
}

/** Whether the caller can have taken a lock: it is global, or reached from a parameter. */
export function isCallers(table: ValueTable, lock: ValueId): boolean {
  const value = table.get(lock);
  if (value.kind === "parameter" || value.kind === "global") return true;
  const [first] = partsOf(value);
  return (
    value.kind !== "operator" && value.kind !== "foreign" && first !== undefined && isCallers(table, first)
  );
}

function hold(state: LockState, lock: HeldLock): void {
  state.held = [...state.held, lock];
}

function replace(state: LockState, old: HeldLock, now: HeldLock): void {
  state.held = state.held.map((entry) => (entry === old ? now : entry));
}
