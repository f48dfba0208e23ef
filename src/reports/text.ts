/**
 * A review or an audit for a person at a terminal.
 *
 * In:  a review and the texts of its files.
 * Out: the whole report with a line end. What could not be read is always said.
 */
import { compareFindings, compareWeight, type Finding } from "../findings/index.ts";
import type { Review, ReviewedPatch, SourceLookup } from "../review/index.ts";
import { safeText } from "./cells.ts";
import { notesOf } from "./finding-drawing.ts";
import { sortedGaps } from "./gap-order.ts";
import { type LineLookup, linesOf } from "./source-lines.ts";
import type { Style } from "./style.ts";
import { driverLines } from "./text-drivers.ts";
import { renderFinding } from "./text-finding.ts";
import { gapLines } from "./text-gaps.ts";
import { togetherBlocks } from "./text-together.ts";
import { verdict } from "./verdict.ts";
import { baseOf, countOf } from "./wording.ts";
import { labelledLines } from "./wrap.ts";

/** Gaps beyond this many are counted, not listed; the JSON document has them all. */
const LISTED_GAPS = 20;

const STRONG = { label: "strong", text: "strong" } as const;

export function renderText(review: Review, sources: SourceLookup, style: Style): string {
  return joined(wholeReport(review, sources, style));
}

/** The findings, and what could not be read: without it, no finding would look like a clean file. */
export function renderFindings(review: Review, sources: SourceLookup, style: Style): string {
  const lines = linesOf(sources);
  const gaps = listedGaps(review, style);
  const findings = [
    ...findingBlocks(review, review.findings, lines, style),
    ...togetherBlocks(review, lines, style),
  ];
  return joined([...findings, ...(gaps.length === 0 ? [] : [gaps])]);
}

function joined(blocks: readonly (readonly string[])[]): string {
  return blocks.length === 0 ? "" : `${blocks.map((block) => block.join("\n")).join("\n\n")}\n`;
}

function wholeReport(review: Review, sources: SourceLookup, style: Style): string[][] {
  const lines = linesOf(sources);
  const blocks: string[][] = [];
  const untold = new Set(review.findings);
  for (const patch of review.patches) {
    const findings = [...untold].filter((finding) => finding.patch === patch.index);
    for (const finding of findings) untold.delete(finding);
    blocks.push(patchHeader(patch, style), ...findingBlocks(review, findings, lines, style));
    const fixed = fixedLines(findings, style);
    if (fixed.length > 0) blocks.push(fixed);
  }
  // All of an audit's, and whatever names a patch that is not listed: nothing is dropped.
  blocks.push(...findingBlocks(review, [...untold], lines, style));
  const compared = driverLines(review, style);
  return [
    ...blocks,
    ...togetherBlocks(review, lines, style),
    ...(compared.length === 0 ? [] : [compared]),
    footer(review, style),
  ];
}

function patchHeader(patch: ReviewedPatch, style: Style): string[] {
  const place = patch.total > 1 ? `patch ${patch.index} of ${patch.total}:` : "patch:";
  const rows = [
    ...(patch.author === null ? [] : [`from ${patch.author}`]),
    `on ${baseOf(patch)}`,
    ...patch.files.map((file) => `changes ${file}`),
  ];
  const subject = safeText(patch.subject, style.unicode);
  return [
    ...labelledLines({ label: place, text: subject, tones: STRONG }, style),
    ...rows.map((row) => `  ${safeText(row, style.unicode)}`),
  ];
}

function findingBlocks(
  review: Review,
  findings: readonly Finding[],
  lines: LineLookup,
  style: Style,
): string[][] {
  return [...findings]
    .filter((finding) => finding.change !== "fixed")
    .sort((left, right) => compareWeight(left, right) || compareFindings(left, right))
    .map((finding) => renderFinding(finding, { notes: notesOf(review, finding), lines, style }));
}

function fixedLines(findings: readonly Finding[], style: Style): string[] {
  const fixed = findings.filter((finding) => finding.change === "fixed").sort(compareFindings);
  if (fixed.length === 0) return [];
  const names = [...new Set(fixed.map((each) => `${each.check} in ${each.function}`))];
  const text = safeText(names.join(", "), style.unicode);
  return labelledLines({ label: "fixed by this patch:", text, tones: { label: "help" } }, style);
}

function footer(review: Review, style: Style): string[] {
  const notes = review.baseNotes.flatMap((text) =>
    labelledLines({ label: "note:", text: safeText(text, style.unicode), tones: { label: "note" } }, style),
  );
  const last = labelledLines({ label: "", text: verdict(review), tones: STRONG }, style);
  return [...notes, ...listedGaps(review, style), ...last];
}

function listedGaps(review: Review, style: Style): string[] {
  const gaps = sortedGaps(review.gaps);
  const listed = gapLines(gaps.slice(0, LISTED_GAPS), style);
  const more = gaps.length - LISTED_GAPS;
  return more > 0 ? [...listed, `and ${countOf(more, "more place")}; --format json lists them all`] : listed;
}
