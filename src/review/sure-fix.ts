/**
 * Changes of a few lines that mend a finding for sure.
 *
 * A change is only proposed where the lines leave no doubt of what it does, and only
 * kept when the same analysis, run on the changed text, no longer has the finding and
 * has nothing that it did not have before.
 */
import { baseFingerprintOf, type Finding } from "../findings/index.ts";
import { amended } from "./change-review.ts";
import { reviewSeries, type SeriesInput, type SeriesReview } from "./review-series.ts";

/** Lines of a file after the change, both ends included, and what takes their place. */
export interface Replacement {
  readonly file: string;
  readonly first: number;
  readonly last: number;
  readonly lines: readonly string[];
}

/** Each costs an analysis of its own. */
const MOST_TRIED = 4;
/** Over so many functions an analysis is too long to be run once more for a convenience. */
const MOST_FUNCTIONS = 250;

/** By fingerprint. @param findings in order of weight */
export function sureFixes(
  input: SeriesInput,
  done: SeriesReview,
  findings: readonly Finding[],
): ReadonlyMap<string, Replacement> {
  if (done.review.analysed.functions > MOST_FUNCTIONS) return new Map();
  const proposed = findings.flatMap((finding) => {
    const lines = done.sourceOf(finding.file, "new", finding.patch)?.split("\n");
    const change = lines === undefined ? null : proposalFor(finding, lines);
    return change === null ? [] : [{ finding, change }];
  });
  const kept = proposed
    .slice(0, MOST_TRIED)
    .filter(({ finding, change }) => mends(input, done, { finding, change }));
  return new Map(kept.map(({ finding, change }) => [finding.fingerprint, change]));
}

function mends(
  input: SeriesInput,
  done: SeriesReview,
  { finding, change }: { readonly finding: Finding; readonly change: Replacement },
): boolean {
  const lines = done.sourceOf(change.file, "new", finding.patch)?.split("\n") ?? [];
  const text = [...lines.slice(0, change.first - 1), ...change.lines, ...lines.slice(change.last)].join("\n");
  const again = reviewSeries({ ...input, ...amended(input, change.file, text) });
  const isGone = !again.present.has(baseFingerprintOf(finding.fingerprint));
  const isClean = [...again.present].every((each) => done.present.has(each));
  return isGone && isClean && again.review.gaps.length === done.review.gaps.length;
}

function proposalFor(finding: Finding, lines: readonly string[]): Replacement | null {
  if (finding.side !== "new" || finding.confidence !== "must" || finding.line !== finding.endLine)
    return null;
  if (finding.check === "early-unlock") return laterRelease(finding, lines);
  if (finding.check === "lock-leak") return addedRelease(finding, lines);
  return null;
}

/** The release moves below the last use, where only plain assignments stand between. */
function laterRelease(
  { file, line, function: fn, trace }: Finding,
  lines: readonly string[],
): Replacement | null {
  const uses = trace.filter((step) => step.file === file && step.line > line);
  if (uses.length === 0 || uses.some((step) => step.function !== fn)) return null;
  const last = Math.max(...uses.map((step) => step.line));
  const release = lines[line - 1] ?? "";
  const between = lines.slice(line, last);
  if (!/^\s+\w+\([^()]*\);\s*$/.test(release)) return null;
  const indent = indentOf(release);
  const isPlain = (text: string) => text.trim() === "" || (indentOf(text) === indent && isAssignment(text));
  return between.every(isPlain) ? { file, first: line, last, lines: [...between, release] } : null;
}

function isAssignment(text: string): boolean {
  return /^\s+[\w\->.[\]]+\s*=[^=][^;{}]*;\s*$/.test(text) && !/\w\s*\(/.test(text);
}

/** A release before the return, as the function has one already for the same lock. */
function addedRelease({ file, line, trace }: Finding, lines: readonly string[]): Replacement | null {
  const taken = trace.find((step) => step.file === file && /\bacquired$/.test(step.what));
  const leaving = lines[line - 1] ?? "";
  const above = lines[line - 2] ?? "";
  if (taken === undefined || !/^\s+return(?:\s+-?\w+)?;\s*$/.test(leaving)) return null;
  const [, argument] = /^\s+\w+\(([^()]+)\);\s*$/.exec(lines[taken.line - 1] ?? "") ?? [];
  const release = argument === undefined ? null : releaseBelow(lines, taken.line, argument);
  if (release === null) return null;
  const statement = `${indentOf(leaving)}${release}`;
  if (/[;{}]\s*$/.test(above)) return { file, first: line, last: line, lines: [statement, leaving] };
  if (!/^\s*(?:if\b.*\)|else)\s*$/.test(above)) return null;
  const brace = indentOf(above);
  return { file, first: line, last: line, lines: [`${brace}{`, statement, leaving, `${brace}}`] };
}

/** The first statement further down in the function that lets the lock go, by its name. */
function releaseBelow(lines: readonly string[], taken: number, argument: string): string | null {
  for (const text of lines.slice(taken)) {
    if (text.startsWith("}")) return null;
    const statement = text.trim();
    if (/^\w*unlock\w*\([^()]+\);$/.test(statement) && statement.endsWith(`(${argument});`)) return statement;
  }
  return null;
}

function indentOf(text: string): string {
  return /^\s*/.exec(text)?.[0] ?? "";
}
