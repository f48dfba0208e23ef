/**
 * The effect of a call on the state: of a primitive by its model, of a function
 * of the program by its summary, of any other one hardly anything.
 */
import type { FunctionModel, LockEffect } from "../drivers/index.ts";
import {
  recordAccess,
  recordFree,
  recordObjectAccess,
  recordPointerStore,
  recordTouches,
} from "./accesses.ts";
import { type AnalysisContext, type Step, valueIn } from "./analysis-context.ts";
import { mayHoldKind, recordAssertion, recordInnerAcquires, recordNeeds, unlessAt } from "./callee-needs.ts";
import { operatorValue } from "./comparisons.ts";
import { assumeConditions, canMeet, conditionsAt, conditionsOf, isPossible } from "./conditions.ts";
import type { FunctionSummary, Outcome } from "./function-summary.ts";
import {
  hasSigns,
  type ReceivedOut,
  type ReceivedValue,
  receive,
  receivedOut,
  receivedValue,
  receiveOuts,
  unknownResult,
} from "./handing-over.ts";
import {
  assertInterrupts,
  changeInterrupts,
  INTERRUPTS_ON,
  interruptChange,
  passFlags,
  returnInterrupts,
} from "./interrupts.ts";
import { locksBehind } from "./lock-pointers.ts";
import { ANY_SIGN, type Freed, type LockState, NEGATIVE, POSITIVE, type When, ZERO } from "./lock-state.ts";
import { acquire, believeHeld, heldByAnyName, heldTest, heldTestOf, noteTaken, release } from "./locking.ts";
import { noteDrop, noteFree, noteLook, noteResult, noteWrite, noteWritesOf } from "./lookups.ts";
import {
  cellOf,
  forgetCell,
  forgetCells,
  forgetFreed,
  forgetRound,
  forgetUnder,
  obtain,
  readMemory,
  structAt,
  writeMemory,
} from "./memory.ts";
import { narrowTo } from "./number-sets.ts";
import { applyCallbacks, callOf, noteCallback, pointedFunctions } from "./pointer-calls.ts";
import { ownProcessors, publish, rootOf, SHARED } from "./roots.ts";
import {
  assume,
  ERROR_NUMBER,
  ERROR_NUMBER_OR_ZERO,
  IS_ERROR,
  IS_NEGATIVE,
  IS_NULL_OR_ERROR,
  restrict,
  signOf,
} from "./signs.ts";
import { type Substitution, substitutionFor } from "./substitute.ts";
import { isTested } from "./tested-results.ts";
import { linkAnew, unlink } from "./unlinking.ts";
import type { Value, ValueId, ValueTable } from "./value.ts";

type CallStep = Step<"call">;

/** @returns the states after the call: more than one where its result says which locks it took */
export function applyCall(context: AnalysisContext, state: LockState, step: CallStep): LockState[] {
  const { instruction } = step;
  const args = instruction.args.map((arg) => argumentIn(context, state, arg));
  const { callee } = instruction;
  const model = callee === null ? undefined : context.platform.functions.get(callee);
  if (callee !== null) context.recorder?.interrupts.call(state, step, callee);
  if (model !== undefined) return applyModel(context, state, step, { model, args });
  const summary = callee === null ? undefined : context.summaries.get(callee);
  if (summary !== undefined) return applySummary(context, state, step, { summary, args });
  if (callee === null) {
    const callees = pointedFunctions(context, state, step);
    const calls = callees.map((name) => ({ call: callOf(context, step, name), before: state.fork() }));
    if (calls.length > 0) return calls.flatMap(({ call, before }) => applyCall(context, before, call));
    noteCallback(context, state, step, args);
  }
  applyUnknown(context, state, step, args);
  return [state];
}

/** What a variable holds; of a struct where it stands, so that a callee's members are those. */
function argumentIn(context: AnalysisContext, state: LockState, variable: number): ValueId {
  const value = valueIn(context, state, variable);
  return context.ir.variables[variable]?.type.kind === "struct" ? structAt(context.table, value) : value;
}

