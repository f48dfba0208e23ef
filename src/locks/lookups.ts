/**
 * What was looked up under a lock, and whether it is acted on in a later span of
 * the lock without looking again.
 *
 * Followed are values read from guarded memory, and results of functions that
 * read such memory under the caller's lock. What the way to a write says about such a value is a
 * decision. A write in the span of the lookup itself claims what was found: what
 * comes later is then a protocol of the code's own.
 */
import type { SourceRange } from "../c/index.ts";
import { guardedPlace, isCovered } from "./accesses.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import type { StaleDecision } from "./facts.ts";
import type { FunctionSummary } from "./function-summary.ts";
import {
  ANY_SIGN,
  type HeldLock,
  type LockState,
  type Lookup,
  NEGATIVE,
  type Span,
  ZERO,
} from "./lock-state.ts";
import { cellOf } from "./memory.ts";
import type { GuardedPlace } from "./observer.ts";
import { rootOf } from "./roots.ts";
import type { Substitution } from "./substitute.ts";
import type { ValueId, ValueTable } from "./value.ts";

interface Place {
  readonly at: SourceRange;
  readonly site: number;
  readonly text: string;
}

/** A value was read from memory. */
export function noteRead(
  context: AnalysisContext,
  state: LockState,
  read: Place & { readonly address: ValueId; readonly value: ValueId },
): void {
  const under = guardedUnder(context, state, read.address, "read");
  if (under === null) return;
  const { held, place } = under;
  look(state, held, [place.guard.rule, `${read.address}`]);
  note(context.table, state, read.value, { held, rule: place.guard.rule, cell: read.address, ...read });
}

/** A primitive read memory: that cell was looked at, nothing was looked up. */
export function noteLook(context: AnalysisContext, state: LockState, address: ValueId): void {
  const under = guardedUnder(context, state, address, "read");
  if (under !== null) look(state, under.held, [`${address}`]);
}

/** A reference was given up, and the result says whether it was the last: without the object's lock, not for long. */
export function noteDrop(
  context: AnalysisContext,
  state: LockState,
  drop: Place & { readonly address: ValueId; readonly result: ValueId },
): void {
  const { address, result, at, site, text } = drop;
  const place = guardedPlace(context, state, address);
  if (place === null || isCovered(context.table, state, place, "write")) return;
  if (rootOf(context.table, state, place.object).kind === "private") return;
  const span: Span = { site, at, through: null };
  const { guard, lock, object } = place;
  state.lookups.set(result, { rule: guard.rule, lock, span, at, text, cell: address, lastOf: object });
}

/** An object is given back: after its last reference went, and without the lock under which it can be found. */
export function noteFree(
  context: AnalysisContext,
  state: LockState,
  free: Place & { readonly pointer: ValueId },
): void {
  if (state.removed.has(free.pointer)) return;
  for (const [looked, lookup] of state.lookups.entries()) {
    const { lastOf, lock, rule, cell } = lookup;
    if (lastOf === undefined || context.table.pointerOf(lastOf) !== free.pointer) continue;
    const guard = context.guards.guards.find((one) => one.rule === rule && one.struct !== null);
    if (guard === undefined || !isLast(state, looked) || state.heldLock(lock) !== null || cell === null)
      continue;
    const place = { struct: guard.struct, field: null, guard, lock, through: null };
    report(context, state, { kind: "dropped", lookup }, { ...free, ...place });
  }
}

/** The count was found to be zero. */
function isLast(state: LockState, looked: ValueId): boolean {
  return ((state.signs.get(looked) ?? ANY_SIGN) & ZERO) === 0;
}

/** A function of the program returned; it read memory under locks that were held. */
export function noteResult(
  context: AnalysisContext,
  state: LockState,
  call: Place & {
    readonly summary: FunctionSummary;
    readonly substitution: Substitution;
    readonly result: ValueId;
  },
): void {
  if (state.held.length === 0) return;
  for (const need of call.summary.needs) {
    if (need.guard === null) continue;
    const held = state.heldLock(call.substitution.value(need.lock));
    if (held === null) continue;
    if (need.kind === "read") {
      look(state, held, [need.guard.rule]);
      note(context.table, state, call.result, { held, rule: need.guard.rule, cell: null, ...call });
    }
  }
}

function look(state: LockState, held: HeldLock, what: readonly string[]): void {
  const keys = held.spans.flatMap(({ site }) => what.map((one) => `${site}|${one}`));
  const fresh = keys.filter((key) => !state.looked.includes(key));
  if (fresh.length > 0) state.looked = [...state.looked, ...fresh];
}

function hasLooked(state: LockState, held: HeldLock, what: string): boolean {
  return held.spans.every(({ site }) => state.looked.includes(`${site}|${what}`));
}

function note(
  table: ValueTable,
  state: LockState,
  value: ValueId,
  from: {
    readonly held: HeldLock;
    readonly rule: string;
    readonly cell: ValueId | null;
    readonly at: SourceRange;
    readonly text: string;
  },
): void {
  const { kind } = table.get(value);
  const [span] = from.held.spans;
  if (span === undefined || kind === "number" || kind === "parameter" || kind === "fresh") return;
  const { rule, cell, at, text, held } = from;
  state.lookups.set(value, { rule, lock: held.lock, span, at, text, cell });
}

function guardedUnder(
  context: AnalysisContext,
  state: LockState,
  address: ValueId,
  kind: "read" | "write",
): { readonly held: HeldLock; readonly place: GuardedPlace } | null {
  if (state.held.length === 0) return null;
  const place = guardedPlace(context, state, address);
  if (place === null || !isCovered(context.table, state, place, kind)) return null;
  const held = state.heldLock(place.lock);
  if (held === null || rootOf(context.table, state, place.object).kind === "private") return null;
  return { held, place };
}

