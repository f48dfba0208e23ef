/**
 * What is known at one point of a function on one set of paths.
 *
 * A point has several states, one for each lockset (property simulation): paths
 * that hold different locks are never merged, all else is. Values, truths and
 * ownership are merged by `join-states.ts`.
 */

import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import { CowMap } from "./cow-map.ts";
import type { ValueId } from "./value.ts";

/** How we know that a lock is held: seen taken, asserted by the code, or declared by the model. */
export type LockEvidence = "acquired" | "asserted" | "declared";

export interface HeldLock {
  readonly lock: ValueId;
  readonly mode: LockMode;
  readonly depth: number;
  readonly evidence: LockEvidence;
  /** The sites at which the span may have begun: one for each way in. */
  readonly spans: readonly Span[];
  readonly recursive: boolean;
  /** Taken by an attempt that cannot wait. */
  readonly tried?: boolean;
  /** It was taken again in another mode: either release is right. */
  readonly isMixed?: boolean;
}

/** Interrupts at a point: as on entry to the function, or as set since. */
export type InterruptState = "entry" | "on" | "off" | "unknown";

/** Interrupts were turned off here and are still to be put back. */
export interface SavedInterrupts {
  /** The flags word as written; `""` where there is none to put back, only to turn on. */
  readonly flags: string | null;
  readonly before: InterruptState;
  /** The lock that was taken along with it. */
  readonly lock: ValueId | null;
  readonly since: Span;
  /** Where that lock was released without a word about interrupts. */
  readonly released: Span | null;
  /** More than one: the word was written over. */
  readonly depth: number;
}

/** One beginning of a lock span. */
export interface Span {
  readonly site: number;
  readonly at: SourceRange;
  /** The callee that acquires, when it was a call. */
  readonly through: string | null;
}

/** A pointer outlived the span in which it was obtained. */
export interface Stale {
  readonly lock: ValueId;
  readonly span: Span;
  readonly released: Span;
  /** Whether it is so on every path of this state. */
  readonly certain: boolean;
}

/** Memory was given back. */
export interface Freed {
  readonly pointer: ValueId;
  /** The place, and the callee that did it. */
  readonly by: Span;
  /** A block moved to a new place: it stays where it was if this, the new place, is NULL. */
  readonly unless: ValueId | null;
}

/** Where a value was looked up. */
export interface Lookup {
  readonly rule: string;
  readonly lock: ValueId;
  readonly span: Span;
  readonly at: SourceRange;
  /** As written: what was read, or the call. */
  readonly text: string;
  /** The address that it was read from; null for the result of a call. */
  readonly cell: ValueId | null;
  /** It says whether the last reference is gone: the object that is counted, without its lock held. */
  readonly lastOf?: ValueId;
}

/** Signs that a value may have; for pointers NEGATIVE is an error pointer, ZERO is NULL. */
export const NEGATIVE = 1;
export const ZERO = 2;
export const POSITIVE = 4;
export const ANY_SIGN = 7;

/** Who can reach an object. */
export type Root =
  | { readonly kind: "nothing" }
  /** Memory that only this code can reach, allocated or on the stack. */
  | { readonly kind: "private"; readonly of: ValueId }
  /** As private or shared as what the caller passed. */
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "shared" };

/** What happened on the way to a point, newest first; shared between states. */
export interface PathStep {
  readonly previous: PathStep | null;
  readonly kind: "acquire" | "release" | "branch" | "obtain" | "publish" | "unpublish";
  readonly at: SourceRange;
  readonly what: string;
  /** The lock, the pointer that was obtained, published or removed, or the condition; null for a choice. */
  readonly subject: ValueId | null;
}

/** A pointer to one of so many places is followed to each; to one of more it is not. */
export const MOST_TARGETS = 4;

/** A comparison of two pointers of which it is not known how it ends. */
export interface OpenTest {
  readonly at: SourceRange;
  readonly pointers: readonly ValueId[];
}

/** What a value may be: one of these, or none of these. */
export interface NumberSet {
  readonly isOneOf: boolean;
  readonly numbers: readonly number[];
}

/** What a value must be: one of these signs, and of these numbers where they are named. */
export interface Demand {
  readonly signs: number;
  readonly numbers: NumberSet | null;
}

/** By a value that is made of parameters and constants, see `conditions.ts`. All of them hold. */
export type When = ReadonlyMap<ValueId, Demand>;

export const NOTHING_AROUND: LockState["around"] = new Map();

const NOTHING_TAKEN: LockState["taken"] = new Map();