/** Code that is not known may write what it gets the address of; it is taken to leave locks alone. */
function applyUnknown(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  args: readonly ValueId[],
): void {
  const { table } = context;
  for (const arg of args) {
    if (rootOf(table, state, arg).kind === "private") forgetUnder(table, state, arg);
    const cell = table.get(arg).kind === "field" ? cellOf(table, arg) : null;
    if (cell !== null) forgetCell(context, state, cell, { site: step.site, except: null });
  }
  passFlags(state, step.instruction.argTexts);
  setResult(
    context,
    state,
    step,
    table.intern({ kind: "result", site: step.site, callee: step.instruction.callee }),
  );
}

function setResult(context: AnalysisContext, state: LockState, step: CallStep, result: ValueId): void {
  const { instruction } = step;
  state.env.set(instruction.dst, result);
  const kind = context.ir.variables[instruction.dst]?.type.kind;
  if (kind === "pointer" || kind === "unknown")
    obtain(context, state, result, {
      at: instruction.at,
      what: `obtained from ${instruction.callee ?? "the call"}()`,
    });
}

// ---- primitives ----

function applyModel(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  { model, args }: { readonly model: FunctionModel; readonly args: readonly ValueId[] },
): LockState[] {
  applyAccesses(context, state, step, model, args);
  if (model.underLock !== undefined)
    context.recorder?.lockedCall(state, step, { callee: model.name, kind: model.underLock });
  applyOwnership(context, state, step, model, args);
  const result = modelResult(context, state, step, model, args);
  const isOpen = model.publishesWhen === "zero" && isTested(context.ir, step.instruction.dst);
  if (!isOpen) applyPublication(context, state, step, model, args);
  setResult(context, state, step, result);
  if (isOpen)
    return forkOn(context, state, result, (done) => applyPublication(context, done, step, model, args), {
      signs: ZERO,
    });
  if (model.unpublishesResult === true) unlink(context, state, result);
  const [counted] = args;
  if (model.reference === "drop" && counted !== undefined)
    noteDrop(context, state, {
      address: counted,
      result: valueIn(context, state, step.instruction.dst),
      at: step.instruction.at,
      site: step.site,
      text: `${model.name}()`,
    });
  if (model.interrupts?.effect === "test") {
    state.env.set(
      step.instruction.dst,
      context.table.intern({ kind: "operator", operator: INTERRUPTS_ON, operands: [] }),
    );
  } else if (model.interrupts !== undefined)
    changeInterrupts(context, state, interruptChange(step, model.interrupts, null));
  return model.lock === null ? [state] : applyLockEffect(context, state, step, model.lock, args);
}

function applyAccesses(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  model: FunctionModel,
  args: readonly ValueId[],
): void {
  for (const kind of ["read", "write"] as const) {
    for (const position of kind === "read" ? model.reads : model.writes) {
      const address = args[position];
      if (address === undefined) continue;
      const text = instruction.argTexts[position] ?? "";
      const access = { address, kind, text: text.replace(/^&\s*/, ""), at: instruction.at, site };
      const variable = instruction.args[position];
      const type = variable === undefined ? undefined : context.ir.variables[variable]?.type;
      recordAccess(context, state, access);
      if (kind === "read") noteLook(context, state, address);
      if (type?.kind === "pointer" && type.to.kind === "struct") {
        recordObjectAccess(context, state, access, type.to.tag);
      }
    }
  }
  for (const position of model.writes) {
    const address = args[position];
    const place = {
      at: instruction.at,
      site,
      text: (instruction.argTexts[position] ?? "").replace(/^&\s*/, ""),
    };
    if (address !== undefined) noteWrite(context, state, { ...place, address, value: null });
    if (address !== undefined) forgetUnder(context.table, state, address);
  }
}

function applyOwnership(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  model: FunctionModel,
  args: readonly ValueId[],
): void {
  const { table } = context;
  for (const position of model.unpublishes) {
    const removed = args[position];
    if (removed === undefined) continue;
    const name = instruction.argTexts[position] ?? "the object";
    state.step({
      kind: "unpublish",
      at: instruction.at,
      what: `${name} removed`,
      subject: table.pointerOf(removed),
    });
    const struct = innermostStruct(context, removed);
    const root = rootOf(table, state, removed);
    if (struct !== null) {
      context.recorder?.removal(state, { site, at: instruction.at, struct, what: "unlinked", root });
    }
    unlink(context, state, removed);
  }
  applyFree(context, state, { instruction, site }, model, args);
}

