/**
 * What the analysis of one function found out, without a verdict.
 *
 * Places are ranges in the item that holds the function; values are relative to
 * the function. `checks/` turns these into findings.
 */
import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type { Guard } from "./guards.ts";
import type {
  InterruptState,
  LockEvidence,
  Lookup,
  OpenTest,
  PathStep,
  Root,
  Span,
  Stale,
  When,
} from "./lock-state.ts";
import type { ValueId } from "./value.ts";

export type AccessKind = "read" | "write";

export interface LockInMode {
  readonly lock: ValueId;
  readonly mode: LockMode;
}

/**
 * A lock that must be held at a place and was not taken by this function.
 *
 * Either an access of the function itself, or a call whose callee has a need
 * that this function does not fill.
 */
export interface LockNeed {
  readonly function: string;
  readonly at: SourceRange;
  /** `need` is null where the callee asserts the lock. */
  readonly through: { readonly callee: string; readonly need: LockNeed | null } | null;
  /** The guard that asks for the lock; null when the code asserts it. */
  readonly guard: Guard | null;
  readonly lock: ValueId;
  readonly mode: LockMode;
  /** The pointer to the object. */
  readonly object: ValueId;
  /** As written at the place of the access. */
  readonly text: string;
  readonly struct: string | null;
  readonly field: string | null;
  readonly kind: AccessKind;
  /** The key of a member that a walk compares: the walk's container is what is used. */
  readonly onWalk: boolean;
  readonly root: Root;
  readonly held: readonly ValueId[];
  /** Locks that are held there and that a caller may have another name for. */
  readonly under: readonly LockInMode[];
  /** It is held shared, which is not enough to write. */
  readonly heldShared: boolean;
  /** What the arguments must be for it to happen. */
  readonly when: When;
  /** The last release of this lock on the way: needs with the same one stand in one stretch without it. */
  readonly stretch: number;
  /** Whether the lock is missing on every path to the place. */
  readonly certain: boolean;
  readonly path: PathStep | null;
}

/** The use, after its span, of a pointer obtained in that span. */
export interface LateUse {
  readonly function: string;
  readonly at: SourceRange;
  readonly through: { readonly callee: string; readonly need: LockNeed | null } | null;
  readonly kind: "read" | "write" | "store";
  readonly guard: Guard | null;
  readonly object: ValueId;
  /** The variable that got the pointer first, or null. */
  readonly name: string | null;
  readonly text: string;
  readonly struct: string | null;
  readonly field: string | null;
  readonly stale: Stale;
  /** The lock is held again, in another span. */
  readonly heldAgain: boolean;
  /** The object was freed before: `stale.released` is where. */
  readonly isFreed?: boolean;
  readonly held: readonly ValueId[];
  readonly certain: boolean;
  readonly path: PathStep | null;
}

/**
 * Why a fault is worth a note only. `tried`: an attempt that cannot succeed. `shared-twice`:
 * readers do not exclude each other, but a writer may wait between the two. `initialised`: the
 * lock is set up anew while it is held. `unexpected`: only builds without assertions come there.
 */
export type MinorFault = "tried" | "shared-twice" | "initialised" | "unexpected";

/** A lock taken, released or kept where it must not be. */
export interface LockFault {
  readonly kind: "double-lock" | "unlock-not-held" | "lock-leak";
  readonly function: string;
  readonly at: SourceRange;
  readonly lock: ValueId;
  readonly certain: boolean;
  readonly through: string | null;
  /** For a double lock and a leak: where it was taken. */
  readonly since: readonly Span[];
  /** For a release of what was released before: where. */
  readonly releasedAt: Span | null;
  readonly mode: LockMode;
  readonly held: readonly ValueId[];
  readonly path: PathStep | null;
  /** For a release of the caller's lock: it was released here before, and not taken since. */
  readonly isAgain: boolean;
  /** Of a leak: the caller can tell by its arguments or by the result whether the lock is held. */
  readonly canBeTold: boolean;
  /** Of a leak: the function does nothing but take the lock, and its arguments tell when. */
  readonly isByArgument: boolean;
  /** Of a release: such a lock was lost where ways with other locks were merged, and may be this one. */
  readonly isUnsure: boolean;
  /** Of a release: the comparison under which alone it is done. */
  readonly test: OpenTest | null;
  /** It does no harm by itself, or only sometimes: why; null for what is wrong whenever it happens. */
  readonly minor: MinorFault | null;
}