export class LockState {
  env: CowMap<number, ValueId>;
  /** In the order in which they were taken. */
  held: readonly HeldLock[];
  /** Locks released here that this function did not take: they were the caller's. In the order of their release. */
  released: readonly ValueId[];
  /** Locks that this function has acquired and released at least once on the way. */
  cycled: readonly { readonly lock: ValueId; readonly last: Span }[];
  /**
   * Locks that ways to here have taken at some time, here or in a callee; with what the arguments are on
   * those that have not, null where there are none.
   */
  taken: ReadonlyMap<ValueId, When | null>;
  /** Locks of which a callee does not tell whether it left them held: nothing is said about them. */
  unsure: readonly ValueId[];
  /** Locks that a callee has released on some of its ways only: what follows from it is not sure. */
  perhapsReleased: readonly ValueId[];
  /** Locks that are known not to be held: a failed trylock, an assertion. */
  notHeld: readonly ValueId[];
  memory: CowMap<ValueId, ValueId>;
  versions: CowMap<string, number>;
  signs: CowMap<ValueId, number>;
  /** Where tests or assignments name numbers, see `number-sets.ts`. */
  numbers: CowMap<ValueId, NumberSet>;
  roots: CowMap<ValueId, Root>;
  /** Spans that were open when a pointer was obtained. */
  origins: CowMap<ValueId, readonly Span[]>;
  stale: CowMap<ValueId, Stale>;
  /** The first variable that held a pointer, for people. */
  names: CowMap<ValueId, string>;
  /** Allocated or local memory that others can reach since: how. */
  published: CowMap<ValueId, Root>;
  /** Objects that left their container on this path. */
  removed: CowMap<ValueId, true>;
  /** Of these, what was taken out with all that it leads to by pointers of its kind: the struct. */
  chains: CowMap<ValueId, string>;
  /** Objects that left their container in the span at hand, and handles that were set to NULL in it. */
  unlinked: readonly ValueId[];
  cleared: readonly string[];
  /** Memory that was given back on this path. */
  freed: readonly Freed[];
  interrupts: InterruptState;
  saved: readonly SavedInterrupts[];
  /** What was looked up under a lock, see `lookups.ts`. */
  lookups: CowMap<ValueId, Lookup>;
  /** Looked at since its lock was taken. */
  looked: readonly string[];
  /** Pointers that were read out of a union: they may be something else. */
  doubtful: readonly ValueId[];
  /** Published on some of the paths that were merged here, private on others. */
  maybePublished: CowMap<ValueId, true>;
  /** Pointers that a comparison has shown to be equal: each to the one that stands for both. */
  equals: CowMap<ValueId, ValueId>;
  /** Where pointers to members lead that are one on one way and another one on another. */
  targets: CowMap<ValueId, readonly ValueId[]>;
  /** Only builds without assertions come here: what goes wrong is worth a note at most. */
  isUnexpected: boolean;
  /** The test that leads here, and nowhere else, where it compares pointers of which nothing is known. */
  openTest: OpenTest | null;
  /**
   * Within a block: member addresses with the objects around them. An object that was found by its
   * link is made of the link's value, which does not tell by itself that it is a member.
   */
  around: ReadonlyMap<ValueId, ValueId>;
  path: PathStep | null;
  /** The lockset written out, with what it was written from: these are replaced, never changed. */
  #key: (Pick<LockState, "held" | "released" | "saved" | "interrupts"> & { readonly text: string }) | null;

  constructor(from?: LockState) {
    this.#key = from === undefined ? null : from.#key;
    this.env = from?.env.fork() ?? new CowMap();
    this.held = from?.held ?? [];
    this.released = from?.released ?? [];
    this.cycled = from?.cycled ?? [];
    this.taken = from?.taken ?? NOTHING_TAKEN;
    this.unsure = from?.unsure ?? [];
    this.perhapsReleased = from?.perhapsReleased ?? [];
    this.notHeld = from?.notHeld ?? [];
    this.memory = from?.memory.fork() ?? new CowMap();
    this.versions = from?.versions.fork() ?? new CowMap();
    this.signs = from?.signs.fork() ?? new CowMap();
    this.numbers = from?.numbers.fork() ?? new CowMap();
    this.roots = from?.roots.fork() ?? new CowMap();
    this.origins = from?.origins.fork() ?? new CowMap();
    this.stale = from?.stale.fork() ?? new CowMap();
    this.names = from?.names.fork() ?? new CowMap();
    this.published = from?.published.fork() ?? new CowMap();
    this.removed = from?.removed.fork() ?? new CowMap();
    this.chains = from?.chains.fork() ?? new CowMap();
    this.unlinked = from?.unlinked ?? [];
    this.cleared = from?.cleared ?? [];
    this.freed = from?.freed ?? [];
    this.interrupts = from?.interrupts ?? "entry";
    this.saved = from?.saved ?? [];
    this.lookups = from?.lookups.fork() ?? new CowMap();
    this.looked = from?.looked ?? [];
    this.doubtful = from?.doubtful ?? [];
    this.maybePublished = from?.maybePublished.fork() ?? new CowMap();
    this.equals = from?.equals.fork() ?? new CowMap();
    this.targets = from?.targets.fork() ?? new CowMap();
    this.isUnexpected = from?.isUnexpected ?? false;
    this.openTest = from?.openTest ?? null;
    this.around = from?.around ?? NOTHING_AROUND;
    this.path = from?.path ?? null;
  }

  fork(): LockState {
    return new LockState(this);
  }

  /** States with the same key have the same lockset and are merged where they meet. */
  get locksetKey(): string {
    const known = this.#key;
    const isSame =
      known !== null &&
      known.held === this.held &&
      known.released === this.released &&
      known.saved === this.saved &&
      known.interrupts === this.interrupts;
    if (isSame) return known.text;
    const { held, released, saved, interrupts } = this;
    const text = this.#writeKey();
    this.#key = { held, released, saved, interrupts, text };
    return text;
  }

  #writeKey(): string {
    const held = this.held
      .map(({ lock, mode, depth, evidence }) => `${lock}${mode[0]}${depth}${evidence[0]}`)
      .sort();
    const saved = this.saved.map(({ flags, depth }) => `${flags}${depth}`);
    return `${held.join(",")}|${[...this.released].sort().join(",")}|${this.interrupts}${saved.join(",")}`;
  }

  heldLock(lock: ValueId): HeldLock | null {
    return this.held.find((entry) => entry.lock === lock) ?? null;
  }

  step(step: Omit<PathStep, "previous">): void {
    this.path = { previous: this.path, ...step };
  }
}
