/**
 * Turns the final states of a function into its facts and its summary.
 *
 * Whether a lock that is held at a return is a leak is decided here, because it
 * depends on all returns together: a function that always returns with the lock,
 * or does so exactly when it reports success, is a wrapper.
 */
import type { CType, FunctionIr, SourceRange } from "../c/index.ts";
import { isSurelyFreed } from "./accesses.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import { canMeet, conditionsOf, joinConditions } from "./conditions.ts";
import type { FunctionFacts, LockFault, LockNeed, SpanFact } from "./facts.ts";
import type { FunctionSummary } from "./function-summary.ts";
import { isBool, type Leaving, resultSigns, signsOf } from "./leaving.ts";
import {
  ANY_SIGN,
  type HeldLock,
  type LockState,
  NEGATIVE,
  POSITIVE,
  type When,
  ZERO,
} from "./lock-state.ts";
import { asLockTests, onlyAsserts } from "./lock-tests.ts";
import { heldAsEqual, isCallers, lockText } from "./locking.ts";
import { innerAcquires, isNameable } from "./nestings.ts";
import { acquiredIn, freshOf, outcomesOf, type Reported } from "./outcomes.ts";
import { numberOutOf, outParameters } from "./ownership.ts";
import { type Exit, heldOf, type Recorder } from "./recorder.ts";
import { signOf } from "./signs.ts";
import { isToldApart } from "./told-apart.ts";
import { isOneOfTwoHalves } from "./two-halves.ts";
import type { ValueId, ValueTable } from "./value.ts";

export interface FunctionResult {
  readonly facts: FunctionFacts;
  readonly summary: FunctionSummary;
}

export function summarise(
  context: AnalysisContext,
  recorder: Recorder,
  lostPrecision: boolean,
): FunctionResult {
  const leaving = leavingsOf(context, recorder);
  const needs = recorder.allNeeds();
  const shownAs = representatives(context.table, needs);
  const doubled = new Set([...recorder.doubleLocks.values()].map(({ fact }) => fact.lock));
  // What follows from a second acquisition is not reported again.
  const leaks = leaksOf(context, leaving).filter(
    (leak) =>
      !doubled.has(leak.lock) && !isOneOfTwoHalves(context.ir, leak, releasesOfCaller(context, recorder)),
  );
  const released = badReleases(context, recorder);
  const faults = [...doubleLocks(recorder), ...released, ...leaks];
  // Where control goes from what could not be read is not known.
  const hasGap = gapsOf(context.ir).length > 0;
  const guesses = faults.filter(
    (fault) =>
      (lostPrecision && !fault.certain) ||
      hasGap ||
      fault.isUnsure ||
      isToldApart(context.table, faults, fault),
  );
  const facts: FunctionFacts = {
    function: context.ir.name,
    needs,
    shownAs,
    lateUses: [...recorder.lateUses.values()].map(({ fact, certain }) => ({ ...fact, certain })),
    faults: faults.filter((fault) => !guesses.includes(fault)),
    guesses,
    spans: spansOf(recorder),
    places: recorder.places?.places() ?? [],
    accesses: [...recorder.accesses.values()],
    globalUses: [...recorder.globalUses.values()],
    acquires: [...recorder.acquires.values()],
    removals: [...recorder.removals.values()],
    interruptFaults: recorder.interrupts.faults(),
    quietCalls: recorder.interrupts.quietCalls(),
    loudCalls: recorder.interrupts.loudCalls(),
    isEnteredOff: recorder.interrupts.isEnteredOff,
    staleDecisions: recorder.staleDecisions(),
    lockedCalls: recorder.lockedCalls().filter(({ certain }) => certain || !lostPrecision),
    openConditions: recorder.conditions.open(),
    calls: [...recorder.calls.values()].map(({ fact, open, late }) => ({ ...fact, open, late })),
    heldByNumber: heldByNumber(context, leaving),
    heldOnReturn: heldOnReturn(context, leaving).filter(({ lock }) => !doubled.has(lock)),
    callersReleases: releasesOfCaller(context, recorder),
    unsureReleases: [...recorder.unsureReleases],
    lostPrecision,
    gaps: gapsOf(context.ir),
  };
  const reported = {
    // Where an argument tells, a caller is judged by what it passes.
    leaked: new Set(leaks.flatMap(({ lock, isByArgument }) => (isByArgument ? [] : lock))),
    released: new Set(released.map(({ lock }) => lock)),
  };
  return {
    facts,
    summary: summaryOf(context, recorder, { leaving, needs: [...new Set(shownAs.values())], reported }),
  };
}

