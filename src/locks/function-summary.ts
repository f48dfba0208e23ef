/** What a caller must know about a function, instead of its body. */
import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type { AccessKind, LockNeed } from "./facts.ts";
import type { InterruptState, Root, Stale, When } from "./lock-state.ts";
import type { ValueId } from "./value.ts";

/** A value that the caller gets. */
export interface HandedOver {
  /** Where it is one and the same on all these returns, else null. */
  readonly value: ValueId | null;
  /** Signs that it may have. */
  readonly signs: number;
  readonly root: Root;
  /** It was obtained in a span that the function has ended. */
  readonly stale: Stale | null;
  /** It was taken out of its container: it is the caller's alone. */
  readonly isRemoved: boolean;
}

/** A value that is handed out beside the result: stored where a parameter points to, or a member of a struct that is returned. */
export interface HandedOut extends HandedOver {
  readonly into:
    | { readonly parameter: number; readonly member: null }
    | { readonly parameter: null; readonly member: { readonly struct: string; readonly field: string } };
  /** As written where it is stored, and the struct that it points to. */
  readonly text: string;
  readonly pointee: string | null;
}

/** One kind of return: which locks and objects it leaves changed, and what it hands over then. */
export interface Outcome {
  /** What the arguments are on these returns. */
  readonly when: When;
  /** What a parameter points to on entry, and the signs without which it does not come to these returns. */
  readonly pointees: readonly { readonly value: ValueId; readonly signs: number }[];
  readonly acquired: readonly {
    readonly lock: ValueId;
    readonly mode: LockMode;
    readonly recursive: boolean;
    readonly tried?: boolean;
  }[];
  readonly released: readonly ValueId[];
  /** Locks of which the function does not tell whether these returns leave them held. */
  readonly unsure: readonly ValueId[];
  readonly result: HandedOver;
  /** What is handed out beside the result. */
  readonly outs: readonly HandedOut[];
  /** Parameters' memory that others can reach afterwards. */
  readonly publishes: readonly { readonly object: ValueId; readonly into: Root }[];
  /** Objects taken out of their structure. */
  readonly removes: readonly ValueId[];
  /** Interrupts on return; `entry`: as they were. */
  readonly interrupts: InterruptState;
}

/** A lock that is taken somewhere inside a function. */
export interface InnerAcquire {
  readonly lock: ValueId;
  readonly mode: LockMode;
  readonly recursive: boolean;
  readonly at: SourceRange;
  readonly when: When;
  /** The caller's locks that were released by then. */
  readonly without: readonly ValueId[];
  /** Its caller can know which lock it is; otherwise only of which kind. */
  readonly known: boolean;
  /** What the arguments are on ways through the function that do not take it; null where all do. */
  readonly unless: When | null;
  /** The function in which it is taken; null when there are several. */
  readonly by: string | null;
}

/** A call of a function that the caller brings along. */
export interface Callback {
  /** The pointer, and what it is handed. */
  readonly target: ValueId;
  readonly args: readonly ValueId[];
  /** Locks that the function itself holds there. */
  readonly held: readonly { readonly lock: ValueId; readonly mode: LockMode; readonly recursive: boolean }[];
  /** The caller's locks that may be released by then. */
  readonly without: readonly ValueId[];
  readonly when: When;
  /** As for a lock that is taken. */
  readonly unless: When | null;
}

/** A place that a parameter points to, or the first of a row of such. */
export interface Touch {
  readonly parameter: number;
  readonly kind: AccessKind;
}

export interface FunctionSummary {
  readonly function: string;
  readonly outcomes: readonly Outcome[];
  readonly needs: readonly LockNeed[];
  /** What is read or written, without a lock of its own, where no guard is known for what the parameter points to. */
  readonly touches: readonly Touch[];
  /** Uses of what the caller passes under a lock that the function takes itself. */
  readonly coveredUses: readonly LockNeed[];
  /** Locks taken somewhere inside while the caller's are as on entry. */
  readonly acquires: readonly InnerAcquire[];
  readonly callbacks: readonly Callback[];
  /** It does nothing but assert: to call it is an assertion of the caller's own. */
  readonly isAssertion: boolean;
  /** Locks that the code asserts to be held on entry. */
  readonly asserted: readonly { readonly lock: ValueId; readonly mode: LockMode }[];
  /** Cells (`struct.field`) that may be written. */
  readonly writes: ReadonlySet<string>;
  /** Stores through parameters and globals that take place on every return. */
  readonly stores: readonly {
    readonly address: ValueId;
    readonly value: ValueId;
    readonly pointee: string | null;
    readonly text: string;
  }[];
  /** Objects that are freed on every way. */
  readonly frees: readonly ValueId[];
  /** Memory allocated here that the caller may get. */
  readonly fresh: ReadonlySet<ValueId>;
}
