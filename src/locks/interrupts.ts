/**
 * Interrupts along the ways through a function: off, on, or as its caller had them.
 *
 * What turns them off and what puts them back is data of the platform. A flags
 * word is known by its spelling: it is an argument of macros that assign it.
 */

import type { InterruptEffect } from "../drivers/index.ts";
import type { AnalysisContext, Step } from "./analysis-context.ts";
import type { InterruptChange } from "./interrupt-records.ts";
import type { InterruptState, LockState, SavedInterrupts, Span } from "./lock-state.ts";
import type { ValueId } from "./value.ts";

/** The operator that stands for the test of whether interrupts are on. */
export const INTERRUPTS_ON = "interrupts-on";

export function interruptChange(
  { instruction, site }: Step<"call">,
  effect: InterruptEffect | null,
  lock: ValueId | null,
): InterruptChange {
  const word = effect?.flagsArg == null ? undefined : instruction.argTexts[effect.flagsArg];
  const here = { site, at: instruction.at, through: null };
  return {
    effect: effect === null || effect.effect === "test" ? null : effect.effect,
    flags: word === undefined ? null : wordOf(word),
    lock,
    here,
  };
}

/** `flags` and `&flags` are one word. */
function wordOf(text: string): string {
  return text.replace(/^[\s&(]+|[\s)]+$/g, "");
}

export function changeInterrupts(context: AnalysisContext, state: LockState, change: InterruptChange): void {
  const { effect, lock, here } = change;
  switch (effect) {
    case null:
      // Meant for a release; the lock of an acquisition is held.
      if (lock === null || state.heldLock(lock) !== null) return;
      state.saved = state.saved.map((one) =>
        one.lock === lock && one.released === null ? { ...one, released: here } : one,
      );
      return;
    case "off":
      if (lock !== null) save(state, change, "");
      state.interrupts = "off";
      return;
    case "on":
      turnOn(context, state, change);
      return;
    case "save":
      saveWord(context, state, change);
      return;
    case "restore":
      restore(context, state, change);
      return;
  }
}

function save(state: LockState, { lock, here }: InterruptChange, flags: string | null): void {
  const entry: SavedInterrupts = {
    flags,
    before: state.interrupts,
    lock,
    since: here,
    released: null,
    depth: 1,
  };
  state.saved = [...state.saved, entry];
}

function saveWord(context: AnalysisContext, state: LockState, change: InterruptChange): void {
  const known = change.flags === null ? undefined : state.saved.find(({ flags }) => flags === change.flags);
  if (known === undefined) save(state, change, change.flags);
  else {
    if (known.depth === 1) context.recorder?.interrupts.fault(state, "saved-twice", known, change);
    replace(state, known, { ...known, depth: known.depth + 1 });
  }
  state.interrupts = "off";
}

function turnOn(context: AnalysisContext, state: LockState, change: InterruptChange): void {
  const outer = state.saved.find(
    ({ flags, lock }) => flags !== "" && lock !== null && state.heldLock(lock) !== null,
  );
  if (outer !== undefined && change.lock !== null && state.interrupts === "off") {
    context.recorder?.interrupts.fault(state, "on-too-early", outer, change);
    state.saved = state.saved.filter(({ lock }) => lock !== change.lock);
    return;
  }
  const off = state.saved.find(({ flags }) => flags === "");
  state.saved = state.saved.filter(({ flags }) => flags !== "");
  if (off === undefined && state.interrupts === "entry") context.recorder?.interrupts.enteredOff();
  // Turned off here and on again: as on entry, where they were on.
  state.interrupts = off?.before === "entry" ? "entry" : "on";
}

function restore(context: AnalysisContext, state: LockState, change: InterruptChange): void {
  const { flags, lock } = change;
  const own =
    lock === null ? undefined : state.saved.findLast((one) => one.lock === lock && one.released === null);
  if (own !== undefined && own.flags !== null && own.flags !== "" && own.flags !== flags) {
    context.recorder?.interrupts.fault(state, "other-word", own, change);
    putBack(state, own);
    return;
  }
  const saved = state.saved.findLast((one) => one.flags === flags) ?? own;
  if (saved === undefined) {
    state.interrupts = "unknown";
    if (flags !== null) context.recorder?.interrupts.restoredUnsaved(flags);
  } else putBack(state, saved);
}

function putBack(state: LockState, saved: SavedInterrupts): void {
  if (saved.depth > 1) {
    replace(state, saved, { ...saved, depth: saved.depth - 1 });
    return;
  }
  state.saved = state.saved.filter((one) => one !== saved);
  state.interrupts = saved.before;
}

function replace(state: LockState, old: SavedInterrupts, now: SavedInterrupts): void {
  state.saved = state.saved.map((one) => (one === old ? now : one));
}

/** Code that is not known gets a flags word: what it does with it is not known. */
export function passFlags(state: LockState, argTexts: readonly string[]): void {
  const passed = passedWords(state, argTexts);
  if (passed.length === 0) return;
  state.saved = state.saved.filter((one) => !passed.includes(one));
  state.interrupts = "unknown";
}

function passedWords(state: LockState, argTexts: readonly string[]): readonly SavedInterrupts[] {
  if (state.saved.length === 0) return [];
  const words = argTexts.map(wordOf);
  return state.saved.filter(({ flags }) => flags !== null && flags !== "" && words.includes(flags));
}

/** What a return says to callers: a state that is only off because a condition was lost is not known. */
export function interruptsOnReturn(state: LockState): InterruptState {
  const isOpen = state.saved.some(
    ({ lock, flags }) => lock === null || (flags !== "" && state.heldLock(lock) === null),
  );
  return isOpen ? "unknown" : state.interrupts;
}

/** The code asserts what interrupts are. */
export function assertInterrupts(state: LockState, areOn: boolean): void {
  state.interrupts = areOn ? "on" : "off";
}

/** What a function of the program does to interrupts, and with which locks. */
export interface ReturnedInterrupts {
  readonly outcome: InterruptState;
  readonly argTexts: readonly string[];
  readonly acquired: readonly ValueId[];
  readonly released: readonly ValueId[];
  readonly here: Span;
}

/** How a function of the program leaves interrupts, told by its summary. */
export function returnInterrupts(state: LockState, returned: ReturnedInterrupts): void {
  const { outcome, argTexts, acquired, released, here } = returned;
  const isOfReleased = ({ lock }: SavedInterrupts) => lock !== null && released.includes(lock);
  if (outcome === "entry") {
    state.saved = state.saved.map((one) =>
      isOfReleased(one) && one.released === null ? { ...one, released: here } : one,
    );
    return;
  }
  const [passed = state.saved.findLast(isOfReleased)] = passedWords(state, argTexts);
  if (outcome === "unknown" && passed !== undefined) putBack(state, passed);
  else if (outcome !== "unknown" || state.saved.length === 0) {
    const before = state.interrupts;
    state.interrupts = outcome;
    // It has kept the word, or hands it over in a way that is not seen.
    if (outcome === "off")
      for (const lock of acquired)
        state.saved = [...state.saved, { flags: null, before, lock, since: here, released: null, depth: 1 }];
  }
}

/** Two states have to be one: what they do not share is not known. */
export function mergeInterrupts(into: LockState, from: LockState): void {
  if (into.interrupts !== from.interrupts) into.interrupts = "unknown";
  into.saved = into.saved.filter((one) => from.saved.some(({ flags }) => flags === one.flags));
}