const factsOfNothing = new WeakMap<FunctionIr, FunctionFacts>();

/** Of a function that has nothing to do with locks or guarded memory. */
export function noFacts(ir: FunctionIr): FunctionFacts {
  const known = factsOfNothing.get(ir);
  if (known !== undefined) return known;
  const facts = emptyFacts(ir);
  factsOfNothing.set(ir, facts);
  return facts;
}

function emptyFacts(ir: FunctionIr): FunctionFacts {
  return {
    function: ir.name,
    needs: [],
    shownAs: new Map(),
    lateUses: [],
    faults: [],
    guesses: [],
    spans: [],
    places: [],
    accesses: [],
    globalUses: [],
    acquires: [],
    removals: [],
    interruptFaults: [],
    quietCalls: [],
    loudCalls: [],
    isEnteredOff: false,
    staleDecisions: [],
    lockedCalls: [],
    openConditions: [],
    calls: [],
    heldByNumber: [],
    heldOnReturn: [],
    callersReleases: [],
    unsureReleases: [],
    lostPrecision: false,
    gaps: gapsOf(ir),
  };
}

function leavingsOf(context: AnalysisContext, { exits }: Recorder): Leaving[] {
  const leaving = exits.map((exit) => leavingOf(context, exit));
  return context.testsLocks ? asLockTests(context, leaving) : leaving;
}

function leavingOf({ table }: AnalysisContext, exit: Exit): Leaving {
  const value = exit.value === null ? null : (exit.state.env.get(exit.value) ?? null);
  return { exit, value, signs: value === null ? ANY_SIGN : signOf(table, exit.state, value) };
}

function doubleLocks(recorder: Recorder): LockFault[] {
  return [...recorder.doubleLocks].map(([key, { fact, certain }]) => ({
    ...fact,
    certain: certain && recorder.isAlwaysDouble(key),
  }));
}

/**
 * Releases of a lock that is not held. One that no path of this function has
 * taken before may be the caller's: it is judged there.
 */
function badReleases(context: AnalysisContext, recorder: Recorder): LockFault[] {
  return [...recorder.badReleases.values()]
    .filter(({ fault, callers, good }) => good || !callers || !isCallers(context.table, fault.lock))
    .map(({ fault, good }) => ({ ...fault, certain: fault.certain && !good }));
}

/** Releases of the caller's lock, for the judgement at an entry point that has no caller. */
function releasesOfCaller(context: AnalysisContext, recorder: Recorder): LockFault[] {
  return [...recorder.badReleases.values()]
    .filter(({ fault, callers, good }) => !good && callers && isCallers(context.table, fault.lock))
    .map(({ fault }) => fault);
}

// ---- leaks ----

function leaksOf(context: AnalysisContext, leaving: readonly Leaving[]): LockFault[] {
  const locks = new Set(leaving.flatMap(({ exit }) => takenIn(exit.state).map(({ lock }) => lock)));
  return [...locks].flatMap((lock) => leaksOfLock(context, leaving, lock));
}

/** Locks that the function holds and was not entered with: one that it had released before is the caller's again. */
function takenIn(state: LockState): HeldLock[] {
  return acquiredIn(state).filter((held) => !state.released.includes(held.lock));
}

/**
 * Locks that a number tells of by being positive, while 0 says that the function
 * has let them go: nobody but a caller that was written for it reads it so.
 */
function heldByNumber(context: AnalysisContext, leaving: readonly Leaving[]): LockFault[] {
  const { returnType } = context.ir;
  if (returnType.kind !== "scalar" || returnType.name === "void" || isBool(returnType)) return [];
  const locks = new Set(leaving.flatMap(({ exit }) => takenIn(exit.state).map(({ lock }) => lock)));
  return [...locks].flatMap((lock) => {
    const holding = leaving.filter(({ exit }) => takenIn(exit.state).some((held) => held.lock === lock));
    const free = leaving.filter((one) => !holding.includes(one));
    const released = free.some(({ exit }) => exit.state.cycled.some((one) => one.lock === lock));
    const [first] = holding;
    if (first === undefined || !released || signsOf(holding) !== POSITIVE || signsOf(free) !== ZERO)
      return [];
    return [leakAt(context, first.exit, lock, free)];
  });
}

