/**
 * The lines that a patch adds and removes, and what follows from them: whether a
 * finding has a part in the patch, and where an old line stands afterwards.
 */
import { compareText } from "../base/index.ts";
import type { Finding } from "./finding.ts";
import { accessShapeOf } from "./fingerprint.ts";

/** One file of a patch. Line numbers count from 1. */
export interface TouchedFile {
  /** Null for a file that the patch creates. */
  readonly oldFile: string | null;
  /** Null for a file that the patch deletes. */
  readonly newFile: string | null;
  /** Added lines, numbered as in the file after the patch. */
  readonly added: ReadonlySet<number>;
  /** Removed lines, numbered as in the file before the patch. */
  readonly removed: ReadonlySet<number>;
  /** Removed → added lines that differ in blanks and comments only; left out where there are none. */
  readonly reworded?: ReadonlyMap<number, number>;
}

export type PatchLines = readonly TouchedFile[];

export type Side = "new" | "old";

/** Whether this line of this side is one that the patch adds (new) or removes (old), and not only words anew. */
export function isPatchLine(lines: PatchLines, file: string, line: number, side: Side): boolean {
  return lines.some(({ oldFile, newFile, added, removed, reworded = NONE }) =>
    side === "new"
      ? newFile === file && added.has(line) && ![...reworded.values()].includes(line)
      : oldFile === file && removed.has(line) && !reworded.has(line),
  );
}

const NONE: ReadonlyMap<number, number> = new Map();

/**
 * Whether a line of the patch takes part in the finding: one of the lines of its
 * place, or a step of its path. The conflicting path does not count: it says who
 * may run at the same time, not what this code does.
 */
export function touches(finding: Finding, lines: PatchLines): boolean {
  const { file, line, endLine, side } = finding;
  for (let at = line; at <= endLine; at += 1) if (isPatchLine(lines, file, at, side)) return true;
  // Only a fixed finding was found in the files before; a deleted cause has its path in those after.
  const stepSide: Side = finding.change === "fixed" ? "old" : "new";
  return finding.trace.some((step) => isPatchLine(lines, step.file, step.line, stepSide));
}

/** One line of a hunk, with its number in the file before or after. */
export interface HunkLine {
  readonly line: number;
  readonly text: string;
}

/** More pairs than this are not compared: such a stretch was written anew. */
const MOST_PAIRS = 250_000;

/**
 * The lines of one unbroken stretch of a hunk that only blanks and comments make different,
 * removed → added, in order.
 */
export function rewordedLines(
  removed: readonly HunkLine[],
  added: readonly HunkLine[],
): (readonly [number, number])[] {
  if (removed.length * added.length > MOST_PAIRS) return [];
  const [before, after] = [removed, added].map((row) => row.map(({ text }) => wordsOf(text)));
  const lengths = commonLengths(before ?? [], after ?? []);
  const pairs: (readonly [number, number])[] = [];
  for (let [at, to] = [0, 0]; at < removed.length && to < added.length; ) {
    const [old, now] = [removed[at], added[to]];
    if (old !== undefined && now !== undefined && isSame(before?.[at], after?.[to])) {
      pairs.push([old.line, now.line]);
      at += 1;
      to += 1;
    } else if ((lengths[at + 1]?.[to] ?? 0) >= (lengths[at]?.[to + 1] ?? 0)) at += 1;
    else to += 1;
  }
  return pairs;
}

/** Of the longest common row of `before` from `at` and `after` from `to`, by `at` and `to`. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const rows = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let at = before.length - 1; at >= 0; at--) {
    const [row, below] = [rows[at] ?? [], rows[at + 1] ?? []];
    for (let to = after.length - 1; to >= 0; to--)
      row[to] = isSame(before[at], after[to])
        ? (below[to + 1] ?? 0) + 1
        : Math.max(below[to] ?? 0, row[to + 1] ?? 0);
  }
  return rows;
}

/** A line of brackets alone is like any other and says nothing. */
function isSame(left: string | undefined, right: string | undefined): boolean {
  return left === right && left !== undefined && /\w/.test(left);
}

/** Without its comments, also one that only begins here. */
function wordsOf(text: string): string {
  return accessShapeOf(text.replace(/\/\*(?:(?!\*\/)[\s\S])*$/, " "));
}

/**
 * Where an unchanged line of the file before stands in the file after.
 *
 * @returns null for a line that the patch removes and for a file that it deletes
 */
export function newLineOf(lines: PatchLines, file: string, line: number): number | null {
  const touched = lines.find((each) => each.oldFile === file);
  if (touched === undefined) return line;
  const anew = touched.reworded?.get(line);
  if (anew !== undefined) return anew;
  if (touched.newFile === null || touched.removed.has(line)) return null;
  let removedBefore = 0;
  for (const removed of touched.removed) if (removed < line) removedBefore += 1;
  const kept = line - removedBefore;
  return kept + addedBefore(touched.added, kept);
}

/** How many added lines stand before the `kept`-th line that was not added. */
function addedBefore(added: ReadonlySet<number>, kept: number): number {
  let count = 0;
  for (const line of [...added].sort((left, right) => left - right)) {
    if (line > kept + count) break;
    count += 1;
  }
  return count;
}

/** The file's name after the patch; its own name where the patch deletes it or leaves it alone. */
export function newFileOf(lines: PatchLines, file: string): string {
  return lines.find((each) => each.oldFile === file)?.newFile ?? file;
}

/** The names that a patch gives to functions without changing their bodies. */
export interface RenamedFunction {
  /** The file after the patch. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What `pairRenamed` must know of a function. */
export interface FunctionBody {
  /** The file after the patch, also for functions of before. */
  readonly file: string;
  readonly name: string;
  /** The body's text, or a hash of it; the function's own name in it replaced by a fixed word. */
  readonly body: string;
}

/** Functions that are gone, each with the new function of the same body in the same file. */
export function pairRenamed(
  before: readonly FunctionBody[],
  after: readonly FunctionBody[],
): RenamedFunction[] {
  const keyOf = (fn: FunctionBody) => JSON.stringify([fn.file, fn.name]);
  const oldNames = new Set(before.map(keyOf));
  const newNames = new Set(after.map(keyOf));
  const appeared = new Map<string, FunctionBody[]>();
  for (const fn of after) {
    if (oldNames.has(keyOf(fn))) continue;
    const key = JSON.stringify([fn.file, fn.body]);
    appeared.set(key, [...(appeared.get(key) ?? []), fn]);
  }
  return before
    .filter((fn) => !newNames.has(keyOf(fn)))
    .flatMap((fn) => {
      const candidate = appeared.get(JSON.stringify([fn.file, fn.body]))?.shift();
      return candidate === undefined ? [] : [{ file: fn.file, from: fn.name, to: candidate.name }];
    })
    .sort((left, right) => compareText(left.file, right.file) || compareText(left.from, right.from));
}
