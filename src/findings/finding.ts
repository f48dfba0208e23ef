/**
 * The finding: one type between the checks that make it and the reports that
 * print it. Its fields are those of the JSON document, in that order.
 */

export const CHECK_IDS = [
  "guarded-access",
  "caller-must-hold",
  "early-unlock",
  "stale-reference",
  "escape",
  "lock-leak",
  "double-lock",
  "unlock-not-held",
  "check-then-act",
  "irq-unsafe",
  "alloc-irq-off",
  "lock-contract-change",
  "lock-order",
  "new-nesting",
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** Checks that compare two versions: no version has such a finding by itself, and none can mend it. */
export const STEP_CHECKS: ReadonlySet<CheckId> = new Set(["lock-contract-change", "new-nesting"]);

export type Severity = "error" | "warning" | "note";
export type Change = "introduced" | "exposed" | "pre-existing" | "fixed";

/** One step of a path, in order of execution. */
export interface TraceStep {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** What happens there, as a phrase without a full stop: "devices_lock acquired". */
  readonly what: string;
}

export interface Finding {
  readonly check: CheckId;
  /** The rule that asked for it; null for checks that need none. */
  readonly rule: string | null;
  readonly severity: Severity;
  /** `must`: on every path; `may`: on the path shown. */
  readonly confidence: "must" | "may";
  /** Whether the conflicting access can run at the same time in this tree. */
  readonly status: "live" | "latent" | "unknown";
  /** Index (from 1) into the series of the patch that it is told on: the one that brings it in, where one does; null outside a review. */
  readonly patch: number | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** `old`: the cause is a line that the patch deletes, and the place is in the file before it. */
  readonly side: "new" | "old";
  readonly function: string;
  /** The guarded expression as written; null for lock balance. */
  readonly object: string | null;
  readonly type: string | null;
  readonly lock: string;
  /** Locks held there on the path shown. */
  readonly held: readonly string[];
  /** One sentence that says what is wrong. */
  readonly message: string;
  readonly trace: readonly TraceStep[];
  /** The access on the other side of the race; empty when the status is unknown. */
  readonly conflict: readonly TraceStep[];
  readonly fix: string | null;
  /** Review only; null in an audit. */
  readonly change: Change | null;
  /** Stable when lines move: no line number enters it. */
  readonly fingerprint: string;
}