/** Locks with which every return leaves: right for a wrapper, a leak where nobody is there to release. */
function heldOnReturn(context: AnalysisContext, leaving: readonly Leaving[]): LockFault[] {
  const [first] = leaving;
  if (first === undefined) return [];
  return takenIn(first.exit.state)
    .filter(({ lock }) => leaving.every(({ exit }) => takenIn(exit.state).some((held) => held.lock === lock)))
    .map(({ lock }) => leakAt(context, first.exit, lock, []));
}

function leaksOfLock(context: AnalysisContext, leaving: readonly Leaving[], lock: ValueId): LockFault[] {
  const holding = leaving.filter(({ exit }) => takenIn(exit.state).some((held) => held.lock === lock));
  const free = leaving.filter((one) => !holding.includes(one) && !holdsAsEqual(context.table, one, lock));
  if (free.length === 0 || isByResult(context.ir.returnType, signsOf(holding), signsOf(free))) return [];
  if (holding.every((one) => isHandedOver(context.table, one, lock))) return [];
  if (isToldByNumber(context, holding, free)) return [];
  if (leaving.every((one) => holdsOfResult(context.table, one, lockText(context.table, lock)))) return [];
  const places = new Map<number, Leaving>();
  for (const one of holding) if (!places.has(one.exit.at.start)) places.set(one.exit.at.start, one);
  const isByArgument = isToldByArgument(context, leaving, lock);
  return [...places.values()].map(({ exit }) => ({ ...leakAt(context, exit, lock, free), isByArgument }));
}

/** An object of the caller points to the lock itself: whoever reads it there is to release it. */
function isHandedOver(table: ValueTable, { exit: { state } }: Leaving, lock: ValueId): boolean {
  return [...state.memory.entries()].some(
    ([address, value]) => value === lock && table.get(table.startOf(address)).kind === "parameter",
  );
}

/** Of a helper without a result that does nothing but take the lock: whether its arguments tell when. */
function isToldByArgument(
  { table, ir }: AnalysisContext,
  leaving: readonly Leaving[],
  lock: ValueId,
): boolean {
  if (ir.returnType.kind !== "scalar" || ir.returnType.name !== "void") return false;
  const isHolding = ({ exit: { state } }: Leaving) => takenIn(state).some((held) => held.lock === lock);
  const free = leaving.filter((one) => !isHolding(one));
  if (free.some(({ exit }) => exit.state.cycled.some((cycled) => cycled.lock === lock))) return false;
  const whenOf = ({ exit: { state } }: Leaving) => conditionsOf(table, state);
  return leaving
    .filter(isHolding)
    .every((one) => free.every((other) => !canMeet(whenOf(one), whenOf(other))));
}

/**
 * Whether a number to which a parameter points says that the lock is held: it is one and the same on all these
 * returns, on none of the others, and another one on one of them.
 */
function isToldByNumber(
  { table, ir }: AnalysisContext,
  holding: readonly Leaving[],
  free: readonly Leaving[],
): boolean {
  return [...ir.parameters.keys()].some((parameter) => {
    const numberAt = ({ exit }: Leaving) => numberOutOf(table, exit.state, parameter);
    const [says = null, ...others] = new Set(holding.map(numberAt));
    const elsewhere = free.map(numberAt);
    const isOne = says !== null && others.length === 0;
    return isOne && !elsewhere.includes(says) && elsewhere.some((one) => one !== null);
  });
}

/** Such a lock of what is returned is held: every way hands its own object over locked. */
function holdsOfResult(table: ValueTable, { exit, value }: Leaving, name: string): boolean {
  return (
    value !== null &&
    takenIn(exit.state).some(({ lock }) => lockText(table, lock) === name && table.mentions(lock, value))
  );
}

/** The lock is held by another name: on this way both pointers are one. */
function holdsAsEqual(table: ValueTable, { exit: { state } }: Leaving, lock: ValueId): boolean {
  const held = heldAsEqual(table, state, lock);
  return held !== null && takenIn(state).includes(held);
}

function leakAt(context: AnalysisContext, exit: Exit, lock: ValueId, free: readonly Leaving[]): LockFault {
  const held = exit.state.heldLock(lock);
  return {
    kind: "lock-leak",
    function: context.ir.name,
    at: exit.at,
    lock,
    certain: !free.some((one) => one.exit.at.start === exit.at.start),
    through: null,
    since: held?.spans ?? [],
    releasedAt: null,
    isAgain: false,
    mode: held?.mode ?? "exclusive",
    held: heldOf(exit.state),
    path: exit.state.path,
    canBeTold: canBeTold(context, exit, lock, free),
    isByArgument: false,
    isUnsure: false,
    test: null,
    minor: exit.state.isUnexpected ? "unexpected" : null,
  };
}

