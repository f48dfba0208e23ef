/**
 * Applies the hunks of one file to its base, as git-apply(1) does: exactly, at
 * the line that the hunk names or the nearest place where it fits, without fuzz.
 *
 * In:  the base file and its diff, both values. Out: the file after it with the
 * line map, or the hunk that does not fit and why.
 * Not here: which base to take (`adapters/`), several patches (`apply-series.ts`).
 */
import { InvariantError } from "../base/index.ts";
import { withLineEndsOf } from "./line-ends.ts";
import { type LineMap, type LineOrigin, lineMapOf } from "./line-map.ts";
import type { FileDiff, Hunk, HunkLine } from "./patch.ts";
import type { TextFile } from "./text-file.ts";

export interface ApplyLimits {
  /** How many lines a hunk may lie away from the line that it names, either way. */
  readonly slide: number;
}

/** git's own limit: none. */
export const ANYWHERE: ApplyLimits = { slide: Number.POSITIVE_INFINITY };

/** Where a hunk came to lie. */
export interface PlacedHunk {
  /** 1-based index in the diff. */
  readonly index: number;
  readonly hunk: Hunk;
  /** 1-based first line in the base and in the file after the diff; not what the header says if it slid. */
  readonly oldStart: number;
  readonly newStart: number;
}

export interface Rejection {
  readonly kind: "rejected";
  /** 1-based; null when the file itself is missing or in the way. */
  readonly hunk: number | null;
  /** 1-based line of the base at which it fails; null when no line can be named. */
  readonly line: number | null;
  /** A phrase without a full stop. */
  readonly why: string;
}

export interface AppliedFile {
  readonly kind: "applied";
  /** Null when the diff deletes the file. */
  readonly after: TextFile | null;
  readonly lineMap: LineMap;
  readonly placed: readonly PlacedHunk[];
}

export type ApplyResult = AppliedFile | Rejection;

/** A line of the file as far as it is patched. `oldLine` is null for added lines. */
interface ImageLine {
  readonly text: string;
  readonly newline: boolean;
  readonly oldLine: number | null;
  /** The hunk that wrote or confirmed it: git matches no other hunk there. */
  readonly hunk: number | null;
}

/**
 * @param base null when there is no such file
 * @param diff hunks in ascending order, undamaged; a binary diff has none and leaves the text alone
 * @throws {InvariantError} when a hunk is not what its header says: `parseUnifiedDiff` reports such as damage
 */
export function applyFileDiff(
  base: TextFile | null,
  diff: FileDiff,
  limits: ApplyLimits = ANYWHERE,
): ApplyResult {
  const creates = diff.kind === "created" || (base === null && createsFromNothing(diff));
  if (base === null && !creates) return missing("there is no such file in the base");
  if (base !== null && diff.kind === "created" && base.lines.length > 0)
    return missing("the file exists already");
  const start = base ?? { lines: [], endsWithNewline: true };
  let image: readonly ImageLine[] = imageOf(start);
  const removed = new Map<number, number>();
  const oldStarts: number[] = [];
  for (const [index, written] of diff.hunks.entries()) {
    const hunk = withLineEndsOf(start, diff, written);
    assertCounted(hunk);
    const at = placeOf(image, hunk, limits);
    if (at === null) return rejectionOf(image, hunk, index + 1);
    oldStarts.push(oldStartAt(image, at, hunk));
    for (const oldLine of removedBy(image, at, hunk)) removed.set(oldLine, index + 1);
    image = replaced(image, at, hunk, index + 1);
  }
  return misplacedNewline(image) ?? leftOver(diff, image) ?? finished(diff, image, { removed, oldStarts });
}

/** A plain diff of a new file may name it on both sides: `@@ -0,0` is all that says so. */
function createsFromNothing(diff: FileDiff): boolean {
  const [only, ...more] = diff.hunks;
  return only !== undefined && more.length === 0 && only.oldStart === 0 && only.oldCount === 0;
}

function missing(why: string): Rejection {
  return { kind: "rejected", hunk: null, line: null, why };
}

function imageOf(file: TextFile): readonly ImageLine[] {
  const last = file.lines.length - 1;
  return file.lines.map((text, index) => ({
    text,
    newline: index < last || file.endsWithNewline,
    oldLine: index + 1,
    hunk: null,
  }));
}

