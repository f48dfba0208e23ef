/**
 * The state after two ways meet that hold the same locks.
 *
 * In: the state so far at the entry of a block, a state that arrives.
 * Out: the state that both imply, and whether it says less than before.
 */
import type { VariableId } from "../c/index.ts";
import { conditionsOf, isSameWhen, joinConditions } from "./conditions.ts";
import {
  ANY_SIGN,
  type Freed,
  type HeldLock,
  type LockState,
  MOST_TARGETS,
  type Span,
  type Stale,
  ZERO,
} from "./lock-state.ts";
import { joinLookups } from "./lookups.ts";
import { joinSets, numbersLeft, numbersOf, setJoined } from "./number-sets.ts";
import { joinRoots, NOTHING, rootOf, sameRoot } from "./roots.ts";
import { joinChain, joinUnlinking } from "./unlinking.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** The block whose entry is joined. */
export interface JoinPoint {
  readonly table: ValueTable;
  /** Unique for the function and block. */
  readonly site: number;
  /** Variables that live from one block to another; the others are dropped. */
  readonly crossing: readonly VariableId[];
  /** The name of a variable, for people; null for a temporary. */
  readonly nameOf: (variable: VariableId) => string | null;
  /** A back edge arrives here: values of an earlier round must not be taken for this one's. */
  readonly isLoopHead: boolean;
  readonly signOf: (state: LockState, value: ValueId) => number;
}

/**
 * Makes `into` weak enough to include `from`.
 *
 * @param incoming is used up
 * @returns whether `into` changed, so that its block must be looked at again
 */
export function joinInto(into: LockState, incoming: LockState, point: JoinPoint): boolean {
  // Before the signs, which tell the ways that have taken a lock from the others.
  const hasMoreWays = joinTaken(into, incoming, point);
  const moved = joinVariables(into, incoming, point);
  let changed = moved.changed || hasMoreWays;
  for (const phi of moved.rebound) forget(incoming, phi, point);
  changed = joinMemory(into, incoming, point) || changed;
  changed = joinVersions(into, incoming, point) || changed;
  // Before the signs: what is nowhere on one way is as good as removed there.
  changed = joinRemoved(into, incoming, point) || changed;
  changed = joinFreed(into, incoming, point) || changed;
  // Before the signs: a value that is 0 may have no more than its sign to say so.
  changed = joinNumbers(into, incoming, moved.phis) || changed;
  changed = joinSigns(into, incoming, moved.phis) || changed;
  changed = joinMarks(into, incoming) || changed;
  changed = joinLocks(into, incoming) || changed;
  changed = joinOpenTest(into, incoming) || changed;
  changed = joinLookups(into, incoming) || changed;
  return changed;
}

/** A block that is entered by more than one test is entered by none alone. */
function joinOpenTest(into: LockState, from: LockState): boolean {
  if (into.openTest === null || into.openTest.at.start === from.openTest?.at.start) return false;
  into.openTest = null;
  return true;
}

interface Moved {
  changed: boolean;
  /** Phis of this block whose variable has another value when control comes back: the old ones are gone. */
  rebound: ValueId[];
  phis: Set<ValueId>;
}

function joinVariables(into: LockState, from: LockState, point: JoinPoint): Moved {
  const moved: Moved = { changed: false, rebound: [], phis: new Set() };
  for (const variable of point.crossing) {
    const left = into.env.get(variable);
    const right = from.env.get(variable);
    if (left === right || left === undefined) continue;
    if (right === undefined) {
      into.env.delete(variable);
      moved.changed = true;
      continue;
    }
    const isTaken =
      !point.isLoopHead &&
      isTakenOut(point.table, [
        [into, left],
        [from, right],
      ]);
    const sole = point.isLoopHead || isTaken ? null : soleTarget(point.table, left, right);
    if (sole !== null) {
      const sign = soleSign(into, from, { left, right, sole, variable }, point);
      if (into.signs.get(sole) !== sign && into.signs.has(sole)) moved.changed = true;
      if (sign === ANY_SIGN) into.signs.delete(sole);
      else into.signs.set(sole, sign);
      moved.phis.add(sole);
      if (sole !== left) {
        into.env.set(variable, sole);
        moved.changed = true;
      }
      continue;
    }
    const phi = phiOf(point, `v${variable}`);
    const name = point.nameOf(variable);
    if (name !== null) into.names.set(phi, name);
    moved.phis.add(phi);
    if (left === phi && point.table.get(right).kind !== "number") moved.rebound.push(phi);
    moved.changed = mergeValue(into, from, { left, right, phi }, point) || moved.changed;
    if (isTaken) for (const state of [into, from]) state.removed.set(phi, true);
    const ways = [
      [into, left],
      [from, right],
    ] as const;
    if (joinChain(point.table, ways, phi)) moved.changed = true;
    if (left !== phi) {
      into.env.set(variable, phi);
      moved.changed = true;
    }
  }
  return moved;
}

