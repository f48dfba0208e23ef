/**
 * The quoted part of a reply: hunks of the patch, cut to what the comments speak
 * of, with each comment directly below its line. Quoted bytes are never changed.
 */
import type { NumberedHunk, NumberedLine } from "./mail-anchor.ts";

/** A comment below a line of a hunk, and the lines above it that it speaks of. */
export interface PlacedComment {
  readonly line: number;
  readonly involved: readonly number[];
  readonly text: readonly string[];
}

const CUT = "[...]";
/** Lines shown around each line that a comment speaks of. */
const CONTEXT = 1;
/** A hole of so few lines is not worth its sign. */
const SMALL_HOLE = 2;
/** RFC 5322: octets a line may have at most. */
const HARD_LINE = 998;
const encoder = new TextEncoder();

/** @param comments at least one; those below one line keep their order */
export function quoteHunk(hunk: NumberedHunk, comments: readonly PlacedComment[]): string[] {
  const ordered = [...comments].sort((left, right) => left.line - right.line);
  const last = ordered.at(-1)?.line ?? 0;
  const shown = shownLines(ordered, last);
  const quoted: string[] = isQuotable(hunk.header) ? [`> ${withoutCr(hunk.header)}`] : [CUT];
  let cut = false;
  for (let at = 0; at <= last; at += 1) {
    const line = hunk.lines[at];
    if (line === undefined) break;
    const below = ordered.filter((comment) => comment.line === at);
    const isCut = !shown.has(at) || !isQuotable(line.text);
    if (!isCut) quoted.push(`> ${quotedLine(line)}`);
    else if (!cut) quoted.push(CUT);
    cut = isCut && below.length === 0;
    for (const comment of below) quoted.push("", ...comment.text);
    if (below.length > 0 && at < last) quoted.push("");
  }
  return quoted;
}

function shownLines(comments: readonly PlacedComment[], last: number): Set<number> {
  const shown = new Set<number>();
  for (const { line, involved } of comments) {
    for (const center of [line, ...involved]) {
      for (let at = center - CONTEXT; at <= center + CONTEXT; at += 1)
        if (at >= 0 && at <= last) shown.add(at);
    }
  }
  let hole: number[] = [];
  for (let at = 0; at <= last; at += 1) {
    if (!shown.has(at)) {
      hole.push(at);
      continue;
    }
    if (hole.length <= SMALL_HOLE) for (const each of hole) shown.add(each);
    hole = [];
  }
  return shown;
}

const SIGNS = { context: " ", added: "+", removed: "-" } as const;

function quotedLine(line: NumberedLine): string {
  return SIGNS[line.kind] + withoutCr(line.text);
}

/** The CR of a CRLF file would end the line in transport. */
function withoutCr(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

/** A line that mail cannot carry as it is, is left out rather than changed. */
function isQuotable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL, CR and LF end or break a line in transport
  if (/[\u0000\r\n]/.test(withoutCr(text))) return false;
  return text.length < HARD_LINE / 4 || encoder.encode(text).length + 3 <= HARD_LINE;
}
