/**
 * Reading and writing memory in a state: what an address holds, what a store or
 * a call forgets, which pointers are obtained where.
 */
import type { SourceRange } from "../c/index.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import { guardOfField } from "./guards.ts";
import type { LockState } from "./lock-state.ts";
import { isHandle, ownProcessorsOf, publish, rootOf, SHARED } from "./roots.ts";
import { noteHandle } from "./unlinking.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** The name of the memory that an address is part of: `struct.field`, a global, or null for locals and the like. */
export function cellOf(table: ValueTable, address: ValueId): string | null {
  let id = address;
  for (;;) {
    const value = table.get(id);
    if (value.kind === "field") return `${value.struct}.${value.field}`;
    if (value.kind === "global") return value.name;
    if (value.kind !== "element") return null;
    id = value.base;
  }
}

/** What memory holds at an address now. */
export function readMemory(context: AnalysisContext, state: LockState, address: ValueId): ValueId {
  const { table } = context;
  const known = state.memory.get(address);
  if (known !== undefined) return known;
  const passed = passedMember(table, state, address);
  const cell = passed === null ? cellOf(table, address) : null;
  const version = cell === null ? 0 : versionOf(table, state, address, cell);
  const value = table.intern({ kind: "load", address: passed ?? address, version });
  state.memory.set(address, value);
  if (isHandle(table, context.guards, address) && rootOf(table, state, address).kind !== "private") {
    state.roots.set(value, SHARED);
  }
  return value;
}

/** Reads of one address give one value as long as neither its cell nor its struct may have changed. */
function versionOf(table: ValueTable, state: LockState, address: ValueId, cell: string): number {
  const own = state.versions.get(cell) ?? 0;
  const value = table.get(address);
  const whole = value.kind === "field" ? (state.versions.get(`${value.struct}.*`) ?? 0) : 0;
  if (whole === 0 || own === 0) return whole + own;
  return table.site(`${own}+${whole}`);
}

/** Stores a value: other places of the same cell may be the same place. */
export function writeMemory(
  context: AnalysisContext,
  state: LockState,
  store: { readonly address: ValueId; readonly value: ValueId; readonly site: number },
): void {
  const { table } = context;
  const { address, value, site } = store;
  const cell = cellOf(table, address);
  if (cell !== null) forgetCell(context, state, cell, { site, except: address });
  else forgetUnder(table, state, address);
  state.memory.set(address, value);
  noteHandle(context, state, { address, value });
  const into = rootOf(table, state, address);
  if (into.kind !== "private" || into.of !== address) publish(table, state, value, into);
}

/** A struct is copied whole: what its members are known to hold, the members of the copy hold as well. */
export function copyMembers(
  table: ValueTable,
  state: LockState,
  { from, to }: { readonly from: ValueId; readonly to: ValueId },
): void {
  for (const [address, value] of [...state.memory.entries()]) {
    const copy = address === from ? null : movedTo(table, address, { from, to });
    if (copy !== null) state.memory.set(copy, value);
  }
}

/** The same member of another struct; null for what is no part of the first. */
function movedTo(
  table: ValueTable,
  address: ValueId,
  move: { readonly from: ValueId; readonly to: ValueId },
): ValueId | null {
  if (address === move.from) return move.to;
  const value = table.get(address);
  if (value.kind !== "field" && value.kind !== "element") return null;
  const base = movedTo(table, value.base, move);
  if (base === null) return null;
  return value.kind === "field"
    ? table.field(base, value.struct, value.field)
    : table.intern({ ...value, base });
}

/** Where a struct stands that is a value: one that was read is the memory that it was read from. */
export function structAt(table: ValueTable, value: ValueId): ValueId {
  const from = table.get(value);
  return from.kind === "load" ? from.address : value;
}

/** The member of a struct that a parameter is, not points to: what the caller has there; null for all else. */
function passedMember(table: ValueTable, state: LockState, address: ValueId): ValueId | null {
  const member = table.get(address);
  if (member.kind !== "field" || table.get(member.base).kind !== "local") return null;
  const whole = state.memory.get(member.base);
  return whole !== undefined && table.get(whole).kind === "parameter"
    ? table.field(whole, member.struct, member.field)
    : null;
}

/** Forgets what is known about a cell of every object but those that cannot be meant. */
export function forgetCell(
  context: AnalysisContext,
  state: LockState,
  cell: string,
  change: { readonly site: number; readonly except: ValueId | null },
): void {
  const { table } = context;
  for (const known of [...state.memory.keys()]) {
    if (
      known !== change.except &&
      cellOf(table, known) === cell &&
      !areDistinct(context, state, known, change.except)
    ) {
      state.memory.delete(known);
    }
  }
  state.versions.set(cell, change.site);
}