function applyPublication(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  model: FunctionModel,
  args: readonly ValueId[],
): void {
  const { table } = context;
  for (const { object, into } of model.publishes) {
    const [published, container] = [args[object], into === null ? undefined : args[into]];
    if (published === undefined) continue;
    const type = context.ir.variables[instruction.args[object] ?? -1]?.type;
    if (container !== undefined && type?.kind === "pointer" && type.to.kind === "struct")
      recordPointerStore(context, state, {
        address: container,
        value: published,
        pointee: type.to.tag,
        text: (instruction.argTexts[into ?? 0] ?? "").replace(/^&\s*/, ""),
        at: instruction.at,
        site,
        through: null,
      });
    const root = container === undefined ? SHARED : rootOf(table, state, container);
    // On a list of the function's own it stays what it is.
    if (root.kind !== "private") linkAnew(table, state, published);
    publish(table, state, published, root);
    state.step({
      kind: "publish",
      at: instruction.at,
      what: `${instruction.argTexts[object] ?? "the object"} published`,
      subject: table.pointerOf(published),
    });
  }
}

function applyFree(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  model: FunctionModel,
  args: readonly ValueId[],
): void {
  const { table } = context;
  const freed = model.frees === null ? undefined : args[model.frees];
  const variable = model.frees === null ? undefined : instruction.args[model.frees];
  const type = variable === undefined ? undefined : context.ir.variables[variable]?.type;
  if (freed !== undefined && type?.kind === "pointer" && type.to.kind === "struct") {
    const text = instruction.argTexts[model.frees ?? 0] ?? "";
    const access = { address: freed, kind: "write", text, at: instruction.at, site } as const;
    recordFree(context, state, access, type.to.tag);
    const root = rootOf(table, state, freed);
    context.recorder?.removal(state, { site, at: instruction.at, struct: type.to.tag, what: "freed", root });
    noteFree(context, state, { pointer: table.pointerOf(freed), at: instruction.at, site, text });
    const unless = model.allocates ? table.intern({ kind: "fresh", site }) : null;
    free(state, { pointer: table.pointerOf(freed), by: { site, at: instruction.at, through: null }, unless });
  }
}

function free(state: LockState, freed: Freed): void {
  forgetFreed(state, freed.pointer);
  state.freed = [...state.freed, freed];
}

/** The struct whose link an address is. */
function innermostStruct(context: AnalysisContext, address: ValueId): string | null {
  const value = context.table.get(address);
  return value.kind === "field" ? value.struct : null;
}

function modelResult(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  model: FunctionModel,
  args: readonly ValueId[],
): ValueId {
  const { table } = context;
  if (model.allocates) {
    const fresh = table.intern({ kind: "fresh", site: step.site });
    if (context.ir.loopHeads.size > 0) forgetRound(state, (pointer) => table.startOf(pointer) === fresh);
    forgetFreed(state, fresh);
    return fresh;
  }
  const argument = (position: number): ValueId =>
    args[position] ?? table.intern({ kind: "result", site: step.site, callee: step.instruction.callee });
  const unary = (operator: string, position: number): ValueId =>
    table.intern({ kind: "operator", operator, operands: [argument(position)] });
  if (model.transparent !== null) return argument(model.transparent);
  if (model.ownProcessor !== undefined) return ownProcessors(table, model.ownProcessor, argument(0));
  if (model.errorPointer !== undefined) {
    const { arg, gives } = model.errorPointer;
    // An error pointer has the sign of its number: negative.
    if (gives === "pointer-of") return argument(arg);
    return unary(gives === "number-of" ? ERROR_NUMBER : ERROR_NUMBER_OR_ZERO, arg);
  }
  if (model.tests !== null) {
    const operators = {
      "error-pointer": IS_ERROR,
      "null-or-error": IS_NULL_OR_ERROR,
      negative: IS_NEGATIVE,
    } as const;
    return unary(operators[model.tests.for], model.tests.arg);
  }
  if (model.returns.kind === "argument") return argument(model.returns.arg);
  if (model.returns.kind === "target") return readMemory(context, state, argument(model.returns.of));
  if (model.returns.kind === "element") {
    // What is linked in a container is reached through it, and is as private as it is.
    const address = table.intern({
      kind: "element",
      base: argument(model.returns.of),
      index: table.number(0),
    });
    return table.intern({ kind: "load", address, version: step.site });
  }
  return table.intern({ kind: "result", site: step.site, callee: step.instruction.callee });
}

