/**
 * What each finding owes to the patch.
 *
 * In:  the findings of before and of after, and the lines of the patch.
 * Out: one list: `introduced`, `exposed` and `pre-existing` findings of after, and
 *      `fixed` ones of before, in document order with numbered fingerprints.
 *
 * A finding is the same before and after when its fingerprint is; failing that, when
 * only the name of its function or file changed with the patch.
 */
import type { Change, Finding } from "./finding.ts";
import { baseFingerprintOf, numberFingerprints } from "./fingerprint.ts";
import { compareFindings } from "./order.ts";
import { newFileOf, newLineOf, type PatchLines, type RenamedFunction, touches } from "./patch-lines.ts";

export interface ChangeContext {
  readonly lines: PatchLines;
  readonly renamed?: readonly RenamedFunction[];
  /** The patch's index in its series, from 1; findings that name one already keep theirs. */
  readonly patch: number;
  /**
   * The caller's word on whether the patch only exposes a finding; null leaves it to
   * the lines. `before` is the finding's match, null when there is none.
   */
  readonly isExposed?: (after: Finding, before: Finding | null) => boolean | null;
}

/** Which findings a review lists; see `selectByScope`. */
export type Scope = "introduced" | "touched" | "all";
export const SCOPES: readonly Scope[] = ["introduced", "touched", "all"];

/** Fields that a caller added to a finding stay with it. */
export function classifyChanges<F extends Finding>(
  before: readonly F[],
  after: readonly F[],
  context: ChangeContext,
): F[] {
  const matches = matchFindings(before, after, context);
  const matched = new Set(matches.values());
  const present = after.map((finding): F => {
    const change = changeOf(finding, matches.get(finding) ?? null, context);
    return { ...finding, change, patch: finding.patch ?? context.patch };
  });
  const fixed = before
    .filter((finding) => !matched.has(finding) && !isStillTold(finding, after, context.lines))
    // Its place is in the file before, which is what `old` says.
    .map(
      (finding): F => ({
        ...finding,
        change: "fixed",
        side: "old",
        severity: "note",
        patch: context.patch,
      }),
    );
  // What is there is numbered first: its identity must not hang on what was repaired beside it.
  const numbered = numberFingerprints(present);
  return [...numbered, ...numberFingerprints(fixed, numbered)].sort(compareFindings);
}

/** The place lacks the same lock as before: it has become a step on the path of another finding. */
function isStillTold(old: Finding, after: readonly Finding[], lines: PatchLines): boolean {
  const line = newLineOf(lines, old.file, old.line);
  const file = newFileOf(lines, old.file);
  return after.some(
    (finding) =>
      finding.lock === old.lock &&
      finding.rule !== null &&
      finding.rule === old.rule &&
      finding.function === old.function &&
      finding.trace.some((step) => step.file === file && step.line === line),
  );
}

/**
 * A finding without a match whose lines the patch left alone was made possible from
 * elsewhere: the code stood there before, so it is exposed, not introduced.
 */
function changeOf(after: Finding, before: Finding | null, context: ChangeContext): Change {
  const told = context.isExposed?.(after, before) ?? null;
  if (told === true) return "exposed";
  if (before !== null) {
    const woken = before.status === "latent" && after.status === "live";
    return woken && told === null ? "exposed" : "pre-existing";
  }
  return told === false || touches(after, context.lines) ? "introduced" : "exposed";
}

