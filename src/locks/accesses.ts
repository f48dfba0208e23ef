/**
 * Accesses to memory, held against the guards.
 *
 * An access that its lock does not cover becomes a need of the function (its
 * callers may hold the lock), unless the object is private, or is a pointer that
 * outlived its span: that no caller can mend.
 */
import type { SourceRange } from "../c/index.ts";
import type { AnalysisContext, Step } from "./analysis-context.ts";
import type { AccessKind } from "./facts.ts";
import type { Touch } from "./function-summary.ts";
import { type Guard, guardOfField, guardOfGlobal, lockNameText, locksInstead } from "./guards.ts";
import { type Freed, type LockState, type Root, type Stale, ZERO } from "./lock-state.ts";
import { heldByAnyName, isUnsure, lockText } from "./locking.ts";
import type { Access, GuardedPlace } from "./observer.ts";
import { isOwnProcessors, rootOf } from "./roots.ts";
import { signOf } from "./signs.ts";
import { isTakenOut } from "./unlinking.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** One member on the way to an address, innermost first. */
export interface Level {
  readonly struct: string;
  readonly field: string;
  readonly base: ValueId;
}

export function levelsOf(table: ValueTable, address: ValueId): { levels: Level[]; pointer: ValueId } {
  const levels: Level[] = [];
  let id = address;
  for (;;) {
    const value = table.get(id);
    if (value.kind === "field") levels.push({ struct: value.struct, field: value.field, base: value.base });
    else if (value.kind !== "element") return { levels, pointer: id };
    id = value.base;
  }
}

/** As `levelsOf`, and on to the object around a link by which it was found. */
function levelsAround(
  table: ValueTable,
  { around }: Pick<LockState, "around">,
  address: ValueId,
): ReturnType<typeof levelsOf> {
  const inner = levelsOf(table, address);
  const outer = around.get(inner.pointer);
  const value = outer === undefined ? null : table.get(outer);
  if (outer === undefined || value?.kind !== "container") return inner;
  const level = { struct: value.struct, field: value.path, base: outer };
  return { levels: [...inner.levels, level], pointer: outer };
}

export function guardedPlace(
  context: AnalysisContext,
  state: LockState,
  address: ValueId,
): GuardedPlace | null {
  const targets = state.targets.get(address);
  if (targets === undefined) return placeAt(context, state, address);
  const places = targets.map((target) => placeAt(context, state, target));
  const last = places.at(-1) ?? null;
  const areAll = places.every(
    (place) =>
      place !== null &&
      place.lock === last?.lock &&
      rootOf(context.table, state, place.object).kind !== "private",
  );
  return areAll ? last : null;
}

/** The guarded member, or global, that an address leads to. */
function placeAt(
  context: AnalysisContext,
  state: Pick<LockState, "around">,
  address: ValueId,
): GuardedPlace | null {
  const { table, guards } = context;
  const { levels, pointer } = levelsAround(table, state, address);
  for (const level of levels) {
    const walked = walkGuard(context, level);
    const guard = walked ?? guardOfField(guards, level.struct, level.field);
    if (guard === null) continue;
    const lock = lockOf(table, guard, levels);
    const { struct, field } = level;
    if (lock !== null) return { guard, lock, object: pointer, struct, field, onWalk: walked !== null };
  }
  const root = table.get(pointer);
  if (root.kind !== "global") return null;
  const guard = guardOfGlobal(guards, root.name);
  const lock = guard === null ? null : lockOf(table, guard, levels);
  if (guard === null || lock === null) return null;
  return { guard, lock, object: pointer, struct: null, field: root.name, onWalk: false };
}

/**
 * The guard of the links along which a member was reached, when the access only
 * reads the key that the walk compares: it is part of the walk.
 */
function walkGuard({ table, guards }: AnalysisContext, level: Level): Guard | null {
  const member = table.get(level.base);
  if (
    member.kind !== "container" ||
    member.struct !== level.struct ||
    table.get(member.base).kind === "foreign"
  )
    return null;
  return (
    guards.guards.find(
      (guard) =>
        guard.struct === level.struct &&
        guard.walkKeys.includes(level.field) &&
        guard.fields !== "all" &&
        guard.fields.includes(member.path),
    ) ?? null
  );
}

/** A member lock is that of the object itself, or of the struct that it is embedded in. */
function lockOf(table: ValueTable, guard: Guard, levels: readonly Level[]): ValueId | null {
  const { lock } = guard;
  if (lock.kind === "global") return table.intern({ kind: "global", name: lock.name });
  const owner = levels.find((level) => level.struct === lock.struct);
  return owner === undefined ? null : table.field(owner.base, lock.struct, lock.field);
}