/** Guarded memory is written: by a store, or by a primitive (`value` is null then). */
export function noteWrite(
  context: AnalysisContext,
  state: LockState,
  write: Place & { readonly address: ValueId; readonly value: ValueId | null },
): void {
  if (state.lookups.size === 0) return;
  const under = guardedUnder(context, state, write.address, "write");
  if (under === null) return;
  const { held, place } = under;
  const { guard, struct, field } = place;
  const found = actedOn(context, state, {
    held,
    rule: guard.rule,
    address: write.address,
    value: write.value,
  });
  report(context, state, found, { ...write, guard, struct, field, lock: held.lock, through: null });
  claim(state, held, { rule: guard.rule, address: write.address });
}

/** A function of the program that writes guarded memory under the caller's lock is called. */
export function noteWritesOf(
  context: AnalysisContext,
  state: LockState,
  call: Place & { readonly summary: FunctionSummary; readonly substitution: Substitution },
): void {
  if (state.lookups.size === 0) return;
  const { summary, substitution } = call;
  for (const need of summary.needs) {
    const { guard, kind, struct, field } = need;
    if (guard === null || kind !== "write") continue;
    const held = state.heldLock(substitution.value(need.lock));
    if (held === null || substitution.root(need.root).kind === "private") continue;
    // What it reads itself may be its own look.
    const looks = summary.needs.some((one) => one.kind === "read" && one.guard?.rule === guard.rule);
    const found = looks
      ? null
      : actedOn(context, state, { held, rule: guard.rule, address: null, value: null });
    report(context, state, found, {
      ...call,
      guard,
      struct,
      field,
      lock: held.lock,
      through: summary.function,
    });
    claim(state, held, { rule: guard.rule, address: null });
  }
}

interface Write {
  readonly held: HeldLock;
  readonly rule: string;
  readonly address: ValueId | null;
  readonly value: ValueId | null;
}

interface Acted {
  readonly kind: StaleDecision["kind"];
  readonly lookup: Lookup;
}

/** The lookup of an earlier span on which a write rests, when nothing was looked at since. */
function actedOn({ table }: AnalysisContext, state: LockState, write: Write): Acted | null {
  const { held, rule, address, value } = write;
  for (const [looked, lookup] of state.lookups.entries()) {
    if (lookup.lock !== held.lock || lookup.rule !== rule) continue;
    if (held.spans.some(({ site }) => site === lookup.span.site)) continue;
    if (lookup.lastOf !== undefined) {
      const isOf = address !== null && table.pointerOf(address) === table.pointerOf(lookup.lastOf);
      if (isLast(state, looked) && isOf && !hasLooked(state, held, `${lookup.cell}`))
        return { kind: "dropped", lookup };
      continue;
    }
    if (lookup.cell === null) {
      if (isAbsent(state, looked) && !hasLooked(state, held, rule)) return { kind: "decided", lookup };
      continue;
    }
    if (lookup.cell !== address || hasLooked(state, held, `${address}`)) continue;
    if (value !== null && table.mentions(value, looked)) return { kind: "stored", lookup };
    if (isDecidedOn(table, state, looked)) return { kind: "decided", lookup };
  }
  return null;
}

function isAbsent(state: LockState, value: ValueId): boolean {
  const signs = state.signs.get(value) ?? ANY_SIGN;
  return (signs & ~(ZERO | NEGATIVE)) === 0;
}

/** The way to here tested the value, or something that was made of it. */
function isDecidedOn(table: ValueTable, state: LockState, value: ValueId): boolean {
  for (const [tested, signs] of state.signs.entries()) {
    if (signs !== ANY_SIGN && table.get(tested).kind !== "load" && table.mentions(tested, value)) return true;
    if (tested === value && signs !== ANY_SIGN) return true;
  }
  return false;
}

/** What was found is taken into use in the span that found it. */
function claim(state: LockState, held: HeldLock, { rule, address }: Pick<Write, "rule" | "address">): void {
  for (const [value, lookup] of [...state.lookups.entries()]) {
    if (lookup.lock !== held.lock || lookup.rule !== rule) continue;
    if (!held.spans.some(({ site }) => site === lookup.span.site)) continue;
    if (lookup.cell === null || address === null || lookup.cell === address) state.lookups.delete(value);
  }
}

type ReportedWrite = Place & {
  readonly guard: GuardedPlace["guard"];
  readonly struct: string | null;
  readonly field: string | null;
  readonly lock: ValueId;
  readonly through: string | null;
};

function report(
  { recorder, table }: AnalysisContext,
  state: LockState,
  found: Acted | null,
  write: ReportedWrite,
): void {
  if (recorder === null) return;
  const { site, at, text, guard, struct, field, lock, through } = write;
  const key = `${site}:${guard.rule}`;
  if (found === null) {
    recorder.soundWrite(key);
    return;
  }
  const count = found.kind === "dropped" ? cellOf(table, found.lookup.cell ?? 0) : null;
  const decision = { ...found, at, text, guard, struct, field, lock, through };
  recorder.staleDecision(state, key, { ...decision, ...(count !== null && { count }) });
}

/** A lookup on either way is one; a look counts where both ways made it. */
export function joinLookups(into: LockState, from: LockState): boolean {
  let changed = false;
  if (!into.lookups.isSameAs(from.lookups)) {
    for (const [value, lookup] of from.lookups.entries()) {
      if (into.lookups.has(value)) continue;
      into.lookups.set(value, lookup);
      changed = true;
    }
  }
  const looked = into.looked.filter((key) => from.looked.includes(key));
  if (looked.length === into.looked.length) return changed;
  into.looked = looked;
  return true;
}