function applyLockEffect(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  effect: LockEffect,
  args: readonly ValueId[],
): LockState[] {
  const operand = lockOperand(context, effect, args);
  if (operand === null) return [state];
  const pointed = locksBehind(context.table, context.lockPointers, operand);
  if (pointed === null) return applyToLock(context, state, step, { effect, lock: operand, args });
  const { address, locks } = pointed;
  if (effect.kind === "release") {
    const held = locks.filter((lock) => state.heldLock(lock) !== null);
    const [only = operand, ...others] = held.length > 0 ? held : locks;
    const lock = others.length === 0 ? only : operand;
    return applyToLock(context, state, step, { effect, lock, args });
  }
  return locks.flatMap((lock) => {
    const meant = state.fork();
    meant.memory.set(address, lock);
    return applyToLock(context, meant, step, { effect, lock, args });
  });
}

function applyToLock(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  {
    effect,
    lock,
    args,
  }: { readonly effect: LockEffect; readonly lock: ValueId; readonly args: readonly ValueId[] },
): LockState[] {
  const { table } = context;
  const { site, instruction } = step;
  const operation = {
    lock,
    mode: effect.mode,
    recursive: effect.recursive,
    site,
    at: instruction.at,
    through: null,
  };
  const change = interruptChange(
    step,
    effect.interrupts === "unchanged" ? null : { effect: effect.interrupts, flagsArg: effect.flagsArg },
    lock,
  );
  // Before the lock is taken: no interrupt may find it held.
  const turnOff = (taken: LockState): void => {
    if (change.effect !== null) changeInterrupts(context, taken, change);
  };
  switch (effect.kind) {
    case "acquire": {
      const answer = valueIn(context, state, instruction.dst);
      const take = (taken: LockState): void => {
        turnOff(taken);
        acquire(context, taken, operation);
      };
      if (effect.heldWhen === "zero" && isTested(context.ir, instruction.dst)) {
        const states = forkOn(context, state, answer, take, { failed: lock, signs: ZERO });
        // Few programs look at every way of failing; behind one that was not looked at little is said.
        for (const each of states) if (each.heldLock(lock) === null) each.isUnexpected = true;
        return states;
      }
      const condition = effect.onlyIf === undefined ? undefined : args[effect.onlyIf];
      if (condition !== undefined) return forkOn(context, state, condition, take);
      take(state);
      return [state];
    }
    case "release":
      release(context, state, operation);
      changeInterrupts(context, state, change);
      return [state];
    case "try-acquire": {
      const signs = effect.heldWhen === "zero" ? ZERO : NEGATIVE | POSITIVE;
      const answer = valueIn(context, state, instruction.dst);
      const held = heldByAnyName(table, state, lock);
      if (held !== null && !effect.recursive) {
        // It cannot succeed: whoever tries holds the lock already.
        context.recorder?.doubleLock(state, { ...operation, tried: true }, held);
        return restrict(table, state, answer, ANY_SIGN & ~signs) ? [state] : [];
      }
      const take = (taken: LockState): void => {
        turnOff(taken);
        if (signs !== ZERO) narrowTo(taken, answer, [1]);
        acquire(context, taken, { ...operation, tried: true });
      };
      const states = forkOn(context, state, answer, take, { failed: lock, signs });
      const { failsWith } = effect;
      if (failsWith === undefined) return states;
      const fails = operatorValue(table, "==", [answer, table.intern({ kind: "text", text: failsWith })]);
      return states.filter((each) => each.heldLock(lock) !== null || assume(table, each, fails, true));
    }
    case "test-held":
      state.env.set(
        instruction.dst,
        table.intern({
          kind: "operator",
          operator: heldTest({ mode: effect.mode, own: effect.own === true }),
          operands: [lock],
        }),
      );
      return [state];
    case "initialise":
      if (state.heldLock(lock)?.evidence === "acquired")
        context.recorder?.badRelease(state, { ...operation, initialises: true });
      return [state];
  }
}