/** A stretch from where a lock is taken to where it is let go. */
export interface SpanFact {
  readonly lock: ValueId;
  readonly mode: LockMode;
  readonly evidence: LockEvidence;
  readonly from: SourceRange;
  readonly through: string | null;
  readonly site: number;
  readonly ends: readonly SourceRange[];
  /** Returns that leave with the lock held. */
  readonly exits: readonly SourceRange[];
  /** Every path through its beginning ends it. */
  readonly certain: boolean;
}

/** What is held before an instruction. */
export interface HeldPlace {
  readonly at: SourceRange;
  /** Held on every way there. */
  readonly must: readonly ValueId[];
  /** Held on some ways only, or nobody knows. */
  readonly may: readonly ValueId[];
  /** Interrupts are off on every way there, by the function's own doing. */
  readonly isQuiet: boolean;
}

export interface AccessFact {
  readonly at: SourceRange;
  readonly text: string;
  readonly struct: string;
  readonly field: string;
  readonly kind: AccessKind | "call";
  /** Held on every path. */
  readonly held: readonly ValueId[];
  readonly private: boolean;
  /** The parameter through which the object came; null when it did not come so on every path. */
  readonly parameter: number | null;
  /** What guards the memory. */
  readonly guard: Guard;
}

/** A guarded global is read or written. */
export interface GlobalUse {
  readonly guard: Guard;
  readonly kind: AccessKind;
  /** Held on every path. */
  readonly held: readonly ValueId[];
}

/** An acquisition, with what was held and what had been released before it. */
export interface AcquireFact {
  readonly lock: ValueId;
  readonly at: SourceRange;
  readonly through: string | null;
  readonly held: readonly ValueId[];
  readonly mode: LockMode;
  /** The function that takes it, this one or one below; null when there are several. */
  readonly by: string | null;
  /** It does not wait when another holds the lock. */
  readonly tried: boolean;
  readonly nesting: readonly Nesting[];
  /** Interrupts on the ways here. */
  readonly interrupts: readonly InterruptState[];
  readonly path: PathStep | null;
  readonly recursive: boolean;
  /** Spans that had ended on the way here. */
  readonly after: readonly number[];
}

/** A lock that is held where another one is taken. */
export interface Nesting {
  readonly outer: ValueId;
  readonly mode: LockMode;
  readonly evidence: LockEvidence;
  readonly since: Span;
  /** Held on every path. */
  readonly certain: boolean;
}

/** Interrupts that are not put back as they were. */
export interface InterruptFault {
  readonly kind: "saved-twice" | "other-word" | "stays-off" | "on-too-early";
  readonly at: SourceRange;
  readonly lock: ValueId | null;
  readonly flags: string | null;
  /** Where they were turned off. */
  readonly since: Span;
  readonly certain: boolean;
  readonly path: PathStep | null;
}

/** A call while interrupts are off. */
export interface QuietCall {
  readonly callee: string;
  readonly at: SourceRange;
  /** On every path. */
  readonly certain: boolean;
  /** Where they were turned off; null where a callee did it. */
  readonly since: Span | null;
  readonly path: PathStep | null;
}

/** A call with a lock held that the platform warns of, or of a function that whoever enters brings along. */
export interface LockedCall {
  readonly callee: string;
  readonly kind: "waits" | "guest-copy" | "callback";
  readonly at: SourceRange;
  /** The lock that was taken last. */
  readonly lock: ValueId;
  readonly held: readonly ValueId[];
  readonly since: Span;
  /** On every path. */
  readonly certain: boolean;
  readonly path: PathStep | null;
}

/**
 * A value that was looked up in one span decides what is done, or is written, in a later one. `dropped`: the
 * last reference was given up before the span in which the object is taken away.
 */
