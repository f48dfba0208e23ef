/**
 * One finding for a terminal: the sentence, the code it is about, and what else
 * there is to know.
 */
import type { Finding, FindingNotes, TraceStep } from "../findings/index.ts";
import { safeText } from "./cells.ts";
import { segmentsOf } from "./finding-drawing.ts";
import { drawSegments, gutterWidth } from "./snippet.ts";
import type { LineLookup } from "./source-lines.ts";
import { paint, type Style, type Tone } from "./style.ts";
import { changeNote, conflictTitle, statusNote } from "./wording.ts";
import { labelledLines, wrap } from "./wrap.ts";

export interface FindingContext {
  readonly notes: FindingNotes | null;
  readonly lines: LineLookup;
  readonly style: Style;
}

export function renderFinding(finding: Finding, { notes, lines, style }: FindingContext): string[] {
  const segments = segmentsOf(finding, notes, lines);
  const gutter = gutterWidth(segments);
  const tone: Tone = finding.severity;
  const label = `${finding.severity}[${finding.check}]`;
  const text = `: ${safeText(finding.message, style.unicode)}`;
  return [
    ...labelledLines({ label, text, tones: { label: tone, text: "strong" } }, style),
    ...drawSegments(segments, gutter, tone, style),
    ...remarksOf(finding, notes).flatMap((remark) => renderRemark(remark, gutter, style)),
  ];
}

interface Remark {
  readonly kind: "note" | "help";
  readonly text: string;
  /** Numbered or listed under the text. */
  readonly items: readonly string[];
  readonly numbered: boolean;
}

const note = (text: string): Remark => ({ kind: "note", text, items: [], numbered: false });

function remarksOf(finding: Finding, notes: FindingNotes | null): Remark[] {
  const remarks: Remark[] = [];
  const crossesFunctions = finding.trace.some((step) => step.function !== finding.function);
  if (crossesFunctions) remarks.push(steps("the path that leads there:", finding.trace));
  if (finding.confidence === "may") remarks.push(note("on the path shown, not on every path"));
  if (finding.held.length > 0) remarks.push(note(`held there: ${finding.held.join(", ")}`));
  if (finding.conflict.length > 0) remarks.push(steps(conflictTitle(finding.status), finding.conflict));
  for (const text of [statusNote(finding.status, notes?.statusReason), changeNote(finding.change)]) {
    if (text !== null) remarks.push(note(text));
  }
  const also = (notes?.also ?? []).map(
    (each) => `${each.function}: ${each.what} (${each.file}:${each.line})`,
  );
  if (also.length > 0) {
    remarks.push({ kind: "note", text: "also without the lock:", items: also, numbered: false });
  }
  if (finding.rule !== null) remarks.push(note(`asked for by the rule ${finding.rule}`));
  if (finding.fix !== null) remarks.push({ ...note(finding.fix), kind: "help" });
  return remarks;
}

function steps(text: string, trace: readonly TraceStep[]): Remark {
  const items = trace.map((step) => `${step.function}: ${step.what} (${step.file}:${step.line})`);
  return { kind: "note", text, items, numbered: true };
}

function renderRemark({ kind, text, items, numbered }: Remark, gutter: number, style: Style): string[] {
  const indent = " ".repeat(gutter + 1);
  const under = `${indent}${" ".repeat("= ".length)}`;
  const room = (used: number) => (style.width === null ? null : Math.max(style.width - used, 30));
  const [head = "", ...rest] = wrap(`${kind}: ${safeText(text, style.unicode)}`, room(under.length));
  const label = paint(style, kind, `${kind}:`);
  const drawn = [
    `${indent}${paint(style, "gutter", "=")} ${label}${head.slice(kind.length + 1)}`,
    ...rest.map((line) => under + line),
  ];
  const markWidth = numbered ? String(items.length).length + 2 : 2;
  items.forEach((item, index) => {
    const mark = (numbered ? `${index + 1}.` : "-").padStart(markWidth - 1).padEnd(markWidth);
    const hanging = under + " ".repeat(2 + markWidth);
    const wrapped = wrap(safeText(item, style.unicode), room(hanging.length));
    wrapped.forEach((line, at) => {
      drawn.push(at === 0 ? `${under}  ${mark}${line}` : hanging + line);
    });
  });
  return drawn;
}