/** Whether the object was taken out of its container on some of the ways, and there is none on the others. */
function isTakenOut(table: ValueTable, ways: readonly (readonly [LockState, ValueId])[]): boolean {
  const isRemoved = ([state, value]: (typeof ways)[number]) => state.removed.has(table.pointerOf(value));
  const isNothing = ([, value]: (typeof ways)[number]) => value === table.number(0);
  return ways.some(isRemoved) && ways.every((way) => isRemoved(way) || isNothing(way));
}

/** A pointer or NULL is that pointer, of which it is not known whether it is NULL. */
function soleTarget(table: ValueTable, left: ValueId, right: ValueId): ValueId | null {
  const [a, b] = [table.get(left), table.get(right)];
  const isPointer = (kind: string) =>
    kind === "load" || kind === "field" || kind === "container" || kind === "foreign";
  if (a.kind === "number" && a.value === 0 && isPointer(b.kind)) return right;
  return b.kind === "number" && b.value === 0 && isPointer(a.kind) ? left : null;
}

/** Of a pointer that stands for NULL as well; nothing is known where another variable holds it too. */
function soleSign(
  into: LockState,
  from: LockState,
  join: {
    readonly left: ValueId;
    readonly right: ValueId;
    readonly sole: ValueId;
    readonly variable: VariableId;
  },
  point: JoinPoint,
): number {
  const { left, right, sole, variable } = join;
  const without = sole === left ? from : into;
  const isElsewhere = point.crossing.some((other) => other !== variable && without.env.get(other) === sole);
  return isElsewhere ? ANY_SIGN : point.signOf(into, left) | point.signOf(from, right);
}

function phiOf(point: JoinPoint, name: string): ValueId {
  return point.table.intern({ kind: "phi", site: point.site, name });
}

/** Gives `phi` what holds for both values: sign, ownership, origin, staleness. */
function mergeValue(
  into: LockState,
  from: LockState,
  values: { readonly left: ValueId; readonly right: ValueId; readonly phi: ValueId },
  point: JoinPoint,
): boolean {
  const { left, right, phi } = values;
  const { table } = point;
  let changed = false;
  const sign = point.signOf(into, left) | point.signOf(from, right);
  if (left !== phi || into.signs.get(phi) !== sign) {
    if ((into.signs.get(phi) ?? ANY_SIGN) !== sign) changed = true;
    if (sign === ANY_SIGN) into.signs.delete(phi);
    else into.signs.set(phi, sign);
  }
  changed = joinTargets(into, from, values, table) || changed;
  const numbers = joinSets(numbersOf(table, into, left), numbersOf(table, from, right));
  changed = setJoined(into, phi, numbers) || changed;
  const before = left === phi ? (into.roots.get(phi) ?? NOTHING) : rootOf(table, into, left);
  const arriving = mentionsPhi(table, right, phi) ? before : rootOf(table, from, right);
  const root = joinRoots(before, arriving);
  const known = into.roots.get(phi);
  if (known === undefined || !sameRoot(known, root)) {
    into.roots.set(phi, root);
    changed = true;
  }
  const origins = unionSpans(originsOf(into, left, table), originsOf(from, right, table));
  if (origins.length > (into.origins.get(phi)?.length ?? 0)) {
    into.origins.set(phi, origins);
    changed = true;
  }
  return mergeStale(into, from, values, table) || changed;
}

