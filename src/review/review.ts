/**
 * What an analysis found, as the reports get it. The pipeline fills it, the
 * reports only read it: nothing here is computed when it is printed.
 */
import type { Gap } from "../base/index.ts";
import type { Finding, FindingNotes, Side } from "../findings/index.ts";
import type { Profile } from "../rules/index.ts";
import type { AuditedDriver } from "./audited-drivers.ts";

/** A review of patches, or an audit of whole files (which has no patches and no changes). */
export interface Review {
  readonly kind: "review" | "audit";
  readonly profile: Profile;
  /** In series order; empty in an audit. */
  readonly patches: readonly ReviewedPatch[];
  /** In document order, already selected by scope. */
  readonly findings: readonly Finding[];
  /** Findings that comments in the code hide, likewise. */
  readonly hidden: readonly HiddenFinding[];
  readonly gaps: readonly Gap[];
  /** What is worth saying about the trees that were compared, one sentence each without a full stop. */
  readonly baseNotes: readonly string[];
  /** How much was read, for the sentence that says so. */
  readonly analysed: { readonly files: readonly string[]; readonly functions: number };
  /** What to draw beside a finding, by its fingerprint; a finding may have none. */
  readonly notes: ReadonlyMap<string, FindingNotes>;
  /** The drivers that an audit found packs for; empty in a review. */
  readonly drivers: readonly AuditedDriver[];
  /** What other patches on their way change; null where none were given. */
  readonly together: Together | null;
}

export type HiddenFinding = Pick<
  Finding,
  "check" | "file" | "line" | "function" | "patch" | "fingerprint"
> & {
  /** As the comment gives it. */
  readonly reason: string;
};

export interface ReviewedPatch {
  /** Decoded, with its `[PATCH …]` tags. */
  readonly subject: string;
  /** With its angle brackets; null for a plain diff. */
  readonly messageId: string | null;
  /** `Name <address>`, decoded; null for a plain diff. */
  readonly author: string | null;
  /** The mail's Date header as it was sent. */
  readonly date: string | null;
  readonly index: number;
  readonly total: number;
  readonly revision: number;
  /** The commit that the patch was applied to; null where there is none. */
  readonly base: string | null;
  /** How the base was found, as words that fit behind "base 1234": `named by the index line`. */
  readonly baseFound: string;
  /** Names in the tree, as the patch spells them. */
  readonly files: readonly string[];
  readonly diffs: readonly ReviewedDiff[];
  /** Where a reply goes; null for a plain diff. */
  readonly mail: MailAddressing | null;
}

/** One file of the patch, as it was sent. */
export interface ReviewedDiff {
  readonly oldPath: string | null;
  readonly newPath: string | null;
  readonly hunks: readonly ReviewedHunk[];
}

export interface ReviewedHunk {
  /** The whole `@@ … @@ …` line as sent. */
  readonly header: string;
  /** Lines count from 1, in the files that were compared: where the hunk applied, not where it says. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly ReviewedHunkLine[];
}

export interface ReviewedHunkLine {
  readonly kind: "context" | "added" | "removed";
  /** Without the leading blank, plus or minus, and without the line end. */
  readonly text: string;
}

/** Addresses are decoded: `Name <address>` or the bare address. */
export interface MailAddressing {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** The patch's own References, oldest first. */
  readonly references: readonly string[];
}

/**
 * A file's text before (`old`) or after (`new`) one patch of the series.
 *
 * `patch` is the patch's index from 1; null in an audit, where both sides are the file.
 * Null where there is no such file.
 */
export type SourceLookup = (file: string, side: Side, patch: number | null) => string | null;

/** Where the other patches stand when all are applied: behind those under review, or below them. */
export type Order = "after" | "before";

/** A finding as it is with all patches applied; the lines of `conflict` count in the files of then. */
export type Woken = Pick<Finding, "message" | "conflict" | "fix">;

export interface Together {
  readonly order: Order;
  readonly patches: readonly ReviewedPatch[];
  /** Findings of the review that become live, by fingerprint. */
  readonly woken: ReadonlyMap<string, Woken>;
  /** Findings that neither side has by itself, told on the last of the other patches. */
  readonly appeared: readonly Finding[];
  /** What could not be read of the files with all patches applied, and was not met without the others. */
  readonly gaps: readonly Gap[];
}
