/**
 * The kinds of returns of a function, as its callers see them: which locks and objects each leaves
 * changed, what it hands over, and what tells it from the others.
 */
import type { AnalysisContext } from "./analysis-context.ts";
import { canMeet, conditionsOf, joinConditions } from "./conditions.ts";
import type { HandedOut, HandedOver, Outcome } from "./function-summary.ts";
import { interruptsOnReturn } from "./interrupts.ts";
import { type Leaving, resultSigns, signsOf } from "./leaving.ts";
import {
  ANY_SIGN,
  type HeldLock,
  type LockState,
  POSITIVE,
  type Root,
  type When,
  ZERO,
} from "./lock-state.ts";
import { isLockTest } from "./lock-tests.ts";
import { isCallers } from "./locking.ts";
import { structAt } from "./memory.ts";
import { isNameable, lockKind } from "./nestings.ts";
import { numberOutOf, outKey, outParameters, outValue } from "./ownership.ts";
import type { Recorder } from "./recorder.ts";
import { joinRoots, NOTHING, rootOf, SHARED } from "./roots.ts";
import { joinPointees, pointeeSigns, signOf } from "./signs.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** Allocations that the function hands over without having published them. */
export function freshOf(context: AnalysisContext, leaving: readonly Leaving[]): ReadonlySet<ValueId> {
  const { table } = context;
  const fresh = new Set<ValueId>();
  const outs = outParameters(context.ir, context.guards);
  for (const { exit, value } of leaving) {
    const root = value === null ? NOTHING : rootOf(table, exit.state, value);
    if (root.kind === "private" && table.get(root.of).kind === "fresh") fresh.add(root.of);
    for (const parameter of outs) {
      const pointer = table.pointerOf(outValue(table, exit.state, parameter)?.value ?? table.number(0));
      if (table.get(pointer).kind === "fresh") fresh.add(pointer);
    }
  }
  for (const id of [...fresh]) {
    if (leaving.some(({ exit: { state } }) => !isKept(state, id, outs))) fresh.delete(id);
  }
  return fresh;
}

/** Nobody can reach it, or only whoever has what an out-parameter points to. */
function isKept({ published }: LockState, fresh: ValueId, outs: readonly number[]): boolean {
  const into = published.get(fresh);
  return into === undefined || (into.kind === "parameter" && outs.includes(into.index));
}

/** Locks about which the function itself has a finding: its callers are not told once more. */
export interface Reported {
  /** Left held on some returns: a caller is judged as if the function had released them. */
  readonly leaked: ReadonlySet<ValueId>;
  /** Released where they are not held: a caller is judged as if the function had not. */
  readonly released: ReadonlySet<ValueId>;
}

interface OutcomeSetting {
  readonly fresh: ReadonlySet<ValueId>;
  readonly reported: Reported;
  /** What was stored where, as written. */
  readonly stored: Recorder["stored"];
}

const UNSEEN = { text: "memory", pointee: null };