function assertCounted(hunk: Hunk): void {
  const counted = (kind: "added" | "removed") => hunk.lines.filter((line) => line.kind !== kind).length;
  if (counted("added") === hunk.oldCount && counted("removed") === hunk.newCount) return;
  throw new InvariantError(`a damaged hunk reached the patching stage: ${hunk.header}`);
}

/** The lines of the hunk that must be there before it. */
function before(hunk: Hunk): readonly HunkLine[] {
  return hunk.lines.filter((line) => line.kind !== "added");
}

/** The index in the image at which the hunk fits; null when it fits nowhere. Order of search as in git. */
function placeOf(image: readonly ImageLine[], hunk: Hunk, limits: ApplyLimits): number | null {
  const wanted = before(hunk);
  const expected = expectedIndex(hunk);
  const mustStart = hunk.oldStart <= 1 && !isBare(hunk);
  const mustEnd = hunk.lines.at(-1)?.kind !== "context" && !isBare(hunk);
  const last = image.length - wanted.length;
  const fits = (at: number) => {
    if (at < 0 || at > last || (mustStart && at !== 0) || (mustEnd && at !== last)) return false;
    return wanted.every((line, offset) => isSameLine(image[at + offset], line));
  };
  // Without context a hunk fits anywhere: only the line that it names is an answer.
  if (isBare(hunk)) return fits(expected) ? expected : null;
  const from = mustStart ? 0 : mustEnd ? last : Math.min(expected, image.length);
  const reach = Math.min(limits.slide, image.length);
  for (let distance = 0; distance <= reach; distance += 1) {
    if (fits(from + distance) && isWithin(from + distance, expected, limits)) return from + distance;
    if (distance > 0 && fits(from - distance) && isWithin(from - distance, expected, limits))
      return from - distance;
  }
  return null;
}

function isWithin(at: number, expected: number, limits: ApplyLimits): boolean {
  return Math.abs(at - expected) <= limits.slide;
}

/** The image holds the earlier hunks' changes already, so the new side's number is the one to use. */
function expectedIndex(hunk: Hunk): number {
  return hunk.newCount === 0 ? hunk.newStart : Math.max(hunk.newStart - 1, 0);
}

function isBare(hunk: Hunk): boolean {
  return hunk.oldStart > 0 && hunk.lines.every((line) => line.kind !== "context");
}

function isSameLine(have: ImageLine | undefined, wanted: HunkLine): boolean {
  return (
    have !== undefined && have.hunk === null && have.text === wanted.text && have.newline === wanted.newline
  );
}

function replaced(image: readonly ImageLine[], at: number, hunk: Hunk, index: number): readonly ImageLine[] {
  let read = at;
  const lines: ImageLine[] = [];
  for (const { kind, text, newline } of hunk.lines) {
    const oldLine = kind === "added" ? null : (image[read]?.oldLine ?? null);
    if (kind !== "added") read += 1;
    if (kind !== "removed") lines.push({ text, newline, oldLine, hunk: index });
  }
  return [...image.slice(0, at), ...lines, ...image.slice(read)];
}

function removedBy(image: readonly ImageLine[], at: number, hunk: Hunk): readonly number[] {
  return before(hunk)
    .map((line, offset) => (line.kind === "removed" ? (image[at + offset]?.oldLine ?? null) : null))
    .filter((line) => line !== null);
}

/** A hunk that has no old lines lies behind the line above it, as in its header. */
function oldStartAt(image: readonly ImageLine[], at: number, hunk: Hunk): number {
  const above = at === 0 ? 0 : lineNear(image, at - 1);
  return hunk.oldCount === 0 ? above : (image[at]?.oldLine ?? above + 1);
}

