/**
 * Runs the transfer functions over a control-flow graph until nothing changes.
 *
 * At the entry of a block there is one state for each lockset (property
 * simulation after ESP, PLDI 2002), at most `MAX_STATES`; beyond that the ones
 * that are closest are merged and the function says that it gave up precision.
 */
import {
  type BasicBlock,
  type BlockEnd,
  type ChoiceTarget,
  type FunctionIr,
  successorsOf,
  type VariableId,
} from "../c/index.ts";
import { guardedPlace, isCovered } from "./accesses.ts";
import { type AnalysisContext, valueIn } from "./analysis-context.ts";
import { operatorValue } from "./comparisons.ts";
import { CowMap } from "./cow-map.ts";
import { functionVariablesOf } from "./function-values.ts";
import { mergeInterrupts } from "./interrupts.ts";
import { type JoinPoint, joinInto } from "./join-states.ts";
import { type LockState, NOTHING_AROUND } from "./lock-state.ts";
import { testKey } from "./lock-tests.ts";
import { believeTest } from "./locking.ts";
import { handlesGuarded, ownershipOf } from "./ownership.ts";
import { rootOf } from "./roots.ts";
import { assume, signOf } from "./signs.ts";
import { openComparison } from "./told-apart.ts";
import { transfer } from "./transfer.ts";
import type { ValueId } from "./value.ts";

const MAX_STATES = 8;
const MAX_ROUNDS = 12;
/** States of one lockset in which different objects are the function's own. */
const MOST_OWNERSHIPS = 3;

export interface Solution {
  /** States at the entry of each reachable block. */
  readonly entries: ReadonlyMap<number, readonly LockState[]>;
  /** Locksets had to be merged: what is said of this function is less sure. */
  readonly lostPrecision: boolean;
}

export function solve(context: AnalysisContext, entry: LockState): Solution {
  const { ir } = context;
  const entries = new Map<number, LockState[]>([[0, [entry]]]);
  const crossing = crossingVariables(ir);
  const dirty = new Set<number>([0]);
  let lostPrecision = false;
  const leaving = new Map<number, readonly Departure[]>();
  const before = predecessorsOf(ir);
  for (let round = 0; dirty.size > 0 && round < MAX_ROUNDS; round++) {
    for (const id of ir.order) {
      const block = ir.blocks[id];
      if (!dirty.delete(id) || block === undefined) continue;
      if (id !== 0 && !ir.loopHeads.has(id)) {
        // All ways into it were run before it in this round: what they said in earlier rounds is void.
        entries.delete(id);
        const arriving = (before.get(id) ?? []).flatMap((one) =>
          (leaving.get(one) ?? []).filter(({ to }) => to === id),
        );
        for (const { state } of arriving) {
          lostPrecision =
            arrive(context, entries, crossing, { to: id, state: state.fork() }).merged || lostPrecision;
        }
      }
      const runs = (entries.get(id) ?? []).map((start) => runBlock(context, block, start));
      const departures = runs.flatMap((run) => run.departures);
      lostPrecision ||= runs.some((run) => run.merged);
      leaving.set(id, departures);
      for (const { to, state } of departures) {
        if (!ir.loopHeads.has(to)) dirty.add(to);
        else {
          const arrival = arrive(context, entries, crossing, { to, state: state.fork() });
          lostPrecision ||= arrival.merged;
          if (arrival.changed) dirty.add(to);
        }
      }
      // A way that is closed now may have been open before: what follows from it is looked at again.
      for (const to of successorsOf(block.end)) if (entries.has(to) && !ir.loopHeads.has(to)) dirty.add(to);
    }
  }
  return { entries, lostPrecision: lostPrecision || dirty.size > 0 };
}

const predecessors = new WeakMap<FunctionIr, ReadonlyMap<number, readonly number[]>>();

function predecessorsOf(ir: FunctionIr): ReadonlyMap<number, readonly number[]> {
  const known = predecessors.get(ir);
  if (known !== undefined) return known;
  const before = new Map<number, number[]>();
  predecessors.set(ir, before);
  for (const id of ir.order) {
    for (const to of new Set(successorsOf(ir.blocks[id]?.end ?? { kind: "stop" }))) {
      before.set(to, [...(before.get(to) ?? []), id]);
    }
  }
  return before;
}

export interface Departure {
  readonly to: number;
  readonly state: LockState;
}