/**
 * Whether a result, or what an argument is, tells this return from those that come without the
 * lock; of a lock that the function never lets go itself any condition does.
 */
function canBeTold(
  { ir, table }: AnalysisContext,
  exit: Exit,
  lock: ValueId,
  free: readonly Leaving[],
): boolean {
  if (ir.returnType.kind !== "scalar" || ir.returnType.name !== "void") return true;
  if (!free.some((one) => one.exit.state.cycled.some((cycled) => cycled.lock === lock))) return true;
  const own = conditionsOf(table, exit.state);
  return free.every((one) => !canMeet(own, conditionsOf(table, one.exit.state)));
}

/**
 * Whether the result tells the caller that the lock is held: disjoint signs, and
 * the lock goes with success (0 or positive for numbers, true, a good pointer).
 */
function isByResult(type: CType, held: number, left: number): boolean {
  const [holding, free] = [resultSigns(type, held), resultSigns(type, left)];
  if (type.kind === "scalar" && type.name === "void") return false;
  if ((holding & free) !== 0) return false;
  // Below zero a number tells of failure, also where it may be above as well.
  if (holding === NEGATIVE || isFailure(type, holding)) return false;
  const isTruth = type.kind === "pointer" || isBool(type);
  return isTruth ? (holding & POSITIVE) !== 0 : holding !== (NEGATIVE | ZERO);
}

/** Of an int: a lock that goes with everything but 0 goes with the errors. */
function isFailure(type: CType, holding: number): boolean {
  return type.kind === "scalar" && type.name === "int" && holding === (NEGATIVE | POSITIVE);
}

// ---- spans ----

function spansOf(recorder: Recorder): SpanFact[] {
  return [...recorder.spans.values()].flatMap(({ held, ends, exits }) =>
    held.spans.map(
      (span): SpanFact => ({
        lock: held.lock,
        mode: held.mode,
        evidence: held.evidence,
        from: span.at,
        through: span.through,
        site: span.site,
        ends: [...ends.values()].sort(byStart),
        exits: [...exits.values()].sort(byStart),
        certain: ends.size === 0 || exits.size === 0,
      }),
    ),
  );
}

function byStart(left: SourceRange, right: SourceRange): number {
  return left.start - right.start;
}

function gapsOf(ir: FunctionIr): FunctionFacts["gaps"] {
  return ir.order.flatMap((id) =>
    (ir.blocks[id]?.instructions ?? []).flatMap((one) =>
      one.kind === "gap" ? [{ at: one.at, why: one.why }] : [],
    ),
  );
}

// ---- summary ----

function summaryOf(
  context: AnalysisContext,
  recorder: Recorder,
  found: {
    readonly leaving: readonly Leaving[];
    readonly needs: readonly LockNeed[];
    readonly reported: Reported;
  },
): FunctionSummary {
  const { leaving, needs, reported } = found;
  const { table } = context;
  const fresh = freshOf(context, leaving);
  const acquires = [...recorder.acquires.values()]
    .filter((one) => one.ofCaller && !one.tried)
    .map(({ lock, mode, recursive, at, when, without, by }) => ({
      by,
      lock,
      mode,
      recursive,
      at,
      when,
      without,
      known: isNameable(table, lock),
      unless: untakenOf(table, leaving, lock),
    }));
  return {
    function: context.ir.name,
    outcomes: outcomesOf(context, leaving, { fresh, reported, stored: recorder.stored }),
    needs,
    touches: [...recorder.touches.values()],
    coveredUses: [...recorder.coveredUses.values()],
    acquires: innerAcquires(table, acquires),
    callbacks: [...recorder.callbacks.values()].map((callback) => ({
      ...callback,
      unless: untakenOf(table, leaving, callback.target),
    })),
    isAssertion: onlyAsserts(context),
    asserted: [...recorder.assertions]
      .filter(([lock]) => isCallers(table, lock) && leaving.every(({ exit }) => isAsserted(exit.state, lock)))
      .map(([lock, mode]) => ({ lock, mode })),
    writes: writesOf(context, recorder),
    stores: storesOf(context, recorder, leaving),
    frees: freesOf(context, leaving),
    fresh,
  };
}