/** Forgets what is known about many cells of every object. */
export function forgetCells(
  table: ValueTable,
  state: LockState,
  {
    cells,
    except,
    site,
  }: {
    readonly cells: ReadonlySet<string>;
    readonly except: ReadonlySet<string | null>;
    readonly site: number;
  },
): void {
  if (cells.size === 0) return;
  for (const known of [...state.memory.keys()]) {
    const cell = cellOf(table, known);
    if (cell !== null && cells.has(cell) && !except.has(cell)) state.memory.delete(known);
  }
  for (const cell of cells) if (!except.has(cell)) state.versions.set(cell, site);
}

/** Two addresses in memory allocated at different places, or on the stack, never meet. */
function areDistinct(
  context: AnalysisContext,
  state: LockState,
  left: ValueId,
  right: ValueId | null,
): boolean {
  if (right === null) return false;
  const { table } = context;
  const [a, b] = [rootOf(table, state, left), rootOf(table, state, right)];
  if (a.kind === "private" && b.kind === "private") return a.of !== b.of;
  return a.kind === "private" || b.kind === "private";
}

/** Forgets everything inside an object: it was handed to code that may write it. */
export function forgetUnder(table: ValueTable, state: LockState, address: ValueId): void {
  for (const known of [...state.memory.keys()]) {
    if (table.pointerOf(known) === table.pointerOf(address)) state.memory.delete(known);
  }
}

/** Taking a lock makes what others wrote under it visible. */
export function forgetGuardedBy(
  context: AnalysisContext,
  state: LockState,
  lockText: string,
  site: number,
): void {
  const { table, guards } = context;
  for (const known of [...state.memory.keys()]) {
    const root = rootOf(table, state, known);
    if (root.kind === "private") continue;
    if (isGuardedBy(context, known, lockText)) state.memory.delete(known);
  }
  for (const guard of guards.guards) {
    const name = guard.lock.kind === "global" ? guard.lock.name : `${guard.lock.struct}.${guard.lock.field}`;
    if (name !== lockText) continue;
    if (guard.global !== null) state.versions.set(guard.global, site);
    else if (guard.fields !== "all") {
      for (const field of guard.fields) state.versions.set(`${guard.struct}.${field}`, site);
    } else state.versions.set(`${guard.struct}.*`, site);
  }
}

function isGuardedBy(context: AnalysisContext, address: ValueId, lockText: string): boolean {
  const { table, guards } = context;
  let id = address;
  for (;;) {
    const value = table.get(id);
    if (value.kind === "field") {
      const guard = guardOfField(guards, value.struct, value.field);
      const name =
        guard === null
          ? null
          : guard.lock.kind === "global"
            ? guard.lock.name
            : `${guard.lock.struct}.${guard.lock.field}`;
      if (name === lockText) return true;
      id = value.base;
    } else if (value.kind === "element") id = value.base;
    else return value.kind === "global" && guards.guards.some((guard) => guard.global === value.name);
  }
}

/** Notes under which spans a pointer was obtained; obtaining it anew ends its being stale. */
export function obtain(
  context: AnalysisContext,
  state: LockState,
  value: ValueId,
  place: { readonly at: SourceRange; readonly what: string },
): void {
  const { table } = context;
  const pointer = table.pointerOf(value);
  const kind = table.get(pointer).kind;
  if (kind === "parameter" || kind === "number" || kind === "local" || kind === "fresh" || kind === "global")
    return;
  // A processor's own memory is there as long as the processor.
  if (ownProcessorsOf(table, pointer) !== null) return;
  state.stale.delete(pointer);
  forgetFreed(state, pointer);
  const spans = state.held.flatMap((held) => held.spans);
  if (spans.length === 0) {
    state.origins.delete(pointer);
    return;
  }
  state.origins.set(pointer, spans);
  state.step({ kind: "obtain", at: place.at, what: place.what, subject: pointer });
}

/**
 * In the next round of a loop the same place finds or makes another object: what was known of the one
 * of the round before does not hold for it.
 */
export function forgetRound(state: LockState, isMeant: (pointer: ValueId) => boolean): void {
  const { stale, origins, removed, chains, published, maybePublished, signs } = state;
  for (const known of [stale, origins, removed, chains, published, maybePublished, signs])
    for (const pointer of [...known.keys()]) if (isMeant(pointer)) known.delete(pointer);
  if (state.freed.some(({ pointer }) => isMeant(pointer)))
    state.freed = state.freed.filter(({ pointer }) => !isMeant(pointer));
}

/** A pointer stands for other memory from here on. */
export function forgetFreed(state: LockState, pointer: ValueId): void {
  if (state.freed.length > 0) state.freed = state.freed.filter((one) => one.pointer !== pointer);
}