export interface StaleDecision {
  readonly kind: "decided" | "stored" | "dropped";
  readonly guard: Guard;
  readonly lock: ValueId;
  /** The lookup. */
  readonly lookup: Lookup;
  /** The write. */
  readonly at: SourceRange;
  readonly text: string;
  readonly through: string | null;
  readonly struct: string | null;
  readonly field: string | null;
  /** For `dropped`: the cell of the count, `struct.field`. */
  readonly count?: string;
  readonly held: readonly ValueId[];
  /** On every path. */
  readonly certain: boolean;
  readonly path: PathStep | null;
}

/** An object is taken out of its container, or freed. */
export interface RemovalFact {
  readonly at: SourceRange;
  readonly struct: string;
  readonly what: "unlinked" | "freed";
  readonly private: boolean;
  /** As for an access. */
  readonly parameter: number | null;
  /** Held on every path. */
  readonly held: readonly ValueId[];
}

/**
 * A test on which it hangs whether a lock is held: what it reads was read before, when the lock was taken or
 * not, and others may have changed it since.
 */
export interface OpenCondition {
  readonly at: SourceRange;
  /** What is read again, as written. */
  readonly text: string;
  /** Held on the one side and not on the other. */
  readonly locks: readonly ValueId[];
}

export interface FunctionFacts {
  readonly function: string;
  readonly needs: readonly LockNeed[];
  /** Which need a caller is shown for each: those of one lock and object root are one to it. */
  readonly shownAs: ReadonlyMap<LockNeed, LockNeed>;
  readonly lateUses: readonly LateUse[];
  readonly faults: readonly LockFault[];
  /** What looks like a fault where the ways through the function cannot be told apart well enough to say so. */
  readonly guesses: readonly LockFault[];
  readonly spans: readonly SpanFact[];
  /** In the order of the text; empty unless they are asked for. */
  readonly places: readonly HeldPlace[];
  readonly accesses: readonly AccessFact[];
  readonly globalUses: readonly GlobalUse[];
  readonly acquires: readonly AcquireFact[];
  readonly removals: readonly RemovalFact[];
  readonly interruptFaults: readonly InterruptFault[];
  readonly quietCalls: readonly QuietCall[];
  /** Calls with interrupts on by the function's own doing. */
  readonly loudCalls: readonly SourceRange[];
  /** It turns interrupts on that its callers had turned off. */
  readonly isEnteredOff: boolean;
  readonly staleDecisions: readonly StaleDecision[];
  readonly lockedCalls: readonly LockedCall[];
  readonly openConditions: readonly OpenCondition[];
  /** Calls of functions of the program, with whether each of the callee's needs is filled there. */
  readonly calls: readonly CallFact[];
  /** Locks that a number tells of by being positive: a leak, unless a caller is there to look. */
  readonly heldByNumber: readonly LockFault[];
  /** Locks that every return leaves with: a wrapper's, unless nobody can release them. */
  readonly heldOnReturn: readonly LockFault[];
  /** Releases of locks that the function did not take: right only where its callers hold them. */
  readonly callersReleases: readonly LockFault[];
  /** Locks that it releases where a callee does not tell whether it left them held. */
  readonly unsureReleases: readonly ValueId[];
  /** Locksets had to be merged: what is said of this function is less sure. */
  readonly lostPrecision: boolean;
  readonly gaps: readonly { readonly at: SourceRange; readonly why: string }[];
}

export interface CallFact {
  readonly callee: string;
  readonly at: SourceRange;
  readonly held: readonly ValueId[];
  /** Interrupts on the ways to the call. */
  readonly interrupts: readonly InterruptState[];
  /** Who can reach what each argument points to: the most shared of all paths. */
  readonly argumentRoots: readonly Root[];
  /** The callee is the member of an operation table. */
  readonly isThroughTable: boolean;
  /** Needs of the callee that stay open here; all others are filled at this call. */
  readonly open: ReadonlySet<LockNeed>;
  /** Needs that stay open because the object outlived its span: reported there, not at the callee's. */
  readonly late: ReadonlySet<LockNeed>;
}
