/**
 * Where in the quoted patch a finding is spoken of: below its own line, else below
 * a line of the patch on its path, else after the nearest hunk of its function.
 */
import type { Finding, Side } from "../findings/index.ts";
import type { ReviewedDiff, ReviewedHunk, ReviewedHunkLine } from "../review/index.ts";

/** A line of a hunk with its numbers in the files before and after. */
export interface NumberedLine extends ReviewedHunkLine {
  readonly oldLine: number | null;
  readonly newLine: number | null;
}

export interface NumberedHunk {
  readonly diff: ReviewedDiff;
  readonly header: string;
  readonly lines: readonly NumberedLine[];
}

/** `exact`: the line is the finding's own. Null hunk: no hunk speaks of the function. */
export type Anchor =
  | { readonly kind: "line"; readonly hunk: number; readonly line: number; readonly exact: boolean }
  | { readonly kind: "end" };

/** All hunks of a patch in their order in the mail. */
export function numberedHunks(diffs: readonly ReviewedDiff[]): NumberedHunk[] {
  return diffs.flatMap((diff) =>
    diff.hunks.map((hunk) => ({ diff, header: hunk.header, lines: numbered(hunk) })),
  );
}

function numbered(hunk: ReviewedHunk): NumberedLine[] {
  let oldLine = hunk.oldStart;
  let newLine = hunk.newStart;
  return hunk.lines.map((line) => ({
    ...line,
    oldLine: line.kind === "added" ? null : oldLine++,
    newLine: line.kind === "removed" ? null : newLine++,
  }));
}

export function anchorOf(finding: Finding, hunks: readonly NumberedHunk[]): Anchor {
  return directAnchorOf(finding, hunks) ?? nearFunction(finding, hunks) ?? { kind: "end" };
}

/** The finding's own line, or one on its path; null where the hunks show neither. */
export function directAnchorOf(finding: Finding, hunks: readonly NumberedHunk[]): LineAnchor | null {
  const own =
    find(hunks, finding.file, finding.side, finding.endLine) ??
    find(hunks, finding.file, finding.side, finding.line);
  return own === null ? onPath(finding, hunks) : { ...own, exact: true };
}

export type LineAnchor = Extract<Anchor, { kind: "line" }>;

function find(hunks: readonly NumberedHunk[], file: string, side: Side, line: number): LineAnchor | null {
  for (const [hunk, { diff, lines }] of hunks.entries()) {
    if ((side === "new" ? diff.newPath : diff.oldPath) !== file) continue;
    const at = lines.findIndex((each) => (side === "new" ? each.newLine : each.oldLine) === line);
    if (at !== -1) return { kind: "line", hunk, line: at, exact: false };
  }
  return null;
}

/** The last step on a line that the patch adds; failing that, the last in any quoted line. */
function onPath(finding: Finding, hunks: readonly NumberedHunk[]): LineAnchor | null {
  const steps = finding.trace
    .map((step) => find(hunks, step.file, "new", step.line))
    .filter((anchor) => anchor !== null);
  const added = steps.findLast((anchor) => hunks[anchor.hunk]?.lines[anchor.line]?.kind === "added");
  return added ?? steps.at(-1) ?? null;
}

function nearFunction(finding: Finding, hunks: readonly NumberedHunk[]): LineAnchor | null {
  const word = new RegExp(`\\b${finding.function.replace(/\W/g, "\\$&")}\\b`);
  const near = hunks
    .map((hunk, index) => ({ hunk, index, distance: distanceTo(hunk, finding.line) }))
    .filter(({ hunk }) => hunk.diff.newPath === finding.file || hunk.diff.oldPath === finding.file)
    .filter(
      ({ hunk }) =>
        word.test(hunk.header) || hunk.lines.some((line) => line.kind !== "removed" && word.test(line.text)),
    )
    .sort((left, right) => left.distance - right.distance || left.index - right.index)[0];
  if (near === undefined) return null;
  const changed = near.hunk.lines.findLastIndex((line) => line.kind !== "context");
  return { kind: "line", hunk: near.index, line: Math.max(changed, 0), exact: false };
}

function distanceTo(hunk: NumberedHunk, line: number): number {
  return Math.min(...hunk.lines.map((each) => Math.abs((each.newLine ?? each.oldLine ?? 0) - line)));
}

/** Lines of one hunk that a finding's path or place stands on, as indexes. */
export function involvedLines(finding: Finding, hunk: NumberedHunk): number[] {
  const places = finding.trace.map((step) => ({ file: step.file, line: step.line, side: "new" as Side }));
  places.push({ file: finding.file, line: finding.line, side: finding.side });
  return places.flatMap(({ file, line, side }) => {
    const anchor = find([hunk], file, side, line);
    return anchor === null ? [] : [anchor.line];
  });
}
