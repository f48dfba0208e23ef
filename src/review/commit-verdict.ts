/**
 * What one commit of a history would have been told had it been posted, and which findings came
 * and went with it.
 */
import type { Gap } from "../base/index.ts";
import type { Finding } from "../findings/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { type AboutChange, type ReadChange, readChange } from "./change-review.ts";
import type { ChangeSource } from "./pull-request-ports.ts";
import { compareSeries } from "./review-series.ts";
import { isSameCode } from "./same-code.ts";
import type { SharedWork } from "./shared-work.ts";
import { stagesOf } from "./stages.ts";

/** A finding as far as a history has room for it. */
export type HistoryFinding = Pick<
  Finding,
  | "check"
  | "rule"
  | "severity"
  | "confidence"
  | "status"
  | "file"
  | "line"
  | "column"
  | "function"
  | "object"
  | "lock"
  | "message"
  | "change"
  | "fingerprint"
>;

export interface CommitVerdict {
  /** Introduced, exposed and mended findings, in document order. */
  readonly told: readonly HistoryFinding[];
  /** How many older findings its lines take part in; of a commit that there is nothing else to say of, 0 or more. */
  readonly touched: number;
  /** Older findings that go by another fingerprint since, as old and new one. */
  readonly moved: readonly (readonly [string, string])[];
  /** How many places of its files could not be read; of a commit that there is nothing else to say of, 0. */
  readonly gaps: number;
  /** Its files that were left aside, with the reason. */
  readonly leftAside: readonly Gap[];
}

export interface VerdictSetting {
  readonly packs: LoadedPacks;
  readonly profile: Profile;
  readonly shared: SharedWork;
}

/** @throws {ServiceError} when the texts cannot be read */
export async function commitVerdict(
  source: ChangeSource,
  about: AboutChange,
  { packs, profile, shared }: VerdictSetting,
): Promise<CommitVerdict> {
  const { input, gaps: leftAside } = await readChange(source, packs, about);
  if (leftAside.length === 0 && leavesCode(input, packs, shared)) return NOTHING;
  const { review, moved, gaps } = compareSeries({ ...input, packs, profile, scope: "touched", shared });
  const told = review.findings.filter(({ change }) => change !== "pre-existing");
  const isShown = told.length + moved.length + leftAside.length > 0;
  return {
    told: told.map(historyFinding),
    touched: review.findings.length - told.length,
    moved,
    gaps: isShown ? gaps().length : 0,
    leftAside,
  };
}

const NOTHING: CommitVerdict = { told: [], touched: 0, moved: [], gaps: 0, leftAside: [] };

function leavesCode(
  { base, beside }: ReadChange["input"],
  { platform }: LoadedPacks,
  { parses }: SharedWork,
): boolean {
  const [before, after = before] = stagesOf(base);
  return isSameCode(before, after, { platform, callers: beside?.callers ?? [], parses });
}

function historyFinding(finding: Finding): HistoryFinding {
  const { check, rule, severity, confidence, status, file, line, column } = finding;
  const { function: name, object, lock, message, change, fingerprint } = finding;
  return {
    check,
    rule,
    severity,
    confidence,
    status,
    file,
    line,
    column,
    function: name,
    object,
    lock,
    message,
    change,
    fingerprint,
  };
}