export function outcomesOf(
  context: AnalysisContext,
  leaving: readonly Leaving[],
  setting: OutcomeSetting,
): Outcome[] {
  const groups = new Map<string, Leaving[]>();
  const left = leftBehind(context, leaving);
  for (const one of leaving) {
    const key = `${exitKey(context, one, setting)}|${left(one)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const told = groups.size < 2 ? [] : toldNumbers(context, [...groups.values()]);
  return [...groups.values()].map((group) => outcomeOf(context, group, { ...setting, told }));
}

/** Parameters where some kind of return leaves one and the same number, which tells it from the others. */
function toldNumbers({ table, ir }: AnalysisContext, groups: readonly (readonly Leaving[])[]): number[] {
  return ir.parameters.flatMap((variable, parameter) => {
    const type = ir.variables[variable]?.type;
    if (type?.kind !== "pointer" || type.to.kind !== "scalar") return [];
    return groups.some((group) => numberLeft(table, group, parameter) !== null) ? [parameter] : [];
  });
}

/** The number that all these returns leave where a parameter points to. */
function numberLeft(table: ValueTable, group: readonly Leaving[], parameter: number): ValueId | null {
  const [number = null, ...others] = new Set(
    group.map(({ exit }) => numberOutOf(table, exit.state, parameter)),
  );
  return number === null || others.length > 0 ? null : table.number(number);
}

function numberOut(
  { table }: AnalysisContext,
  group: readonly Leaving[],
  { stored, parameter }: { readonly stored: Recorder["stored"]; readonly parameter: number },
): HandedOut {
  const value = numberLeft(table, group, parameter);
  const { text } = stored.get(table.intern({ kind: "parameter", index: parameter })) ?? UNSEEN;
  return {
    into: { parameter, member: null },
    text,
    pointee: null,
    value,
    signs: ANY_SIGN,
    root: SHARED,
    stale: null,
    isRemoved: false,
  };
}

/** The lock effect of a return, what it hands out, and the lock of which it tells whether it is held. */
function exitKey(context: AnalysisContext, { exit, value }: Leaving, { reported }: OutcomeSetting): string {
  const { table, ir, guards } = context;
  const { state } = exit;
  const given = outParameters(ir, guards).flatMap((parameter) => newOut(table, state, parameter) ?? []);
  const acquired = acquiredFor(table, state, [value, ...given], reported);
  const released = releasedFor(state, reported);
  const outs = outParameters(ir, guards).map((parameter) => outKey(table, state, parameter));
  return `${acquired.map(({ lock, mode }) => `${lock}${mode}`).join(",")}|${released.join(",")}|${state.interrupts}|${outs.join()}|${value !== null && isLockTest(table, value) ? value : ""}`;
}

/**
 * Whom a return leaves the caller's objects to, where the result or an argument tells returns that
 * leave them otherwise apart; else nothing.
 */
function leftBehind(context: AnalysisContext, leaving: readonly Leaving[]): (one: Leaving) => string {
  const keys = new Map(leaving.map((one) => [one, leftKey(context, one)]));
  const groups = [...new Set(keys.values())].map((key) => leaving.filter((one) => keys.get(one) === key));
  const areTold = groups.every((group, index) =>
    groups.slice(index + 1).every((other) => areToldApart(context, group, other)),
  );
  return areTold ? (one) => keys.get(one) ?? "" : () => "";
}

function leftKey({ table }: AnalysisContext, { exit: { state } }: Leaving): string {
  const published = [...state.published.keys()].filter((object) => table.get(object).kind === "parameter");
  const removed = [...state.removed.keys(), ...state.unlinked].filter((object) => isCallers(table, object));
  return `${published.sort().join()}|${[...new Set(removed)].sort().join()}`;
}

function areToldApart(
  { table, ir }: AnalysisContext,
  one: readonly Leaving[],
  other: readonly Leaving[],
): boolean {
  if ((resultSigns(ir.returnType, signsOf(one)) & resultSigns(ir.returnType, signsOf(other))) === 0)
    return true;
  return !canMeet(whenOf(table, one), whenOf(table, other));
}

function newOut(table: ValueTable, state: LockState, parameter: number): ValueId | null {
  const out = outValue(table, state, parameter);
  return out?.isNew === true ? out.value : null;
}

/** Locks that a caller finds held: its own ones, and those of the objects that it gets. */
function acquiredFor(
  table: ValueTable,
  state: LockState,
  given: readonly (ValueId | null)[],
  { leaked }: Reported,
): HeldLock[] {
  return acquiredIn(state).filter(
    ({ lock }) =>
      (isCallers(table, lock) || given.some((value) => isHandedOut(table, lock, value))) && !leaked.has(lock),
  );
}

function releasedFor(state: LockState, { released }: Reported): ValueId[] {
  return state.released.filter((lock) => !released.has(lock));
}

/** Locks of which these returns do not tell whether they are held. */
function unsureFor(
  table: ValueTable,
  group: readonly Leaving[],
  returns: ValueId | null,
  { leaked, released }: Reported,
): ValueId[] {
  const unsure = new Set([...leaked, ...released, ...group.flatMap(({ exit }) => exit.state.unsure)]);
  return [
    ...[...unsure].filter((lock) => isNameable(table, lock) || isHandedOut(table, lock, returns)),
    ...unnamedIn(table, group, leaked),
  ];
}

/** Locks that are left held, and for which a caller has no name: it may have found them by another way. */
function unnamedIn(table: ValueTable, group: readonly Leaving[], leaked: ReadonlySet<ValueId>): ValueId[] {
  const held = new Set(group.flatMap(({ exit }) => acquiredIn(exit.state).map(({ lock }) => lock)));
  return [...held].filter(
    (lock) => !isNameable(table, lock) && !leaked.has(lock) && lockKind(table, lock) !== null,
  );
}

/** A lock of the object that the caller gets. */
function isHandedOut(table: ValueTable, lock: ValueId, value: ValueId | null): boolean {
  return value !== null && table.get(value).kind !== "number" && table.mentions(lock, value);
}

function outcomeOf(
  context: AnalysisContext,
  group: readonly Leaving[],
  setting: OutcomeSetting & { readonly told: readonly number[] },
): Outcome {
  const { table, ir } = context;
  const { fresh, reported, stored, told } = setting;
  const [first] = group;
  const state = first?.exit.state;
  const isPointer = ir.returnType.kind === "pointer";
  const values = group.map(({ exit, value, signs }) => ({ state: exit.state, value, signs }));
  const result = handedOver(table, values, { fresh, isPointer });
  const outs = outParameters(ir, context.guards).flatMap((parameter) =>
    handedOut(context, group, { setting, parameter }),
  );
  const given = [result.value, ...outs.map(({ value }) => value)];
  const acquired = state === undefined ? [] : acquiredFor(table, state, given, reported);
  return {
    when: whenOf(table, group),
    pointees: pointeesOf(table, group),
    acquired: acquired.map(({ lock, mode, recursive, tried }) => ({
      lock,
      mode,
      recursive,
      ...(tried === true && { tried }),
    })),
    released: state === undefined ? [] : releasedFor(state, reported),
    unsure: unsureFor(table, group, result.value, reported),
    result: { ...result, signs: resultSigns(ir.returnType, result.signs) },
    outs: [
      ...outs,
      ...told.map((parameter) => numberOut(context, group, { stored, parameter })),
      ...returnedMembers(context, group, setting),
    ],
    publishes: publishesOf(context, group),
    removes: removesOf(context, group),
    interrupts: state === undefined ? "entry" : interruptsOnReturn(state),
  };
}

/** What the arguments are on these returns. */
function whenOf(table: ValueTable, group: readonly Leaving[]): When {
  return group
    .map(({ exit }) => conditionsOf(table, exit.state))
    .reduce((left, right) => joinConditions(left, right));
}

/** A value at a return; null where nothing is known of it. */
interface ValueAtReturn {
  readonly state: LockState;
  readonly value: ValueId | null;
  readonly signs: number;
}

function handedOver(
  table: ValueTable,
  all: readonly ValueAtReturn[],
  { fresh, isPointer }: { readonly fresh: ReadonlySet<ValueId>; readonly isPointer: boolean },
): HandedOver {
  // An error or NULL beside one good pointer leaves the pointer as the value.
  const good = isPointer ? all.filter(({ signs }) => (signs & POSITIVE) !== 0) : all;
  const [value = null, ...others] = new Set(good.map((one) => one.value));
  let root: Root = NOTHING;
  for (const one of good) {
    if (one.value === null) continue;
    const own = rootOf(table, one.state, one.value);
    root = joinRoots(root, own.kind === "private" && !fresh.has(own.of) ? { kind: "shared" } : own);
  }
  const isRemoved = (one: ValueAtReturn) =>
    one.value !== null && one.state.removed.has(table.pointerOf(one.value));
  const stale = good.map((one) =>
    one.value === null || isRemoved(one) ? undefined : one.state.stale.get(table.pointerOf(one.value)),
  );
  const known = stale.find((entry) => entry !== undefined);
  const certain = known !== undefined && stale.every((entry) => entry?.certain === true);
  return {
    value: others.length === 0 ? value : null,
    signs: all.reduce((signs, one) => signs | one.signs, 0),
    root,
    stale: known === undefined ? null : { ...known, certain },
    isRemoved: isPointer && good.some(isRemoved) && good.every((one) => isRemoved(one) || one.signs === ZERO),
  };
}

/** What these returns hand out through a parameter, if they do. */
function handedOut(
  context: AnalysisContext,
  group: readonly Leaving[],
  { setting, parameter }: { readonly setting: OutcomeSetting; readonly parameter: number },
): HandedOut[] {
  const { table } = context;
  const { fresh, stored } = setting;
  const outs = group.map(({ exit: { state } }) => ({ state, out: outValue(table, state, parameter) }));
  if (outs.every(({ out }) => out?.isNew === false)) return [];
  const values = outs.map(({ state, out }) => ({
    state,
    value: out?.value ?? null,
    signs: out === null ? ANY_SIGN : signOf(table, state, out.value),
  }));
  const { text, pointee } = stored.get(table.intern({ kind: "parameter", index: parameter })) ?? UNSEEN;
  const into = { parameter, member: null };
  return [{ into, text, pointee, ...handedOver(table, values, { fresh, isPointer: true }) }];
}

/** What the members of a struct that is returned hold, as far as these returns tell. */
function returnedMembers(
  { table, ir }: AnalysisContext,
  group: readonly Leaving[],
  { fresh }: OutcomeSetting,
): HandedOut[] {
  const [first] = group;
  if (ir.returnType.kind !== "struct" || first === undefined || first.value === null) return [];
  const whole = structAt(table, first.value);
  return [...first.exit.state.memory.keys()].flatMap((address): HandedOut[] => {
    const member = table.get(address);
    if (member.kind !== "field" || member.base !== whole) return [];
    const { struct, field } = member;
    const values = group.map(({ exit: { state }, value }) => {
      const place = value === null ? null : table.field(structAt(table, value), struct, field);
      const held = place === null ? null : (state.memory.get(place) ?? null);
      return { state, value: held, signs: held === null ? ANY_SIGN : signOf(table, state, held) };
    });
    const into = { parameter: null, member: { struct, field } };
    return [{ ...UNSEEN, into, ...handedOver(table, values, { fresh, isPointer: true }) }];
  });
}

/** What every return of a group says about what the parameters point to. */
function pointeesOf(table: ValueTable, group: readonly Leaving[]): Outcome["pointees"] {
  const joined = group.map(({ exit }) => pointeeSigns(table, exit.state)).reduce(joinPointees);
  return [...joined].map(([value, signs]) => ({ value, signs }));
}

function publishesOf(context: AnalysisContext, leaving: readonly Leaving[]): Outcome["publishes"] {
  const published = new Map<ValueId, Root>();
  for (const { exit } of leaving) {
    for (const [object, into] of exit.state.published.entries()) {
      if (context.table.get(object).kind !== "parameter" || into.kind === "private") continue;
      published.set(object, joinRoots(published.get(object) ?? NOTHING, into));
    }
  }
  return [...published].map(([object, into]) => ({ object, into }));
}

function removesOf(context: AnalysisContext, leaving: readonly Leaving[]): ValueId[] {
  const [first, ...others] = leaving;
  if (first === undefined) return [];
  const gone = ({ removed, unlinked }: LockState) => new Set([...removed.keys(), ...unlinked]);
  return [...gone(first.exit.state)].filter(
    (object) => isCallers(context.table, object) && others.every(({ exit }) => gone(exit.state).has(object)),
  );
}

export function acquiredIn(state: LockState): HeldLock[] {
  return state.held.filter((held) => held.evidence === "acquired");
}