/** What comes of running one block from one state. */
interface BlockRun {
  readonly departures: Departure[];
  /** Locksets had to be merged inside the block. */
  readonly merged: boolean;
}

/** Runs one block from a state: the states that leave it; returns are handed to the recorder. */
export function runBlock(context: AnalysisContext, block: BasicBlock, start: LockState): BlockRun {
  let states = [start.fork()];
  for (const state of states) state.around = NOTHING_AROUND;
  let merged = false;
  const places = context.recorder?.places ?? null;
  const nameOf = () => `${context.ir.name}:${block.id}`;
  for (const [index, instruction] of block.instructions.entries()) {
    if (places !== null) for (const state of states) places.pass(state, instruction.at);
    const step = { instruction, site: context.table.siteIn(block, index, nameOf) };
    const [only] = states;
    states =
      only !== undefined && states.length === 1
        ? transfer(context, only, step)
        : states.flatMap((state) => transfer(context, state, step));
    if (states.length <= MAX_STATES) continue;
    const kept = fewer(context, states, `${context.ir.name}:${block.id}:${index}`);
    states = kept.states;
    merged ||= kept.merged;
  }
  return { departures: states.flatMap((state) => leave(context, state, block)), merged };
}

/**
 * A row of calls, each of which may end in several ways, doubles the states with each:
 * those of one lockset are merged, and beyond the limit the others too.
 */
function fewer(
  context: AnalysisContext,
  states: readonly LockState[],
  key: string,
): { states: LockState[]; merged: boolean } {
  const kept: LockState[] = [];
  const byLockset = new Map<string, number>();
  let merged = false;
  for (const state of states) {
    const same = byLockset.get(state.locksetKey);
    const isFull = same === undefined && kept.length >= MAX_STATES;
    const index = same ?? (isFull ? MAX_STATES - 1 : kept.length);
    const known = kept[index];
    if (known === undefined) {
      byLockset.set(state.locksetKey, index);
      kept.push(state);
      continue;
    }
    merged ||= isFull;
    const site = context.table.site(`${key}:${index}`);
    const point = { site, crossing: [...known.env.keys()], isLoopHead: false };
    joinStates(known, state, joinPoint(context, point), isFull);
  }
  return { states: kept, merged };
}

/** @param isFull their locksets differ: what both hold is left, and nothing is said about the others */
function joinStates(known: LockState, state: LockState, point: JoinPoint, isFull: boolean): boolean {
  if (!isFull) return joinInto(known, state, point);
  const unsure = locksOfOne(known, state);
  known.held = known.held.filter((held) => state.heldLock(held.lock) !== null);
  mergeInterrupts(known, state);
  const changed = joinInto(known, state, point);
  const more = unsure.filter((lock) => !known.unsure.includes(lock));
  if (more.length > 0) known.unsure = [...known.unsure, ...more];
  return changed || more.length > 0;
}

/** Locks that one of two states holds, or has released for its caller, and the other has not. */
function locksOfOne(left: LockState, right: LockState): ValueId[] {
  const heldIn = ({ held }: LockState) => held.map(({ lock }) => lock);
  return [...differing(heldIn(left), heldIn(right)), ...differing(left.released, right.released)];
}

function differing(left: readonly ValueId[], right: readonly ValueId[]): ValueId[] {
  return [...left.filter((lock) => !right.includes(lock)), ...right.filter((lock) => !left.includes(lock))];
}

function joinPoint(
  { table, ir }: AnalysisContext,
  point: Pick<JoinPoint, "site" | "crossing" | "isLoopHead">,
): JoinPoint {
  return {
    ...point,
    table,
    nameOf: (variable) => ir.variables[variable]?.name ?? null,
    signOf: (at, value) => signOf(table, at, value),
  };
}

