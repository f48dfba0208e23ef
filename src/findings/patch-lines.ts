/**
 * The lines that a patch adds and removes, and what follows from them: whether a
 * finding has a part in the patch, and where an old line stands afterwards.
 */
import { compareText } from "../base/index.ts";
import type { Finding } from "./finding.ts";

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
}

export type PatchLines = readonly TouchedFile[];

export type Side = "new" | "old";

/** Whether this line of this side is one that the patch adds (new) or removes (old). */
export function isPatchLine(lines: PatchLines, file: string, line: number, side: Side): boolean {
  return lines.some((touched) =>
    side === "new"
      ? touched.newFile === file && touched.added.has(line)
      : touched.oldFile === file && touched.removed.has(line),
  );
}

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

/**
 * Where an unchanged line of the file before stands in the file after.
 *
 * @returns null for a line that the patch removes and for a file that it deletes
 */
export function newLineOf(lines: PatchLines, file: string, line: number): number | null {
  const touched = lines.find((each) => each.oldFile === file);
  if (touched === undefined) return line;
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