/** Two states: `take` is done on the one in which `condition` is true, or has the signs that are given. */
function forkOn(
  context: AnalysisContext,
  state: LockState,
  condition: ValueId,
  take: (state: LockState) => void,
  {
    failed = null,
    signs = NEGATIVE | POSITIVE,
  }: { readonly failed?: ValueId | null; readonly signs?: number } = {},
): LockState[] {
  const { table } = context;
  const states: LockState[] = [];
  const taken = state.fork();
  if (restrict(table, taken, condition, signs)) {
    take(taken);
    states.push(taken);
  }
  if (restrict(table, state, condition, ANY_SIGN & ~signs)) {
    if (failed !== null) state.notHeld = [...state.notHeld, failed];
    states.push(state);
  }
  return states;
}

/** The lock that a primitive's call means. */
function lockOperand(context: AnalysisContext, effect: LockEffect, args: readonly ValueId[]): ValueId | null {
  const { table } = context;
  const { lock } = effect;
  if ("global" in lock) return table.intern({ kind: "global", name: lock.global });
  const value = args[lock.arg];
  if (value === undefined) return null;
  return lock.field === undefined ? value : table.field(value, "", lock.field);
}

// ---- functions of the program ----

function applySummary(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  call: { readonly summary: FunctionSummary; readonly args: readonly ValueId[] },
): LockState[] {
  const { summary, args } = call;
  const { site } = step;
  const substitution = substitutionFor(context, state, { site, args, fresh: summary.fresh });
  if (context.ir.loopHeads.size > 0) {
    const made = new Set([...summary.fresh].map((fresh) => substitution.value(fresh)));
    if (made.size > 0) forgetRound(state, (pointer) => made.has(context.table.startOf(pointer)));
  }
  recordNeeds(context, state, step, { summary, substitution, args });
  recordTouches(context, state, step, { touches: summary.touches, args });
  recordInnerAcquires(context, state, step, { summary, substitution, args });
  applyCallbacks(context, state, step, { summary, substitution });
  for (const inner of summary.acquires) {
    const lock = substitution.value(inner.lock);
    const unless = unlessAt(context.table, state, inner, substitution);
    noteTaken(state, lock, unless && conditionsOf(context.table, state, unless));
  }
  for (const { lock: asserted, mode } of summary.asserted) {
    const lock = substitution.value(asserted);
    if (!summary.isAssertion || mayHoldKind(context.table, state, { lock, mode }))
      recordAssertion(context, state, step, summary, { lock, mode });
    else {
      context.recorder?.asserted(state, lock, mode);
      believeHeld(state, { lock, mode, evidence: "asserted", site, at: step.instruction.at });
    }
  }
  const possible = summary.outcomes
    .map((outcome) => prepare(context.table, outcome, { substitution, site, callee: summary.function }))
    .filter(({ when }) => isPossible(context.table, state, when))
    .filter(({ pointees }) =>
      pointees.every(({ value, signs }) => (signOf(context.table, state, value) & signs) !== 0),
    );
  const outcomes = fitting(state, possible);
  const passedOver = possible.filter((outcome) => !outcomes.includes(outcome));
  const place = { at: step.instruction.at, site, text: `${summary.function}()` };
  noteWritesOf(context, state, { ...place, summary, substitution });
  applyEffects(context, state, step, summary, substitution);
  if (outcomes.length === 0) return [];
  return outcomes.flatMap((outcome, index) => {
    const after = index === outcomes.length - 1 ? state : state.fork();
    if (!assumeConditions(context.table, after, outcome.when)) return [];
    if (!outcome.pointees.every(({ value, signs }) => restrict(context.table, after, value, signs)))
      return [];
    if (!applyOutcome(context, after, step, { outcome, passedOver, callee: summary.function })) return [];
    noteResult(context, after, {
      ...place,
      summary,
      substitution,
      result: valueIn(context, after, step.instruction.dst),
    });
    return [after];
  });
}