/** Whether the lock, or one that the guard takes instead, is held well enough. */
export function isCovered(
  table: ValueTable,
  state: LockState,
  place: { readonly guard: Guard | null; readonly lock: ValueId },
  kind: AccessKind,
): boolean {
  const { guard, lock } = place;
  if (guard?.allToWrite === true && kind === "write") return isCoveredByAll(table, state, guard, lock);
  const needed = guard === null ? "shared" : kind === "read" ? guard.read : guard.write;
  const held = heldByAnyName(table, state, lock);
  if (held !== null && (needed === "shared" || held.mode === "exclusive")) return true;
  // A callee may have taken it and not let it go: nothing is said.
  if (isUnsure(table, state, lock)) return true;
  if (guard === null) return false;
  const instead = locksInstead(guard);
  return instead.size > 0 && state.held.some((entry) => instead.has(lockText(table, entry.lock)));
}

/** Whoever holds any of the locks reads: only who holds them all keeps every reader away. */
function isCoveredByAll(table: ValueTable, state: LockState, guard: Guard, lock: ValueId): boolean {
  const held = state.held
    .filter(({ mode }) => mode === "exclusive")
    .map((entry) => lockText(table, entry.lock));
  const wanted = [lockText(table, lock), ...guard.alternatives.map(lockNameText)];
  return wanted.every((name) => held.includes(name));
}

export function recordAccess(context: AnalysisContext, state: LockState, access: Access): void {
  const { recorder, table } = context;
  if (recorder === null) return;
  const place = guardedPlace(context, state, access.address);
  if (place === null) {
    const parameter = parameterBehind(context, state, access.address);
    // A lock of its own may be what the caller's member needs.
    if (parameter !== null && state.held.length === 0) recorder.touch({ parameter, kind: access.kind });
    return;
  }
  judge(context, state, access, place);
  const { struct, field } = place;
  if (struct === null) recorder.globalUse(state, { guard: place.guard, kind: access.kind });
  else if (field !== null) {
    const isOwn = isOwnProcessors(table, state, place.object);
    const root: Root = isOwn ? { kind: "private", of: place.object } : rootOf(table, state, place.object);
    recorder.access(state, { ...access, struct, field, guard: place.guard, root });
  }
}

/** The parameter that points to a place, or to the first of a row; null for every other place. */
function parameterBehind(context: AnalysisContext, state: LockState, address: ValueId): number | null {
  const { table } = context;
  const value = table.get(address);
  if (value.kind === "element") return parameterBehind(context, state, value.base);
  return value.kind === "parameter" ? value.index : movedParameter(context, state, address);
}

/** The parameter from which a pointer to numbers has moved on, as `*p++` moves it. */
function movedParameter({ table, ir }: AnalysisContext, state: LockState, address: ValueId): number | null {
  if (table.get(address).kind !== "phi") return null;
  const root = rootOf(table, state, address);
  if (root.kind !== "parameter") return null;
  const type = ir.variables[ir.parameters[root.index] ?? -1]?.type;
  return type?.kind === "pointer" && type.to.kind === "scalar" ? root.index : null;
}

/** What a callee reads or writes where an argument points to: the caller knows whose member that is. */
export function recordTouches(
  context: AnalysisContext,
  state: LockState,
  { instruction: { at, args: variables, argTexts }, site }: Step<"call">,
  { touches, args }: { readonly touches: readonly Touch[]; readonly args: readonly ValueId[] },
): void {
  for (const { parameter, kind } of touches) {
    const address = args[parameter];
    const written = argTexts[parameter] ?? "";
    const text = written.startsWith("&") ? written.slice(1) : `*${written}`;
    if (address === undefined) continue;
    const access = { address, kind, text, at, site };
    const type = context.ir.variables[variables[parameter] ?? -1]?.type;
    // What is a mere number, or nothing known, to the callee may be an object here.
    if (type?.kind === "pointer" && type.to.kind === "struct")
      recordObjectAccess(context, state, access, type.to.tag);
    else recordAccess(context, state, access);
  }
}

/** A whole object is read or written: `*o = …`, `memset(o, …)`. */
export function recordObjectAccess(
  context: AnalysisContext,
  state: LockState,
  access: Access,
  struct: string,
): void {
  const guard = context.guards.guards.find((candidate) => candidate.struct === struct);
  const field = guard === undefined ? null : guard.fields === "all" ? "*" : (guard.fields[0] ?? null);
  if (field === null) return;
  recordAccess(context, state, { ...access, address: context.table.field(access.address, struct, field) });
}

/** Freeing an object ends it as a whole: it matters where the object itself is guarded, not some of its fields. */
export function recordFree(context: AnalysisContext, state: LockState, access: Access, struct: string): void {
  const whole = context.guards.guards.some((guard) => guard.struct === struct && guard.fields === "all");
  if (whole)
    recordAccess(context, state, { ...access, address: context.table.field(access.address, struct, "*") });
}

