/**
 * Draws labelled stretches of source lines, in the shape that rustc made known:
 * the line, markers under it, and each label at its marker.
 *
 * In:  files with their lines and labels.
 * Out: terminal lines. Lines between two labelled ones are left out behind one sign.
 */
import { type CellLine, cellsOf, safeText, textWidth } from "./cells.ts";
import { type Glyphs, glyphsOf, paint, type Style, type Tone } from "./style.ts";
import { wrap } from "./wrap.ts";

/** A label beside its marker has this many cells, or goes below it. */
const LEAST_ROOM = 24;
/** What it gets below, where nothing stands in the way. */
const WISHED_ROOM = 60;

export interface Label {
  /** 1-based; `endColumn` is the last column, and may lie behind the end of the line. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly text: string;
  readonly primary: boolean;
}

/** One file in a drawing. */
export interface Segment {
  /** What stands behind the corner: `file:line:column`. */
  readonly heading: string;
  /** The file's lines without line ends; `lines[0]` is line 1. Null draws the heading alone. */
  readonly lines: readonly string[] | null;
  readonly labels: readonly Label[];
}

/** A marker with its cells, counted from 0; `to` is behind the last one. */
interface Marker {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly tone: Tone;
  readonly primary: boolean;
}

/** Cells of the line numbers in a drawing of these segments. */
export function gutterWidth(segments: readonly Segment[]): number {
  return String(Math.max(1, ...segments.flatMap(shownLines))).length;
}

/** @param tone how the primary markers look */
export function drawSegments(
  segments: readonly Segment[],
  gutter: number,
  tone: Tone,
  style: Style,
): string[] {
  const glyphs = glyphsOf(style);
  const pad = " ".repeat(gutter + 1);
  const bar = `${pad}${paint(style, "gutter", glyphs.bar)}`;
  return segments.flatMap((segment, index) => {
    const corner = index === 0 ? glyphs.top : glyphs.next;
    const heading = `${pad}${paint(style, "gutter", corner)} ${safeText(segment.heading, style.unicode)}`;
    const body = drawLines(segment, gutter, tone, style, glyphs);
    return body.length === 0 ? [heading] : [heading, bar, ...body, bar];
  });
}

function drawLines(segment: Segment, gutter: number, tone: Tone, style: Style, glyphs: Glyphs): string[] {
  const drawn: string[] = [];
  let previous: number | null = null;
  for (const line of shownLines(segment)) {
    if (previous !== null && line > previous + 1) {
      drawn.push(`${" ".repeat(gutter + 1)}${paint(style, "gutter", glyphs.gap)}`);
    }
    const cells = cellsOf((segment.lines?.[line - 1] ?? "").replace(/\r$/, ""), style.unicode);
    const labels = segment.labels.filter((label) => label.line === line);
    const markers = labels.map((label) => markerOf(label, cells, tone, style));
    const number = paint(style, "gutter", String(line).padStart(gutter));
    const edge = paint(style, "gutter", glyphs.bar);
    drawn.push(`${number} ${edge} ${cropped(cells, markers, gutter, style, glyphs)}`.trimEnd());
    for (const row of markerRows(markers, roomBeside(gutter, style), style, glyphs))
      drawn.push(`${" ".repeat(gutter + 1)}${edge} ${row}`);
    previous = line;
  }
  return drawn;
}

/** The labelled lines, and a line that alone stands between two of them. */
function shownLines(segment: Segment): number[] {
  const count = segment.lines?.length ?? 0;
  const labelled = new Set(
    segment.labels.map((label) => label.line).filter((line) => line >= 1 && line <= count),
  );
  for (const line of [...labelled]) if (labelled.has(line + 2)) labelled.add(line + 1);
  return [...labelled].sort((left, right) => left - right);
}

function markerOf(label: Label, cells: CellLine, tone: Tone, style: Style): Marker {
  const last = cells.starts.length - 1;
  const from = cells.starts[Math.min(label.column - 1, last)] ?? 0;
  const to = cells.starts[Math.min(label.endColumn, last)] ?? from;
  return {
    from,
    to: Math.max(to, from + 1),
    text: safeText(label.text, style.unicode),
    tone: label.primary ? tone : "gutter",
    primary: label.primary,
  };
}

/** Cells behind the gutter and its bar. */
function roomBeside(gutter: number, { width }: Style): number | null {
  return width === null ? null : Math.max(width - gutter - 3, 20);
}

/** A line too long for the terminal loses its end, but never a marked part. */
function cropped(
  cells: CellLine,
  markers: readonly Marker[],
  gutter: number,
  style: Style,
  glyphs: Glyphs,
): string {
  const room = roomBeside(gutter, style) ?? cells.width;
  const needed = Math.max(0, ...markers.map((marker) => marker.to));
  if (cells.width <= room || needed >= room) return cells.text;
  let shown = "";
  let width = 0;
  for (const character of cells.text) {
    width = cellsOf(shown + character, style.unicode).width;
    if (width > room - 1) break;
    shown += character;
  }
  return shown + glyphs.cut;
}

/**
 * The marker row, with the text of the last marker behind it where there is room; then the other
 * texts, from right to left, each hanging under the start of its marker.
 *
 * @param room cells a row; null wraps nothing
 */
function markerRows(markers: readonly Marker[], room: number | null, style: Style, glyphs: Glyphs): string[] {
  if (markers.length === 0) return [];
  const ordered = [...markers].sort((left, right) => left.from - right.from || left.to - right.to);
  const end = Math.max(0, ...ordered.map((marker) => marker.to));
  const last = ordered.filter((marker) => marker.to === end).at(-1);
  const isTight = last !== undefined && room !== null && textWidth(last.text) > room - end - 1;
  const isBelow = isTight && room - end - 1 < LEAST_ROOM;
  const hanging = ordered.filter((marker) => marker.text !== "" && (isBelow || marker !== last)).reverse();
  const [first = "", ...rest] =
    last === undefined || isBelow ? [] : wrap(last.text, room === null ? null : room - end - 1);
  const beside = (text: string) =>
    last === undefined || text === "" ? "" : ` ${paint(style, last.tone, text)}`;
  const rows = [
    markerRow(ordered, end, style) + beside(first),
    ...rest.map((text) => padded(barsUnder(hanging, style, glyphs), hanging, end) + beside(text)),
  ];
  hanging.forEach((marker, index) => {
    const open = hanging.slice(index + 1);
    if (index === 0) rows.push(barsUnder([...open, marker], style, glyphs));
    const left = open.filter((each) => each.from < marker.from);
    // With nothing to its left a text may start before its marker.
    const isFree = left.length === 0 && room !== null && textWidth(marker.text) > room - marker.from;
    const at = isFree ? Math.min(marker.from, Math.max(0, room - WISHED_ROOM)) : marker.from;
    const before = padded(barsUnder(left, style, glyphs), left, at);
    const texts = wrap(marker.text, room === null ? null : Math.max(room - at, LEAST_ROOM));
    rows.push(...texts.map((text) => before + paint(style, marker.tone, text)));
  });
  return rows;
}

/** Bars with blanks behind them up to a cell. */
function padded(bars: string, markers: readonly Marker[], cell: number): string {
  return bars + " ".repeat(Math.max(0, cell - lengthUnder(markers, cell)));
}

function markerRow(markers: readonly Marker[], end: number, style: Style): string {
  const owners: (Marker | null)[] = new Array(end).fill(null);
  // Primary markers come last, so that they win where two overlap.
  for (const marker of [...markers].sort((left, right) => Number(left.primary) - Number(right.primary))) {
    owners.fill(marker, marker.from, marker.to);
  }
  let row = "";
  for (let at = 0; at < end; ) {
    const owner = owners[at] ?? null;
    let next = at;
    while (next < end && (owners[next] ?? null) === owner) next += 1;
    const sign = owner === null ? " " : owner.primary ? "^" : "-";
    const run = sign.repeat(next - at);
    row += owner === null ? run : paint(style, owner.tone, run);
    at = next;
  }
  return row;
}

/** One bar under the first cell of each marker. */
function barsUnder(markers: readonly Marker[], style: Style, glyphs: Glyphs): string {
  const byCell = new Map(markers.map((marker) => [marker.from, marker]));
  let row = "";
  let at = 0;
  for (const [cell, marker] of [...byCell].sort(([left], [right]) => left - right)) {
    row += " ".repeat(cell - at) + paint(style, marker.tone, glyphs.bar);
    at = cell + 1;
  }
  return row;
}

/** Cells that `barsUnder` fills for the markers before `cell`. */
function lengthUnder(markers: readonly Marker[], cell: number): number {
  return Math.max(0, ...markers.filter((each) => each.from < cell).map((each) => each.from + 1));
}
