/**
 * The driver model as `lockspan model` prints it: which lock is held where, who
 * enters, who runs against whom, and in which order locks nest.
 */
import type { Gap } from "../base/index.ts";
import type { LockMode } from "../drivers/index.ts";

export interface DriverReport {
  /** The files that were read; for people, not in the JSON document. */
  readonly files: readonly string[];
  readonly locks: readonly ReportedLock[];
  readonly functions: readonly ReportedFunction[];
  readonly entryPoints: readonly ReportedEntryPoint[];
  readonly concurrency: readonly ReportedPair[];
  readonly order: readonly ReportedOrder[];
  readonly types: readonly ReportedType[];
  /** What could not be read; for people, not in the JSON document. */
  readonly gaps: readonly Gap[];
}

export interface ReportedLock {
  /** As every other part of the report names it. */
  readonly name: string;
  readonly kind: "global" | "member" | "unknown";
  /** The struct that holds a member lock, as `struct x`; null for the others. */
  readonly struct: string | null;
  /** Where it is defined or declared; null when that is outside the files. */
  readonly file: string | null;
  readonly line: number | null;
  readonly recursive: boolean;
}

export interface ReportedFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Of its closing brace; for people, not in the JSON document. */
  readonly endLine: number;
  readonly spans: readonly ReportedSpan[];
  /** Lines on which code stands, in order, with what is held before it; for people, not in the JSON document. */
  readonly lines: readonly ReportedLine[];
  readonly accesses: readonly ReportedAccess[];
  /** Ways in that lead to it, as the entry points name their operations; for people, not in the JSON document. */
  readonly ways: readonly string[];
  /** Locks that it needs its caller to hold. */
  readonly requires: readonly string[];
  /** Locks that it returns with and was not entered with. */
  readonly acquires: readonly string[];
  /** Locks that it was entered with and returns without. */
  readonly releases: readonly string[];
}

export interface ReportedLine {
  readonly line: number;
  /** Held on every path. */
  readonly must: readonly string[];
  /** Held on some paths. */
  readonly may: readonly string[];
  /** Interrupts are off on every path, by the function's own doing. */
  readonly isQuiet: boolean;
}

/** A lock span has one entry for each of its exits. */
export interface ReportedSpan {
  readonly lock: string;
  readonly mode: LockMode;
  /** The line that acquires; null when the function was entered with the lock. */
  readonly from: number | null;
  /** The line that releases; null when the function returns with the lock. */
  readonly to: number | null;
  /** `may`: only some paths between the two lines hold it. */
  readonly kind: "must" | "may";
  /** Where `to` is null: the lines of the returns that leave with the lock; for people, not in the JSON document. */
  readonly exits: readonly number[];
}

export interface ReportedAccess {
  /** The expression as written. */
  readonly object: string;
  readonly type: string;
  readonly line: number;
  readonly column: number;
  readonly kind: "read" | "write" | "call";
  readonly held: readonly string[];
  /** No other code can reach the object there. */
  readonly private: boolean;
  /** Why the rule asks for no lock there: it is accessed atomically by design, or does not change any more. */
  readonly free: "atomic" | "constant" | null;
}

export interface ReportedEntryPoint {
  readonly op: string;
  readonly function: string;
  readonly subsystem: string;
  readonly callerHolds: readonly string[];
}

/** Two ways in that may run at the same time, and the locks that both hold all along. */
export interface ReportedPair {
  /** `operation (subsystem)`, as the entry points name them. */
  readonly a: string;
  readonly b: string;
  readonly commonLocks: readonly string[];
}

/** `to` was taken while `from` was held. */
export interface ReportedOrder {
  readonly from: string;
  readonly to: string;
  readonly at: readonly ReportedPlace[];
}

export interface ReportedPlace {
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

/** A guarded type and the lock that it is guarded by under the rules of the run. */
export interface ReportedType {
  /** `struct entry`. */
  readonly name: string;
  readonly lock: string;
  readonly fields: readonly string[] | "all";
  /** The rule that says so. */
  readonly rule: string;
}