function judge(context: AnalysisContext, state: LockState, access: Access, place: GuardedPlace): void {
  const { recorder, table } = context;
  const { guard, lock, object } = place;
  if (recorder === null) return;
  if (place.field !== null && guard.lockFree.includes(place.field)) return;
  if (access.kind === "read" && place.field !== null && guard.constant.includes(place.field)) return;
  const root = rootOf(table, state, object);
  const own = { site: access.site, lock, object };
  if (root.kind === "private") {
    recorder.ownUse(own);
    return;
  }
  if (root.kind === "nothing" || isOwnProcessors(table, state, object)) return;
  // Nothing is there, or the way is none.
  if (signOf(table, state, object) === ZERO) return;
  const { isStep, ...plain } = access;
  const use = { ...plain, guard, object, struct: place.struct, field: place.field, through: null };
  const freed = freedFor(table, state, place);
  if (freed !== null) {
    recorder.lateUse(state, { ...use, stale: freed, heldAgain: true, isFreed: true });
    return;
  }
  if (isTakenOut(table, state, place)) {
    recorder.ownUse(own);
    return;
  }
  const stale = staleFor(table, state, object, lock, guard);
  const covered = isCovered(table, state, place, access.kind);
  if (stale !== null && (!covered || state.heldLock(lock) !== null)) {
    recorder.lateUse(state, { ...use, stale, heldAgain: covered });
    if (covered) recorder.covered(state, { site: access.site, lock, guard });
    // A walk that goes on without the lock reads the list itself.
    if (covered || isStep !== true) return;
  }
  const need = { ...plain, place, root, through: null };
  if (covered) {
    // On another way to the same place it may be gone.
    recorder.ownUse(own);
    recorder.coveredUse(state, need);
  } else recorder.need(state, need);
}

/** How a pointer outlived the span of `lock`, when that is what the guard is about. */
export function staleFor(
  table: ValueTable,
  state: LockState,
  object: ValueId,
  lock: ValueId,
  guard: Guard | null,
): Stale | null {
  if (guard !== null && (guard.fields !== "all" || guard.neverFreed)) return null;
  const pointer = table.pointerOf(object);
  const value = table.get(pointer);
  const link = value.kind === "container" ? table.pointerOf(value.base) : null;
  // Where a walk goes on, its object is found by the link that it has kept.
  const stale = state.stale.get(pointer) ?? (link === null ? undefined : state.stale.get(link));
  return stale !== undefined && stale.lock === lock ? stale : null;
}

/** A block that was to move has moved. */
export function isSurelyFreed(table: ValueTable, state: LockState, { unless }: Freed): boolean {
  return unless === null || (signOf(table, state, unless) & ZERO) === 0;
}

/** How an object was freed, when that is what the guard is about. */
export function freedFor(
  table: ValueTable,
  state: LockState,
  { object, lock, guard }: { readonly object: ValueId; readonly lock: ValueId; readonly guard: Guard },
): Stale | null {
  if (state.freed.length === 0 || guard.fields !== "all" || guard.neverFreed) return null;
  const pointer = table.pointerOf(object);
  const freed = state.freed.find((one) => one.pointer === pointer && isSurelyFreed(table, state, one));
  if (freed === undefined) return null;
  const span = state.heldLock(lock)?.spans[0] ?? freed.by;
  return { lock, span, released: freed.by, certain: true };
}

export interface PointerStore {
  readonly address: ValueId;
  readonly value: ValueId;
  /** The struct that the stored pointer points to, or null. */
  readonly pointee: string | null;
  readonly text: string;
  readonly at: SourceRange;
  readonly site: number;
  readonly through: string | null;
}

/** A pointer to a guarded object is stored: after its span, that is an escape. */
export function recordPointerStore(context: AnalysisContext, state: LockState, store: PointerStore): void {
  const { recorder, table, guards } = context;
  if (recorder === null) return;
  const pointer = table.pointerOf(store.value);
  const stale = state.stale.get(pointer);
  if (stale === undefined || state.heldLock(stale.lock) !== null) return;
  const guard = guards.guards.find(
    (candidate) =>
      candidate.fields === "all" && !candidate.neverFreed && isAbout(table, candidate, store, stale),
  );
  if (guard === undefined) return;
  const target = table.get(store.address);
  // What `*out` is, is the caller's to know: mostly a variable of its own.
  if (target.kind === "parameter") return;
  const intoHandle = target.kind === "field" && guards.handles.has(`${target.struct}.${target.field}`);
  if (!intoHandle && rootOf(table, state, store.address).kind === "private") return;
  recorder.lateUse(state, {
    kind: "store",
    text: store.text,
    at: store.at,
    site: store.site,
    guard,
    object: pointer,
    struct: guard.struct,
    field: null,
    through: store.through === null ? null : { callee: store.through, need: null },
    stale,
    heldAgain: false,
  });
}

/** Whether a guard is over the object that a stored pointer points to or into. */
function isAbout(table: ValueTable, guard: Guard, store: PointerStore, stale: Stale): boolean {
  if (guard.lock.kind === "global" && lockText(table, stale.lock) !== guard.lock.name) return false;
  if (store.pointee === guard.struct) return true;
  return levelsOf(table, store.value).levels.some((level) => level.struct === guard.struct);
}