/** after → before, each finding in at most one pair. */
export function matchFindings<B extends Finding, A extends Finding>(
  before: readonly B[],
  after: readonly A[],
  context: Pick<ChangeContext, "lines" | "renamed">,
): Map<A, B> {
  const pairs = new Map<A, B>();
  const identity = (finding: Finding) => baseFingerprintOf(finding.fingerprint);
  pairByKey(before, after, identity, identity, context.lines, pairs);

  const taken = new Set<Finding>(pairs.values());
  const oldLeft = before.filter((finding) => !taken.has(finding));
  const newLeft = after.filter((finding) => !pairs.has(finding));
  const renamed = renameTable(context.renamed ?? []);
  pairByKey(
    oldLeft.filter((finding) => isMoved(finding, renamed, context.lines)),
    newLeft,
    (finding) => {
      const file = newFileOf(context.lines, finding.file);
      return looseKey(finding, file, renamed.get(nameKey(file, finding.function)) ?? finding.function);
    },
    (finding) => looseKey(finding, finding.file, finding.function),
    context.lines,
    pairs,
  );
  return pairs;
}

function pairByKey<B extends Finding, A extends Finding>(
  before: readonly B[],
  after: readonly A[],
  oldKey: (finding: Finding) => string,
  newKey: (finding: Finding) => string,
  lines: PatchLines,
  pairs: Map<A, B>,
): void {
  const waiting = new Map<string, B[]>();
  for (const finding of [...before].sort(compareFindings)) {
    const key = oldKey(finding);
    waiting.set(key, [...(waiting.get(key) ?? []), finding]);
  }
  const ordered = [...after].sort(compareFindings);
  // Of several findings with one identity, those whose line only moved belong together.
  for (const choose of [sameLine(lines), first]) {
    for (const finding of ordered) {
      if (pairs.has(finding)) continue;
      const candidates = waiting.get(newKey(finding)) ?? [];
      const at = choose(candidates, finding);
      const [match] = at === -1 ? [] : candidates.splice(at, 1);
      if (match !== undefined) pairs.set(finding, match);
    }
  }
}

type Choose = (candidates: readonly Finding[], finding: Finding) => number;

function sameLine(lines: PatchLines): Choose {
  return (candidates, finding) =>
    candidates.findIndex((old) => newLineOf(lines, old.file, old.line) === finding.line);
}

const first: Choose = (candidates) => (candidates.length === 0 ? -1 : 0);

function renameTable(renamed: readonly RenamedFunction[]): Map<string, string> {
  return new Map(renamed.map(({ file, from, to }) => [nameKey(file, from), to]));
}

function nameKey(file: string, name: string): string {
  return JSON.stringify([file, name]);
}

function isMoved(finding: Finding, renamed: ReadonlyMap<string, string>, lines: PatchLines): boolean {
  const file = newFileOf(lines, finding.file);
  return file !== finding.file || renamed.has(nameKey(file, finding.function));
}

function looseKey(finding: Finding, file: string, fn: string): string {
  const { check, rule, type, object, lock } = finding;
  return JSON.stringify([check, rule, type, object, lock, file, fn]);
}

/**
 * The findings that a review lists.
 *
 * `introduced`: introduced and exposed ones. `touched`: these, the fixed ones, and the
 * pre-existing ones that a line of the patch takes part in, as notes. `all`: every one,
 * pre-existing ones with the severity of their check.
 */
export function selectByScope<F extends Finding>(
  findings: readonly F[],
  scope: Scope,
  lines: PatchLines,
): F[] {
  return findings
    .filter((finding) => isInScope(finding, scope, lines))
    .map((finding) =>
      scope === "touched" && finding.change === "pre-existing" ? { ...finding, severity: "note" } : finding,
    );
}

function isInScope(finding: Finding, scope: Scope, lines: PatchLines): boolean {
  if (scope === "all" || finding.change === "introduced" || finding.change === "exposed") return true;
  if (scope === "introduced") return false;
  return finding.change === "fixed" || touches(finding, lines);
}

const SEVERITIES = ["note", "warning", "error"] as const;

/** Whether a finding counts for the exit status: bad enough, and not an old or repaired one. */
export function countsForExit(
  finding: Pick<Finding, "change" | "severity">,
  failOn: Finding["severity"],
): boolean {
  if (finding.change === "pre-existing" || finding.change === "fixed") return false;
  return SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(failOn);
}
