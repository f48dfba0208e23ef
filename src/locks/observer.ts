/**
 * What the steps of the analysis tell whoever records the last pass.
 *
 * The steps know this interface alone; `recorder.ts` implements it.
 */
import type { Instruction, SourceRange, VariableId } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type {
  AccessKind,
  InterruptFault,
  LateUse,
  LockedCall,
  LockInMode,
  LockNeed,
  RemovalFact,
  StaleDecision,
} from "./facts.ts";
import type { Touch } from "./function-summary.ts";
import type { Guard } from "./guards.ts";
import type { HeldLock, LockState, Root, SavedInterrupts, Span, When } from "./lock-state.ts";
import type { ValueId } from "./value.ts";

export interface Access {
  readonly address: ValueId;
  readonly kind: AccessKind;
  readonly text: string;
  readonly at: SourceRange;
  readonly site: number;
  /** A walk goes on from one element to the next. */
  readonly isStep?: boolean;
}

/** The guard over an address, the lock that it asks for, and the object that it is about. */
export interface GuardedPlace {
  readonly guard: Guard;
  readonly lock: ValueId;
  readonly object: ValueId;
  readonly struct: string | null;
  readonly field: string | null;
  /** The key of a member that a walk compares: the walk's container is what is used. */
  readonly onWalk: boolean;
}

export interface LockOperation {
  readonly lock: ValueId;
  readonly mode: LockMode;
  readonly recursive: boolean;
  readonly site: number;
  readonly at: SourceRange;
  readonly through: string | null;
  /** It does not wait when another holds the lock. */
  readonly tried?: boolean;
  /** The lock is set up, not released: whoever waits for it is let in. */
  readonly initialises?: boolean;
  /** Not every way through the callee takes it. */
  readonly sometimes?: boolean;
  /** It is held where it is taken, by a callee that calls what came along. */
  readonly isHeldInside?: boolean;
  /** A callee releases it on some of its ways, and nothing tells on which. */
  readonly isPerhaps?: boolean;
  /** The function inside a callee that takes it; null when there are several. */
  readonly by?: string | null;
  /** Locks of this function that are not held any more when a callee takes it. */
  readonly without?: readonly ValueId[];
  /** What else must hold for a callee to take it. */
  readonly when?: When;
}

/** A need as the place that has it knows it. */
export type NewNeed = Pick<Access, "kind" | "text" | "at" | "site"> & {
  readonly place: Omit<GuardedPlace, "guard"> & { readonly guard: Guard | null };
  readonly root: Root;
  readonly through: LockNeed["through"];
  /** What else must hold for a callee to have it. */
  readonly when?: When;
  /** Of what a callee asserts. */
  readonly mode?: LockMode;
  /** Locks that a callee holds where it has it. */
  readonly under?: readonly LockInMode[];
};

/** A late use as the place that has it knows it. */
export type NewLateUse = Omit<LateUse, "function" | "held" | "certain" | "path" | "name"> & {
  readonly site: number;
};

export interface NamedCall {
  readonly instruction: Pick<
    Extract<Instruction, { readonly kind: "call" }>,
    "at" | "callee" | "callees" | "target"
  >;
  readonly site: number;
  readonly pointerSite?: number;
}

export interface SeenBranch {
  readonly at: SourceRange;
  /** Read again for this test, from memory that others may write; null where nothing is. */
  readonly reread: { readonly text: string } | null;
  readonly canBeTrue: boolean;
  readonly canBeFalse: boolean;
}

export interface InterruptPlace {
  readonly lock: ValueId | null;
  readonly flags: string | null;
  readonly here: Span;
}

export interface InterruptObserver {
  /** They are turned on where nothing here had turned them off: the caller had. */
  enteredOff(): void;
  /** Some way restores a word without having saved it: saving and restoring hang on one condition. */
  restoredUnsaved(flags: string): void;
  fault(state: LockState, kind: InterruptFault["kind"], saved: SavedInterrupts, place: InterruptPlace): void;
  call(state: LockState, call: NamedCall, callee: string): void;
}

export interface PlaceObserver {
  /** A state comes to an instruction, or to the end of a block. */
  pass(state: LockState, at: SourceRange): void;
}

export interface Observer {
  readonly interrupts: InterruptObserver;
  /** Null where nobody asks what is held at each place. */
  readonly places: PlaceObserver | null;
  need(state: LockState, need: NewNeed): void;
  covered(state: LockState, place: CoveredPlace): void;
  /** On this way the object is the function's own: what other ways do wrong there is not done on all. */
  ownUse(place: { readonly site: number; readonly lock: ValueId; readonly object: ValueId }): void;
  /** A need that is filled here; filled by a lock that the function takes itself, it still says what is used. */
  coveredUse(state: LockState, use: NewNeed): void;
  lateUse(state: LockState, use: NewLateUse): void;
  call(state: LockState, call: NamedCall, callee: string, args: readonly ValueId[]): void;
  late(state: LockState, need: { readonly site: number; readonly need: LockNeed }): void;
  acquire(state: LockState, operation: LockOperation): void;
  /** A function that the caller brings along is called, here or in a callee. */
  callback(state: LockState, call: SeenCallback): void;
  doubleLock(state: LockState, operation: LockOperation, held: HeldLock): void;
  badRelease(state: LockState, operation: LockOperation): void;
  /** Of a lock of which a callee does not tell whether it left it held. */
  unsureRelease(lock: ValueId): void;
  goodRelease(state: LockState, operation: LockOperation, held: HeldLock): void;
  leave(state: LockState, end: { readonly at: SourceRange; readonly value: VariableId | null }): void;
  staleDecision(
    state: LockState,
    key: string,
    decision: Omit<StaleDecision, "held" | "certain" | "path">,
  ): void;
  /** A write that rests on nothing old. */
  soundWrite(key: string): void;
  /** A call that the platform warns of while a lock is held; whether one is held is seen here. */
  /** A branch, and the truths that its condition may have in one state. */
  branch(state: LockState, branch: SeenBranch): void;
  lockedCall(
    state: LockState,
    call: NamedCall,
    what: { readonly callee: string; readonly kind: LockedCall["kind"] },
  ): void;
  removal(state: LockState, removal: SeenRemoval): void;
  asserted(state: LockState, lock: ValueId, mode: LockMode): void;
  touch(touch: Touch): void;
  access(state: LockState, access: SeenAccess): void;
  globalUse(state: LockState, use: { readonly guard: Guard; readonly kind: AccessKind }): void;
  store(store: SeenStore): void;
}

export interface SeenCallback {
  readonly site: number;
  readonly target: ValueId;
  readonly args: readonly ValueId[];
  /** What else must hold for a callee to call it. */
  readonly when?: When;
}

export interface CoveredPlace {
  readonly site: number;
  readonly lock: ValueId;
  readonly guard: Guard | null;
  readonly need?: LockNeed;
}

export type SeenAccess = Access & {
  readonly struct: string;
  readonly field: string;
  readonly root: Root;
  readonly guard: Guard;
};

export type SeenRemoval = Pick<RemovalFact, "at" | "struct" | "what"> & {
  readonly site: number;
  readonly root: Root;
};

export interface SeenStore {
  readonly address: ValueId;
  readonly value: ValueId;
  readonly pointee: string | null;
  readonly text: string;
}