/** Notes to which members a pointer leads that is one of several. */
function joinTargets(
  into: LockState,
  from: LockState,
  { left, right, phi }: { readonly left: ValueId; readonly right: ValueId; readonly phi: ValueId },
  table: ValueTable,
): boolean {
  const before = into.targets.get(phi);
  const [a, b] = [targetsOf(into, left, table), targetsOf(from, right, table)];
  const all = a === null || b === null ? null : [...new Set([...a, ...b])];
  if (all === null || all.length === 0 || all.length > MOST_TARGETS) {
    if (before !== undefined) into.targets.delete(phi);
    return before !== undefined;
  }
  if (before?.length === all.length) return false;
  into.targets.set(phi, all);
  return true;
}

function targetsOf(state: LockState, pointer: ValueId, table: ValueTable): readonly ValueId[] | null {
  const value = table.get(pointer);
  if (value.kind === "field" || value.kind === "global") return [pointer];
  if (value.kind === "number") return value.value === 0 ? [] : null;
  return value.kind === "phi" ? (state.targets.get(pointer) ?? null) : null;
}

function mentionsPhi(table: ValueTable, value: ValueId, phi: ValueId): boolean {
  return table.mentions(value, phi);
}

function originsOf(state: LockState, value: ValueId, table: ValueTable): readonly Span[] {
  return state.origins.get(table.pointerOf(value)) ?? [];
}

function unionSpans(left: readonly Span[], right: readonly Span[]): readonly Span[] {
  const more = right.filter((span) => !left.some((known) => known.site === span.site));
  return more.length === 0 ? left : [...left, ...more];
}

function mergeStale(
  into: LockState,
  from: LockState,
  { left, right, phi }: { readonly left: ValueId; readonly right: ValueId; readonly phi: ValueId },
  table: ValueTable,
): boolean {
  const a = into.stale.get(table.pointerOf(left));
  const b = from.stale.get(table.pointerOf(right));
  const isNull = (value: ValueId) => table.get(value).kind === "number";
  const some = a ?? b;
  if (some === undefined) return false;
  const certain = (a?.certain ?? isNull(left)) && (b?.certain ?? isNull(right));
  return setStale(into, phi, { ...some, certain });
}

function setStale(state: LockState, value: ValueId, stale: Stale): boolean {
  const known = state.stale.get(value);
  if (known !== undefined && known.certain === stale.certain) return false;
  if (known !== undefined && !known.certain) return false;
  state.stale.set(value, stale);
  return true;
}

/** Drops what is known about values made of `phi`: in this round it stands for something else. */
function forget(state: LockState, phi: ValueId, { table, site: here }: JoinPoint): void {
  for (const [address, value] of [...state.memory.entries()]) {
    if (table.mentions(address, phi) || table.mentions(value, phi)) state.memory.delete(address);
  }
  for (const id of [...state.signs.keys()]) if (table.mentions(id, phi)) state.signs.delete(id);
  for (const id of [...state.numbers.keys()]) if (table.mentions(id, phi)) state.numbers.delete(id);
  for (const id of [...state.stale.keys()]) if (table.mentions(id, phi)) state.stale.delete(id);
  for (const id of [...state.origins.keys()]) if (table.mentions(id, phi)) state.origins.delete(id);
  if (state.freed.length > 0)
    state.freed = state.freed.filter(({ pointer }) => !table.mentions(pointer, phi));
  if (!state.held.some((entry) => table.mentions(entry.lock, phi))) return;
  const site = table.sitePart(here, "earlier");
  state.held = state.held.map((entry) =>
    table.mentions(entry.lock, phi)
      ? { ...entry, lock: table.intern({ kind: "foreign", site, inner: entry.lock }) }
      : entry,
  );
}

function joinMemory(into: LockState, from: LockState, point: JoinPoint): boolean {
  if (into.memory.isSameAs(from.memory)) return false;
  let changed = false;
  for (const [address, left] of [...into.memory.entries()]) {
    const right = from.memory.get(address);
    if (left === right) continue;
    changed = true;
    if (right === undefined) {
      into.memory.delete(address);
      continue;
    }
    const phi = phiOf(point, `m${address}`);
    const different = mergeValue(into, from, { left, right, phi }, point);
    changed = left !== phi || different;
    into.memory.set(address, phi);
  }
  return changed;
}

