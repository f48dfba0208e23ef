/**
 * Which lines a finding is drawn over: its own place, the steps of its path that
 * stand in the same function, and the places that its notes name.
 */
import type { Finding, FindingNotes, Side } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import type { Label, Segment } from "./snippet.ts";
import type { LineLookup } from "./source-lines.ts";

interface PlacedLabel extends Label {
  readonly file: string;
  readonly side: Side;
}

/** Behind every column; the drawing ends a marker at the end of its line. */
const LINE_END = Number.MAX_SAFE_INTEGER;

/** The finding's own file first, then others in order of their first label. */
export function segmentsOf(finding: Finding, notes: FindingNotes | null, lookup: LineLookup): Segment[] {
  const labels = labelsOf(finding, notes, lookup);
  const groups = new Map<string, PlacedLabel[]>();
  for (const label of labels) {
    const key = JSON.stringify([label.file, label.side]);
    groups.set(key, [...(groups.get(key) ?? []), label]);
  }
  return [...groups.values()].map((group) => segmentOf(group, finding, lookup));
}

export function notesOf(review: Review, finding: Finding): FindingNotes | null {
  return review.notes.get(finding.fingerprint) ?? null;
}

function segmentOf(group: readonly PlacedLabel[], finding: Finding, lookup: LineLookup): Segment {
  const [head] = group;
  const { file = finding.file, side = finding.side, line = 1, column = 1 } = head ?? {};
  const before = side === "old" && finding.change !== null ? " (before the patch)" : "";
  return {
    heading: `${file}:${line}:${column}${before}`,
    lines: lookup(file, side, finding.patch),
    labels: group,
  };
}

function labelsOf(finding: Finding, notes: FindingNotes | null, lookup: LineLookup): PlacedLabel[] {
  const own = ownLabel(finding);
  const noted = (notes?.labels ?? []).map((label): PlacedLabel => ({ ...label, primary: false }));
  const takenLines = new Set([own, ...noted].map(lineKey));
  const steps = finding.trace
    .filter((step) => step.file === finding.file && step.function === finding.function)
    .map((step): PlacedLabel => {
      const side: Side = finding.change === "fixed" ? "old" : "new";
      const text = lookup(step.file, side, finding.patch)?.[step.line - 1] ?? "";
      const column = text.length - text.trimStart().length + 1;
      const endColumn = Math.max(column, text.trimEnd().length);
      return { file: step.file, side, line: step.line, column, endColumn, text: step.what, primary: false };
    })
    .filter((label) => !takenLines.has(lineKey(label)));
  return [own, ...noted, ...withoutRepeats(steps)];
}

/** The finding's place, with what its path says of that line. */
function ownLabel(finding: Finding): PlacedLabel {
  const { file, side, line, column } = finding;
  const text = finding.trace.findLast((step) => step.file === file && step.line === line)?.what ?? "";
  const endColumn = finding.endLine > line ? LINE_END : finding.endColumn;
  return { file, side, line, column, endColumn, text, primary: true };
}

/** A loop passes a line twice; it is drawn once with both texts. */
function withoutRepeats(labels: readonly PlacedLabel[]): PlacedLabel[] {
  const byLine = new Map<string, PlacedLabel>();
  for (const label of labels) {
    const drawn = byLine.get(lineKey(label));
    if (drawn === undefined) byLine.set(lineKey(label), label);
    else if (drawn.text !== label.text) {
      byLine.set(lineKey(label), { ...drawn, text: `${drawn.text}, then ${label.text}` });
    }
  }
  return [...byLine.values()];
}

function lineKey(label: PlacedLabel): string {
  return JSON.stringify([label.file, label.side, label.line]);
}
