/** What a caller gets from a function of the program: its result, and what it hands out through its parameters. */
import type { SourceRange } from "../c/index.ts";
import { recordPointerStore } from "./accesses.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import type { HandedOut, HandedOver } from "./function-summary.ts";
import { ANY_SIGN, type LockState, type Root } from "./lock-state.ts";
import { obtain, writeMemory } from "./memory.ts";
import { restrict, signOf } from "./signs.ts";
import { type Substitution, substituteStale } from "./substitute.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** A value in the caller's terms; null where it has to be given a name. */
export interface ReceivedValue {
  readonly from: HandedOver;
  readonly value: ValueId | null;
  readonly root: Root;
  readonly staleLock: ValueId | null;
}

export interface ReceivedOut extends ReceivedValue {
  readonly from: HandedOut;
  /** Where the caller lets it be stored. */
  readonly address: ValueId;
}

interface CallPlace {
  readonly site: number;
  readonly at: SourceRange;
  readonly callee: string;
}

export function receivedValue(from: HandedOver, substitution: Substitution): ReceivedValue {
  return {
    from,
    value: from.value === null ? null : substitution.value(from.value),
    root: substitution.root(from.root),
    staleLock: from.stale === null ? null : substitution.value(from.stale.lock),
  };
}

/** @param result where a struct that is returned stands */
export function receivedOut(
  table: ValueTable,
  from: HandedOut,
  { substitution, result }: { readonly substitution: Substitution; readonly result: ValueId },
): ReceivedOut {
  const { parameter, member } = from.into;
  const address =
    member === null
      ? substitution.value(table.intern({ kind: "parameter", index: parameter }))
      : table.field(result, member.struct, member.field);
  return { ...receivedValue(from, substitution), from, address };
}

/** What a call returns where nothing says which value it is. */
export function unknownResult(table: ValueTable, site: number, callee: string): ValueId {
  return table.intern({ kind: "foreign", site, inner: table.intern({ kind: "result", site, callee }) });
}

/** Whose it is, and whether its span is over. */
export function receive(
  { table }: AnalysisContext,
  state: LockState,
  {
    from,
    value,
    root,
    staleLock,
    place,
  }: ReceivedValue & { readonly value: ValueId; readonly place: CallPlace },
): void {
  const { kind } = table.get(value);
  if (kind === "foreign" || kind === "result") state.roots.set(value, root);
  const pointer = table.pointerOf(value);
  if (from.isRemoved) state.removed.set(pointer, true);
  if (from.stale === null || staleLock === null || state.heldLock(staleLock) !== null) return;
  state.stale.set(pointer, substituteStale(from.stale, staleLock, place));
}

/** @returns false where these returns cannot be: the caller knows better what is handed out */
export function receiveOuts(
  context: AnalysisContext,
  state: LockState,
  outs: readonly ReceivedOut[],
  place: CallPlace,
): boolean {
  const { table } = context;
  for (const out of outs) {
    const { address, from } = out;
    const before = table.intern({ kind: "load", address, version: 0 });
    const value = out.value ?? table.intern({ kind: "foreign", site: place.site, inner: before });
    const pointer = table.pointerOf(value);
    if (!state.origins.has(pointer) && !state.stale.has(pointer))
      obtain(context, state, value, { at: place.at, what: `obtained from ${place.callee}()` });
    receive(context, state, { ...out, value, place });
    const { text, pointee } = from;
    recordPointerStore(context, state, { ...place, address, value, pointee, text, through: place.callee });
    writeMemory(context, state, { address, value, site: place.site });
    if (!hasSigns(table, state, value, from.signs)) return false;
  }
  return true;
}

/** @returns false where a value has none of the signs */
export function hasSigns(table: ValueTable, state: LockState, value: ValueId, signs: number): boolean {
  if (signs === ANY_SIGN || signs === 0 || table.get(value).kind === "number") return true;
  return (signOf(table, state, value) & signs) !== 0 && restrict(table, state, value, signs);
}