function joinVersions(into: LockState, from: LockState, point: JoinPoint): boolean {
  if (into.versions.isSameAs(from.versions)) return false;
  let changed = false;
  for (const cell of new Set([...into.versions.keys(), ...from.versions.keys()])) {
    const left = into.versions.get(cell) ?? 0;
    if (left === (from.versions.get(cell) ?? 0)) continue;
    const joined = point.table.sitePart(point.site, cell);
    if (left === joined) continue;
    into.versions.set(cell, joined);
    changed = true;
  }
  return changed;
}

function joinSigns(into: LockState, from: LockState, phis: ReadonlySet<ValueId>): boolean {
  if (into.signs.isSameAs(from.signs)) return false;
  let changed = false;
  for (const [value, left] of [...into.signs.entries()]) {
    if (phis.has(value)) continue;
    const sign = left | (from.signs.get(value) ?? ANY_SIGN);
    if (sign === left) continue;
    if (sign === ANY_SIGN) into.signs.delete(value);
    else into.signs.set(value, sign);
    changed = true;
  }
  return changed;
}

function joinNumbers(into: LockState, from: LockState, phis: ReadonlySet<ValueId>): boolean {
  if (into.numbers.isSameAs(from.numbers)) return false;
  let changed = false;
  for (const value of new Set([...into.numbers.keys(), ...from.numbers.keys()])) {
    const left = numbersLeft(into, value);
    if (phis.has(value) || left === null) continue;
    changed = setJoined(into, value, joinSets(left, numbersLeft(from, value))) || changed;
  }
  return changed;
}

/** Ownership, origin and staleness of values that are not phis of this block. */
function joinMarks(into: LockState, from: LockState): boolean {
  let changed = false;
  if (!into.stale.isSameAs(from.stale)) {
    for (const [value, stale] of from.stale.entries()) {
      if (into.stale.has(value)) continue;
      // The other way may not have met the value at all; then nothing speaks for its being fresh.
      into.stale.set(value, into.origins.has(value) ? { ...stale, certain: false } : stale);
      changed = true;
    }
  }
  if (!into.origins.isSameAs(from.origins)) {
    for (const [value, spans] of from.origins.entries()) {
      const known = into.origins.get(value) ?? [];
      const union = unionSpans(known, spans);
      if (union.length === known.length) continue;
      into.origins.set(value, union);
      changed = true;
    }
  }
  const doubtful = from.doubtful.filter((value) => !into.doubtful.includes(value));
  if (doubtful.length > 0) {
    into.doubtful = [...into.doubtful, ...doubtful];
    changed = true;
  }
  changed = joinUnlinking(into, from) || changed;
  changed = joinPublication(into, from) || changed;
  changed = joinRootMaps(into.roots, from.roots) || changed;
  changed = joinRootMaps(into.published, from.published) || changed;
  if (!into.names.isSameAs(from.names)) {
    for (const [value, name] of from.names.entries()) if (!into.names.has(value)) into.names.set(value, name);
  }
  return changed;
}

/** Taken out on both ways, or on the one while there is no object on the other: the pointer is NULL there. */
function joinRemoved(into: LockState, from: LockState, { table }: JoinPoint): boolean {
  let changed = false;
  for (const value of into.chains.isSameAs(from.chains) ? [] : [...into.chains.keys()]) {
    if (from.chains.has(value) || isNull(table, from, value)) continue;
    into.chains.delete(value);
    changed = true;
  }
  if (into.removed.isSameAs(from.removed)) return changed;
  for (const value of [...into.removed.keys()]) {
    if (from.removed.has(value) || isNull(table, from, value)) continue;
    into.removed.delete(value);
    changed = true;
  }
  for (const value of from.removed.keys()) {
    if (into.removed.has(value) || !isNull(table, into, value)) continue;
    into.removed.set(value, true);
    changed = true;
  }
  return changed;
}