function leave(context: AnalysisContext, state: LockState, block: BasicBlock): Departure[] {
  const { end } = block;
  if ("at" in end) context.recorder?.places?.pass(state, end.at);
  switch (end.kind) {
    case "jump":
      if (predecessorsOf(context.ir).get(end.to)?.length !== 1) state.openTest = null;
      return [{ to: end.to, state }];
    case "branch": {
      const condition = valueIn(context, state, end.condition);
      const open = openComparison(context.table, state, condition);
      const departures: Departure[] = [];
      for (const [truth, to] of [
        [true, end.whenTrue],
        [false, end.whenFalse],
      ] as const) {
        const taken = state.fork();
        if (!assume(context.table, taken, condition, truth)) continue;
        const isAssertion = endsThere(context.ir, truth ? end.whenFalse : end.whenTrue);
        believeTest(context.table, taken, { condition, truth, at: end.at, isAssertion });
        taken.step({
          kind: "branch",
          at: end.at,
          what: truth ? "condition true" : "condition false",
          subject: condition,
        });
        const isOnlyWay = predecessorsOf(context.ir).get(to)?.length === 1;
        taken.openTest = open !== null && isOnlyWay ? { at: end.at, pointers: open } : null;
        departures.push({ to, state: taken });
      }
      context.recorder?.branch(state, {
        at: end.at,
        reread: departures.length === 1 ? rereadFor(context, state, block, end.condition) : null,
        canBeTrue: departures.some(({ to }) => to === end.whenTrue),
        canBeFalse: departures.some(({ to }) => to === end.whenFalse),
      });
      return departures;
    }
    case "choice":
      return end.targets.flatMap((target) => {
        const taken = state.fork();
        const ruledOut = target.match === null ? end.targets.flatMap(({ match }) => match ?? []) : [];
        if (target.match !== null && !assumeMatch(context, taken, target.match, true)) return [];
        if (ruledOut.some((match) => !assumeMatch(context, taken, match, false))) return [];
        taken.step({ kind: "branch", at: end.at, what: target.label, subject: null });
        taken.openTest = null;
        return [{ to: target.to, state: taken }];
      });
    case "return":
      context.recorder?.leave(state, end);
      return [];
    case "stop":
      return [];
  }
}

/** Nothing follows there: who comes there has failed an assertion. */
function endsThere({ blocks }: FunctionIr, id: number): boolean {
  return blocks[id]?.end.kind === "stop";
}

/** What a test reads from memory for itself, if others may write it: not what a variable has kept, nor what a lock guards. */
function rereadFor(
  context: AnalysisContext,
  state: LockState,
  { instructions }: Pick<BasicBlock, "instructions">,
  condition: VariableId,
): { readonly text: string } | null {
  const at = instructions.findLastIndex((one) => "dst" in one && one.dst === condition);
  const made = instructions[at];
  // A variable may be made of what it was before.
  const before = { instructions: instructions.slice(0, Math.max(at, 0)) };
  if (made?.kind === "operator") {
    const found = made.operands.map((operand) => rereadFor(context, state, before, operand));
    return found.find((one) => one !== null) ?? null;
  }
  if (made?.kind === "copy" && context.ir.variables[made.src]?.kind === "temporary")
    return rereadFor(context, state, before, made.src);
  if (made?.kind !== "load") return null;
  const address = valueIn(context, state, made.address);
  if (rootOf(context.table, state, address).kind === "private") return null;
  const place = guardedPlace(context, state, address);
  const { guard, field } = place ?? { guard: null, field: null };
  if (guard !== null && field !== null && guard.constant.includes(field)) return null;
  return place !== null && isCovered(context.table, state, place, "read") ? null : { text: made.text };
}

type Match = NonNullable<ChoiceTarget["match"]>;

/** That the value is the constant of a case, or is not. @returns false where that cannot be */
function assumeMatch(
  context: AnalysisContext,
  state: LockState,
  { value, constant }: Match,
  truth: boolean,
): boolean {
  const { table } = context;
  const [tested, named] = [valueIn(context, state, value), valueIn(context, state, constant)];
  // What a range of cases is, is not followed.
  if (table.get(named).kind === "operator") return true;
  return assume(table, state, operatorValue(table, "==", [tested, named]), truth);
}

function arrive(
  context: AnalysisContext,
  entries: Map<number, LockState[]>,
  crossing: readonly VariableId[],
  { to, state }: Departure,
): { changed: boolean; merged: boolean } {
  const states = entries.get(to) ?? [];
  entries.set(to, states);
  const isLoopHead = context.ir.loopHeads.has(to);
  const same = likeState(context, states, state, isLoopHead);
  const isFull = same === -1 && states.length >= MAX_STATES;
  const known = states[isFull ? states.length - 1 : same];
  if (known === undefined) {
    narrow(state, crossing);
    states.push(state);
    return { changed: true, merged: false };
  }
  const { table, ir } = context;
  const index = states.indexOf(known);
  const site = table.entrySite(ir.blocks[to] ?? states, index, () => `${ir.name}:join:${to}:${index}`);
  const point = joinPoint(context, { site, crossing, isLoopHead });
  return { changed: joinStates(known, state, point, isFull), merged: isFull };
}