function rejectionOf(image: readonly ImageLine[], hunk: Hunk, index: number): Rejection {
  if (fitsAfterwards(image, hunk)) {
    return { kind: "rejected", hunk: index, line: hunk.newStart, why: "the file has this change already" };
  }
  const from = expectedIndex(hunk);
  for (const [offset, wanted] of before(hunk).entries()) {
    const have = image[from + offset];
    if (isSameLine(have, wanted)) continue;
    const line = have === undefined ? null : lineNear(image, from + offset);
    return { kind: "rejected", hunk: index, line, why: differenceAt(have, wanted, line, countOld(image)) };
  }
  if (hunk.oldStart === 0)
    return { kind: "rejected", hunk: index, line: null, why: "the patch expects an empty file" };
  const why =
    hunk.oldStart === 1 && from > 0
      ? "it belongs at the start of the file"
      : "it belongs at the end of the file";
  return { kind: "rejected", hunk: index, line: hunk.oldStart, why: `${why}, where other lines stand` };
}

function fitsAfterwards(image: readonly ImageLine[], hunk: Hunk): boolean {
  const wanted = hunk.lines.filter((line) => line.kind !== "removed");
  const isChange = hunk.lines.some((line) => line.kind === "added");
  const from = expectedIndex(hunk);
  return isChange && wanted.every((line, offset) => isSameLine(image[from + offset], line));
}

/** The base's number of a line of the image; for a line that an earlier hunk added, that of the line above. */
function lineNear(image: readonly ImageLine[], at: number): number {
  for (let index = at; index >= 0; index -= 1) {
    const oldLine = image[index]?.oldLine ?? null;
    if (oldLine !== null) return oldLine;
  }
  return 1;
}

function countOld(image: readonly ImageLine[]): number {
  return lineNear(image, image.length - 1);
}

function differenceAt(
  have: ImageLine | undefined,
  wanted: HunkLine,
  line: number | null,
  last: number,
): string {
  if (have === undefined)
    return `the patch expects «${wanted.text}» behind line ${last}, where the file ends`;
  if (have.text === wanted.text && have.newline !== wanted.newline) {
    return wanted.newline
      ? `line ${line} ends the file without a newline, which the patch expects`
      : `line ${line} has a newline, where the patch expects the file to end without one`;
  }
  if (have.hunk !== null) return `line ${line} was changed by an earlier hunk already`;
  return `context differs at line ${line}: the patch expects «${wanted.text}», the file has «${have.text}»`;
}

function misplacedNewline(image: readonly ImageLine[]): Rejection | null {
  const open = image.findIndex((line) => !line.newline);
  if (open === -1 || open === image.length - 1) return null;
  const why = "lines follow one that has no newline";
  return { kind: "rejected", hunk: image[open]?.hunk ?? null, line: lineNear(image, open), why };
}

function leftOver(diff: FileDiff, image: readonly ImageLine[]): Rejection | null {
  const isLeft = diff.kind === "deleted" && !diff.binary && image.length > 0;
  return isLeft ? missing("the patch deletes the file but leaves lines in it") : null;
}

interface OldSide {
  readonly removed: ReadonlyMap<number, number>;
  readonly oldStarts: readonly number[];
}

function finished(diff: FileDiff, image: readonly ImageLine[], { removed, oldStarts }: OldSide): AppliedFile {
  const placed = diff.hunks.map((hunk, index): PlacedHunk => {
    const first = image.findIndex((line) => line.hunk === index + 1);
    return {
      index: index + 1,
      hunk,
      oldStart: oldStarts[index] ?? hunk.oldStart,
      newStart: first === -1 ? hunk.newStart : first + 1,
    };
  });
  const origins = image.map(
    ({ oldLine, hunk }): LineOrigin =>
      oldLine === null ? { kind: "added", hunk: hunk ?? 0 } : { kind: "kept", oldLine },
  );
  const after = { lines: image.map((line) => line.text), endsWithNewline: image.at(-1)?.newline ?? true };
  return {
    kind: "applied",
    after: diff.kind === "deleted" ? null : after,
    lineMap: lineMapOf(origins, removed),
    placed,
  };
}

/** Where a line of the file stands in a hunk: for quoting it. Null when the hunk does not show that line. */
export function hunkLineOf(placed: PlacedHunk, side: "old" | "new", line: number): number | null {
  let at = side === "old" ? placed.oldStart : placed.newStart;
  const other = side === "old" ? "added" : "removed";
  for (const [index, { kind }] of placed.hunk.lines.entries()) {
    if (kind === other) continue;
    if (at === line) return index;
    at += 1;
  }
  return null;
}
