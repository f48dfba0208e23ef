/**
 * What the last pass over a function shows about interrupts: where they are not
 * put back, and which calls are made with interrupts off or on.
 */
import type { SourceRange } from "../c/index.ts";
import type { InterruptEffect } from "../drivers/index.ts";
import type { InterruptFault, QuietCall } from "./facts.ts";
import type { LockState, SavedInterrupts, Span } from "./lock-state.ts";
import type { ValueId } from "./value.ts";

/** What one call does. */
export interface InterruptChange {
  /** Null: a lock is taken or released without a word about interrupts. */
  readonly effect: Exclude<InterruptEffect["effect"], "test"> | null;
  /** The flags word as written, or null. */
  readonly flags: string | null;
  readonly lock: ValueId | null;
  readonly here: Span;
}

interface Judged<T> {
  readonly fact: T;
  /** A state passed in which it is not so. */
  good: boolean;
}

export class InterruptRecords {
  readonly #faults = new Map<string, InterruptFault>();
  readonly #calls = new Map<number, Judged<QuietCall>>();
  readonly #loud = new Set<number>();
  readonly #on = new Map<number, SourceRange>();
  readonly #unsaved = new Set<string>();
  #isEnteredOff = false;

  /** They are turned on where nothing here had turned them off: the caller had. */
  enteredOff(): void {
    this.#isEnteredOff = true;
  }

  /** Some way restores a word without having saved it: saving and restoring hang on one condition. */
  restoredUnsaved(flags: string): void {
    this.#unsaved.add(flags);
  }

  fault(
    state: LockState,
    kind: InterruptFault["kind"],
    saved: SavedInterrupts,
    { lock, flags, here }: Pick<InterruptChange, "lock" | "flags" | "here">,
  ): void {
    const key = `${kind}:${here.site}:${here.at.start}`;
    if (this.#faults.has(key)) return;
    this.#faults.set(key, {
      kind,
      at: here.at,
      lock: lock ?? saved.lock,
      flags,
      since: saved.since,
      certain: true,
      path: state.path,
    });
  }

  call(
    state: LockState,
    { instruction, site }: { readonly instruction: { readonly at: SourceRange }; readonly site: number },
    callee: string,
  ): void {
    const known = this.#calls.get(site);
    if (state.interrupts === "on" && !this.#loud.has(site) && known === undefined)
      this.#on.set(site, instruction.at);
    if (state.interrupts !== "on") this.#on.delete(site);
    if (state.interrupts !== "off") {
      this.#loud.add(site);
      if (known !== undefined) known.good = true;
      return;
    }
    if (known !== undefined) return;
    const since = state.saved.at(-1)?.since ?? null;
    const fact = { callee, at: instruction.at, certain: true, since, path: state.path };
    this.#calls.set(site, { fact, good: this.#loud.has(site) });
  }

  /** Interrupts that a lock turned off are still off, and the lock is gone. */
  leave(state: LockState, at: SourceRange): void {
    for (const saved of state.saved) {
      if (saved.before !== "entry" || state.interrupts !== "off") continue;
      if (saved.lock !== null && (saved.released === null || state.heldLock(saved.lock) !== null)) continue;
      const here = saved.released ?? { site: 0, at, through: null };
      this.fault(state, "stays-off", saved, { lock: saved.lock, flags: saved.flags, here });
    }
  }

  faults(): InterruptFault[] {
    const faults = [...this.#faults.values()];
    return faults.filter(
      ({ kind, flags }) => kind !== "stays-off" || flags === null || !this.#unsaved.has(flags),
    );
  }

  /** Calls made with interrupts on by the function's own doing. */
  loudCalls(): SourceRange[] {
    return [...this.#on.values()];
  }

  get isEnteredOff(): boolean {
    return this.#isEnteredOff;
  }

  quietCalls(): QuietCall[] {
    return [...this.#calls.values()].map(({ fact, good }) => ({ ...fact, certain: !good }));
  }
}