/** Given back on both ways, or on the one while there is nothing on the other. */
function joinFreed(into: LockState, from: LockState, { table }: JoinPoint): boolean {
  if (into.freed === from.freed) return false;
  const isGone = (state: LockState, { pointer }: Freed) =>
    state.freed.some((other) => other.pointer === pointer) || isNull(table, state, pointer);
  const kept = into.freed.filter((one) => isGone(from, one));
  const more = from.freed.filter(
    (one) => !kept.some((other) => other.pointer === one.pointer) && isGone(into, one),
  );
  if (more.length === 0 && kept.length === into.freed.length) return false;
  into.freed = [...kept, ...more];
  return true;
}

/** Whether a pointer, or one that was made of it, is known to be NULL. */
function isNull(table: ValueTable, state: LockState, pointer: ValueId): boolean {
  for (const [value, sign] of state.signs.entries())
    if (sign === ZERO && table.pointerOf(value) === pointer) return true;
  return false;
}

/** What only one of the ways published is published from here on, but not for sure. */
function joinPublication(into: LockState, from: LockState): boolean {
  if (into.isUnexpected && !from.isUnexpected) into.isUnexpected = false;
  if (!into.equals.isSameAs(from.equals)) {
    for (const [value, same] of [...into.equals.entries()])
      if (from.equals.get(value) !== same) into.equals.delete(value);
  }
  let changed = false;
  for (const [one, other] of [
    [into, from],
    [from, into],
  ] as const) {
    if (into.published.isSameAs(from.published) && into.maybePublished.isSameAs(from.maybePublished)) break;
    for (const value of one.published.keys()) {
      if (other.published.has(value) && !one.maybePublished.has(value)) continue;
      if (into.maybePublished.has(value)) continue;
      into.maybePublished.set(value, true);
      changed = true;
    }
  }
  return changed;
}

function joinRootMaps(into: LockState["roots"], from: LockState["roots"]): boolean {
  if (into.isSameAs(from)) return false;
  let changed = false;
  for (const [value, root] of from.entries()) {
    const known = into.get(value);
    const joined = known === undefined ? root : joinRoots(known, root);
    if (known !== undefined && sameRoot(known, joined)) continue;
    into.set(value, joined);
    changed = true;
  }
  return changed;
}

/** A lock that some of the ways have not taken, with what the arguments are on these. */
function joinTaken(into: LockState, from: LockState, { table }: JoinPoint): boolean {
  if (into.taken === from.taken) return false;
  const missed = (state: LockState, lock: ValueId) => {
    const when = state.taken.get(lock);
    return when === undefined ? conditionsOf(table, state) : when;
  };
  let changed = false;
  const taken = new Map(into.taken);
  for (const lock of new Set([...into.taken.keys(), ...from.taken.keys()])) {
    const known = into.taken.get(lock);
    const [left, right] = [missed(into, lock), missed(from, lock)];
    const joined = left === null || right === null ? (left ?? right) : joinConditions(left, right);
    if (known === joined || (known != null && joined !== null && isSameWhen(known, joined))) continue;
    taken.set(lock, joined);
    changed = true;
  }
  if (changed) into.taken = taken;
  return changed;
}

function joinLocks(into: LockState, from: LockState): boolean {
  let changed = false;
  const held = into.held.map((entry): HeldLock => {
    const other = from.heldLock(entry.lock);
    if (other === null) return entry;
    const spans = unionSpans(entry.spans, other.spans);
    if (spans === entry.spans) return entry;
    changed = true;
    return { ...entry, spans };
  });
  if (changed) into.held = held;
  const cycled = from.cycled.filter(({ lock }) => !into.cycled.some((known) => known.lock === lock));
  if (cycled.length > 0) {
    into.cycled = [...into.cycled, ...cycled];
    changed = true;
  }
  const unsure = from.unsure.filter((lock) => !into.unsure.includes(lock));
  if (unsure.length > 0) {
    into.unsure = [...into.unsure, ...unsure];
    changed = true;
  }
  const perhaps = from.perhapsReleased.filter((lock) => !into.perhapsReleased.includes(lock));
  if (perhaps.length > 0) {
    into.perhapsReleased = [...into.perhapsReleased, ...perhaps];
    changed = true;
  }
  const notHeld = into.notHeld.filter((lock) => from.notHeld.includes(lock));
  if (notHeld.length < into.notHeld.length) {
    into.notHeld = notHeld;
    changed = true;
  }
  return changed;
}