/**
 * What a callee does to a lock by what neither its arguments nor its result show, as
 * `if (p->is_shared) unlock(p)`, it does rightly: it releases a lock that is held.
 */
function fitting(state: LockState, outcomes: readonly PreparedOutcome[]): readonly PreparedOutcome[] {
  if (outcomes.length < 2) return outcomes;
  const keeps = (outcome: PreparedOutcome, other: PreparedOutcome) =>
    other.released.some((lock) => !outcome.released.includes(lock) && state.heldLock(lock) !== null);
  return outcomes.filter(
    (outcome) =>
      !outcomes.some(
        (other) => other !== outcome && isLike(outcome.from, other.from) && keeps(outcome, other),
      ),
  );
}

/** The caller cannot tell one from the other. */
function isLike(one: Outcome, other: Outcome): boolean {
  const [own, others] = [one.result.signs, other.result.signs];
  if ((own & others) === 0 && own !== others) return false;
  return canMeet(one.when, other.when);
}

interface PreparedOutcome {
  readonly from: Outcome;
  readonly when: When;
  readonly pointees: Outcome["pointees"];
  readonly acquired: readonly {
    readonly lock: ValueId;
    readonly mode: Outcome["acquired"][number]["mode"];
    readonly recursive: boolean;
    readonly tried?: boolean;
  }[];
  readonly released: readonly ValueId[];
  readonly unsure: readonly ValueId[];
  readonly result: ReceivedValue;
  readonly outs: readonly ReceivedOut[];
  readonly published: Outcome["publishes"];
  readonly removed: readonly ValueId[];
}

/** Everything is put in the caller's terms before the call's effects change them. */
function prepare(
  table: ValueTable,
  outcome: Outcome,
  {
    substitution,
    site,
    callee,
  }: { readonly substitution: Substitution; readonly site: number; readonly callee: string },
): PreparedOutcome {
  const result = receivedValue(outcome.result, substitution);
  const returned = structAt(table, result.value ?? unknownResult(table, site, callee));
  return {
    from: outcome,
    when: conditionsAt(outcome.when, substitution.value),
    pointees: outcome.pointees.map(({ value, signs }) => ({ value: substitution.value(value), signs })),
    acquired: outcome.acquired.map((entry) => ({ ...entry, lock: substitution.value(entry.lock) })),
    released: outcome.released.map((lock) => substitution.value(lock)),
    unsure: outcome.unsure.map((lock) => substitution.value(lock)),
    result,
    outs: outcome.outs.map((out) => receivedOut(table, out, { substitution, result: returned })),
    published: outcome.publishes.map(({ object, into }) => ({
      object: substitution.value(object),
      into: substitution.root(into),
    })),
    removed: outcome.removes.map((object) => substitution.value(object)),
  };
}

function applyOutcome(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  {
    outcome,
    passedOver,
    callee,
  }: {
    readonly outcome: PreparedOutcome;
    /** Outcomes that cannot be told from this one. */
    readonly passedOver: readonly PreparedOutcome[];
    readonly callee: string;
  },
): boolean {
  const { table } = context;
  const { site, instruction } = step;
  const place = { site, at: instruction.at, through: callee };
  for (const { object, into } of outcome.published) publish(table, state, object, into);
  for (const object of outcome.removed) unlink(context, state, object);
  for (const lock of outcome.released) {
    const mode = state.heldLock(lock)?.mode ?? "exclusive";
    const isPerhaps = passedOver.some(({ released }) => !released.includes(lock));
    release(context, state, { lock, mode, recursive: false, isPerhaps, ...place });
  }
  for (const entry of outcome.acquired) acquire(context, state, { ...entry, ...place });
  const unsure = outcome.unsure.filter((lock) => !state.unsure.includes(lock));
  if (unsure.length > 0) state.unsure = [...state.unsure, ...unsure];
  returnInterrupts(state, {
    outcome: outcome.from.interrupts,
    argTexts: instruction.argTexts,
    acquired: outcome.acquired.map(({ lock }) => lock),
    released: outcome.released,
    here: place,
  });
  const result = outcome.result.value ?? unknownResult(table, site, callee);
  setResult(context, state, step, result);
  receive(context, state, { ...outcome.result, value: result, place: { site, at: instruction.at, callee } });
  if (!receiveOuts(context, state, outcome.outs, { site, at: instruction.at, callee })) return false;
  // A lock of what it returns is held: there is such an object.
  const isObject = outcome.acquired.some(({ lock }) => lock !== result && table.mentions(lock, result));
  if (isObject && !restrict(table, state, result, POSITIVE)) return false;
  return hasSigns(table, state, result, outcome.result.from.signs);
}