/**
 * The state that one is merged with where they meet, or -1. Ways on which an object is theirs, since they
 * took it out or have not published it, or that hand one out, are kept apart from the others, as far as
 * there is room: what follows hangs on it, and a variable that tells is on its way too. So are those past
 * a test whether a lock is held.
 */
function likeState(
  context: AnalysisContext,
  states: readonly LockState[],
  state: LockState,
  isLoopHead: boolean,
): number {
  const key = state.locksetKey;
  const like = states.flatMap((known, index) => (known.locksetKey === key ? [index] : []));
  const [first = -1] = like;
  const { ir, guards } = context;
  if (isLoopHead || first === -1) return first;
  const keys = [
    ...(handlesGuarded(ir, guards) ? [ownershipOf] : []),
    ...(context.testsLocks ? [testKey] : []),
    ...(functionVariablesOf(ir).length > 0 ? [functionKey] : []),
  ];
  if (keys.length === 0) return first;
  const keyOf = (one: LockState) => keys.map((write) => write(context, one)).join("|");
  const own = keyOf(state);
  const same = like.find((index) => keyOf(states[index] ?? state) === own);
  if (same !== undefined) return same;
  const hasRoom = like.length < MOST_OWNERSHIPS && states.length < MAX_STATES / 2;
  return hasRoom ? -1 : first;
}

/** Which functions the variables that lead to one lead to. */
function functionKey({ table, ir }: AnalysisContext, { env }: LockState): string {
  return functionVariablesOf(ir)
    .map((variable) => env.get(variable))
    .filter((value) => value !== undefined && table.get(value).kind === "function")
    .join();
}

/** Temporaries do not live from one block to another: they are dropped where they are not needed. */
function narrow(state: LockState, crossing: readonly VariableId[]): void {
  const kept = new Map<VariableId, ValueId>();
  for (const variable of crossing) {
    const value = state.env.get(variable);
    if (value !== undefined) kept.set(variable, value);
  }
  state.env = new CowMap(kept);
}

/** Variables that a block uses and another one assigns. */
function crossingVariables(ir: FunctionIr): VariableId[] {
  const definedIn = new Map<VariableId, number>();
  const crossing = new Set<VariableId>();
  for (const id of ir.order) {
    const block = ir.blocks[id];
    if (block === undefined) continue;
    for (const instruction of block.instructions) {
      for (const variable of usesOf(instruction)) if (definedIn.get(variable) !== id) crossing.add(variable);
      if ("dst" in instruction) define(definedIn, crossing, instruction.dst, id);
    }
    for (const variable of usesOfEnd(block.end)) if (definedIn.get(variable) !== id) crossing.add(variable);
  }
  return [...crossing].sort((left, right) => left - right);
}

function define(
  definedIn: Map<VariableId, number>,
  crossing: Set<VariableId>,
  variable: VariableId,
  block: number,
): void {
  const other = definedIn.get(variable);
  if (other !== undefined && other !== block) crossing.add(variable);
  definedIn.set(variable, block);
}

function usesOf(instruction: FunctionIr["blocks"][number]["instructions"][number]): readonly VariableId[] {
  switch (instruction.kind) {
    case "copy":
      return [instruction.src];
    case "field":
      return [instruction.base];
    case "element":
      return [instruction.base, instruction.index];
    case "container":
      return [instruction.member];
    case "load":
      return [instruction.address];
    case "store":
      return [instruction.address, instruction.src];
    case "operator":
      return instruction.operands;
    case "call":
      return instruction.target === null ? instruction.args : [...instruction.args, instruction.target];
    case "assert":
      return instruction.alternatives.map((alternative) => alternative.value);
    default:
      return [];
  }
}

function usesOfEnd(end: BlockEnd): readonly VariableId[] {
  if (end.kind === "branch") return [end.condition];
  if (end.kind === "return") return end.value === null ? [] : [end.value];
  if (end.kind !== "choice") return [];
  return end.targets.flatMap(({ match }) => (match === null ? [] : [match.value, match.constant]));
}