/**
 * One need for each lock and object root, and for the locks held there that a caller may have
 * another name for: the others say nothing more to it. What is reached from a parameter's own
 * memory is part of using it; locks and objects that a caller has no name for count once a kind.
 */
function representatives(table: ValueTable, needs: readonly LockNeed[]): ReadonlyMap<LockNeed, LockNeed> {
  const groups = new Map<string, LockNeed[]>();
  const keyOf = ({ root, object, guard, lock, kind, struct, field, under }: LockNeed): string => {
    const named = isNameable(table, lock) ? lock : lockText(table, lock);
    const of = isNameable(table, object) ? object : `${struct}.${field}`;
    const about = root.kind === "parameter" ? `p${root.index}` : `o${of}`;
    const inside = under.map((held) => `${held.lock}${held.mode}`).join();
    return `${guard?.rule ?? "assert"}:${named}:${about}:${kind}:${inside}`;
  };
  for (const need of needs) groups.set(keyOf(need), [...(groups.get(keyOf(need)) ?? []), need]);
  return new Map(
    [...groups.values()].flatMap((group) => {
      const shown = representative(group);
      return group.map((need) => [need, shown] as const);
    }),
  );
}

/** The one that is shown, with what the arguments are where any of them is met. */
function representative(group: readonly LockNeed[]): LockNeed {
  const nearest = group.reduce((known, need) => (isNearer(need, known) ? need : known));
  const when = group.map((need) => need.when).reduce(joinConditions);
  return group.length === 1 || nearest.when.size === 0 ? nearest : { ...nearest, when };
}

/** The parameter itself before what was reached from it; then the earlier place. */
function isNearer(need: LockNeed, known: LockNeed): boolean {
  const direct = need.through === null;
  if (direct !== (known.through === null)) return direct;
  return need.at.start < known.at.start;
}

/** An assertion on some ways only is no contract of the whole function. */
function isAsserted(state: LockState, lock: ValueId): boolean {
  return state.heldLock(lock)?.evidence === "asserted" || state.released.includes(lock);
}

/** What the arguments are on returns that come from a way that has not taken the lock; null without any. */
function untakenOf(table: ValueTable, leaving: readonly Leaving[], lock: ValueId): When | null {
  const ways = leaving.flatMap(({ exit: { state } }) => {
    const when = state.taken.get(lock);
    return when === null ? [] : [when ?? conditionsOf(table, state)];
  });
  return ways.length === 0 ? null : ways.reduce(joinConditions);
}

function writesOf(context: AnalysisContext, recorder: Recorder): ReadonlySet<string> {
  const writes = new Set(recorder.writes);
  for (const { fact } of recorder.calls.values()) {
    for (const cell of context.summaries.get(fact.callee)?.writes ?? []) writes.add(cell);
  }
  return writes;
}

/** What memory of the caller holds on every return, where it is not what it held before. */
function storesOf(
  context: AnalysisContext,
  recorder: Recorder,
  leaving: readonly Leaving[],
): FunctionSummary["stores"] {
  const { table } = context;
  const [first, ...others] = leaving;
  if (first === undefined) return [];
  const outs = outParameters(context.ir, context.guards).map((index) =>
    table.intern({ kind: "parameter", index }),
  );
  return [...first.exit.state.memory.entries()].flatMap(([address, value]) => {
    if (outs.includes(address)) return [];
    const stored = recorder.stored.get(address);
    const from = table.get(value);
    const isBefore = from.kind === "load" && from.address === address;
    if (isBefore || !isCallers(table, address)) return [];
    if (others.some((other) => other.exit.state.memory.get(address) !== value)) return [];
    return [{ address, value, pointee: stored?.pointee ?? null, text: stored?.text ?? "memory" }];
  });
}

function freesOf({ table }: AnalysisContext, leaving: readonly Leaving[]): ValueId[] {
  const [first] = leaving;
  if (first === undefined) return [];
  const isFreed = ({ exit: { state } }: Leaving, pointer: ValueId) =>
    state.freed.some((one) => one.pointer === pointer && isSurelyFreed(table, state, one));
  return first.exit.state.freed
    .map(({ pointer }) => pointer)
    .filter((pointer) => isCallers(table, pointer) && leaving.every((one) => isFreed(one, pointer)));
}