function applyEffects(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  summary: FunctionSummary,
  substitution: Substitution,
): void {
  const { table } = context;
  const stores = summary.stores.map(({ address, value, pointee, text }) => ({
    address: substitution.value(address),
    value: substitution.value(value),
    pointee,
    text,
  }));
  const freed = summary.frees.map((object) => table.pointerOf(substitution.value(object)));
  const stored = new Set(stores.map(({ address }) => memberCell(table, address)));
  forgetCells(table, state, { cells: summary.writes, except: stored, site });
  for (const store of stores) {
    recordPointerStore(context, state, { ...store, at: instruction.at, site, through: summary.function });
    writeMemory(context, state, { ...store, site });
    // An out-parameter hands a pointer over as a result does.
    const pointer = table.pointerOf(store.value);
    const isNew = !state.origins.has(pointer) && !state.stale.has(pointer);
    if (isNew)
      obtain(context, state, store.value, {
        at: instruction.at,
        what: `obtained from ${summary.function}()`,
      });
  }
  for (const pointer of freed)
    free(state, { pointer, by: { site, at: instruction.at, through: summary.function }, unless: null });
  // A callee may fill what it gets the address of, beyond what its stores say.
  const outs = new Set(summary.outcomes.flatMap((outcome) => outcome.outs.map(({ into }) => into.parameter)));
  for (const [index, arg] of instruction.args.entries()) {
    const value = valueIn(context, state, arg);
    if (
      table.get(value).kind === "local" &&
      !outs.has(index) &&
      !stores.some((store) => table.pointerOf(store.address) === value)
    ) {
      forgetUnder(table, state, value);
    }
  }
}

/** The cell of a member's own address; null for anything else. */
function memberCell(table: ValueTable, address: ValueId): string | null {
  const value = table.get(address);
  return value.kind === "field" ? `${value.struct}.${value.field}` : null;
}

/** An assertion: one alternative holds. A tested lock counts as held from here on. */
/** What `!x` and `x == 0` test, and with them `x != 0`, and whether it holds. */
function bareTest(
  table: ValueTable,
  id: ValueId,
  truth: boolean,
): { readonly tested: Value; readonly truth: boolean } {
  const tested = table.get(id);
  const [operand, other] = tested.kind === "operator" ? tested.operands : [];
  if (tested.kind !== "operator" || operand === undefined) return { tested, truth };
  const isOpposite =
    tested.operator === "!" || (tested.operator === "==" && other !== undefined && other === table.number(0));
  return isOpposite ? bareTest(table, operand, !truth) : { tested, truth };
}

export function applyAssert(context: AnalysisContext, state: LockState, step: Step<"assert">): boolean {
  const { table } = context;
  const { alternatives, at } = step.instruction;
  for (const alternative of alternatives) {
    const { tested, truth } = bareTest(table, valueIn(context, state, alternative.value), alternative.truth);
    if (tested.kind === "operator" && tested.operator === INTERRUPTS_ON) {
      assertInterrupts(state, truth);
      return true;
    }
    const mode = tested.kind === "operator" ? (heldTestOf(tested.operator)?.mode ?? null) : null;
    const [lock] = tested.kind === "operator" ? tested.operands : [];
    if (mode === null || lock === undefined) continue;
    if (truth) {
      context.recorder?.asserted(state, lock, mode);
      believeHeld(state, { lock, mode, evidence: "asserted", site: step.site, at });
    } else if (alternatives.length === 1) {
      state.held = state.held.filter((held) => held.lock !== lock);
      state.notHeld = [...state.notHeld.filter((other) => other !== lock), lock];
    }
    return true;
  }
  const [only, ...others] = alternatives;
  if (only === undefined || others.length > 0) return true;
  return assume(table, state, valueIn(context, state, only.value), only.truth);
}
