/** Which code a page shows: the functions of its findings, those of the patch, in an audit all with locks. */
import { compareText } from "../../base/index.ts";
import type { Finding } from "../../findings/index.ts";
import type { DriverReport, ReportedFunction } from "../../review/index.ts";
import type { CodeBook } from "./code-book.ts";
import type { CodeView } from "./code-view.ts";
import { type PageMatter, type Version, versionOf } from "./matter.ts";

/** Lines of code on one page; what findings are about is always there. */
const MOST_LINES = 8000;
/** Lines of a function that the model does not have. */
const MOST_OF_ONE = 400;
/** Lines around a place in no such function. */
const AROUND = 6;

export interface Views {
  readonly shown: readonly CodeView[];
  /** Functions with locks that did not fit. */
  readonly leftOut: number;
}

export function viewsOf(matter: PageMatter, book: CodeBook, findings: readonly Finding[]): Views {
  return withinRoom(
    findings.flatMap((finding) => viewsOfFinding(book, finding)),
    otherViews(matter),
  );
}

/** @param needed are there in any case @param others as many as there is room for */
export function withinRoom(needed: readonly CodeView[], others: readonly CodeView[]): Views {
  const views = new Map(needed.map((view) => [keyOf(view), view]));
  let room = MOST_LINES - [...views.values()].reduce((sum, { from, to }) => sum + to - from + 1, 0);
  let leftOut = 0;
  for (const view of others) {
    if (views.has(keyOf(view))) continue;
    room -= view.to - view.from + 1;
    if (room < 0) leftOut += 1;
    else views.set(keyOf(view), view);
  }
  return { shown: [...views.values()].sort(inOrder), leftOut };
}

/** Every function that the model has. */
export function viewsOfModel({ functions }: DriverReport, version: Version): CodeView[] {
  return functions.map((fn) => viewOf(version, fn));
}

function inOrder(left: CodeView, right: CodeView): number {
  return (
    (left.version.patch ?? 0) - (right.version.patch ?? 0) ||
    compareText(left.file, right.file) ||
    left.from - right.from ||
    compareText(left.version.side, right.version.side)
  );
}

function keyOf({ version, file, from }: CodeView): string {
  return JSON.stringify([version.side, version.patch, file, from]);
}

function viewsOfFinding(book: CodeBook, finding: Finding): CodeView[] {
  const version = versionOf(finding);
  const own = { ...finding, version: { side: finding.side, patch: finding.patch } };
  const steps = [...finding.trace, ...finding.conflict].map((step) => ({ ...step, version }));
  return [
    viewAround(book, own) ?? linesAround(book, own),
    ...steps.flatMap((step) => viewAround(book, step) ?? []),
  ];
}

interface Spot {
  readonly version: Version;
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

/** The function around a place: as the model has it, else as the braces in the first column say. */
function viewAround(book: CodeBook, spot: Spot): CodeView | null {
  const { version, file, line, function: name } = spot;
  const fn = book.functionAt(spot);
  if (fn !== null) return viewOf(version, fn);
  const bounds = boundsOf(book.lines(version, file), line);
  return bounds === null ? null : { version, file, name, ...bounds, fn: null };
}

/** @returns first and last line of the function around a line; null where it is not clear */
function boundsOf(lines: readonly string[], line: number): { from: number; to: number } | null {
  const end = lines.findIndex((text, at) => at >= line - 1 && text.startsWith("}"));
  const open = lines.slice(0, end).findLastIndex((text) => text.startsWith("{"));
  const closed = lines.slice(0, end).findLastIndex((text) => text.startsWith("}"));
  if (end === -1 || open <= closed || end - open > MOST_OF_ONE) return null;
  let from = open;
  while (from > 0 && isHead(lines[from - 1] ?? "")) from -= 1;
  return from < line ? { from: from + 1, to: end + 1 } : null;
}

/** Part of what stands before a function's body. */
function isHead(text: string): boolean {
  return !/^\s*$|^#|[;}\\]\s*$|\*\/\s*$/.test(text);
}

function viewOf(version: Version, fn: ReportedFunction): CodeView {
  return { version, file: fn.file, name: fn.name, from: fn.line, to: fn.endLine, fn };
}

function linesAround(book: CodeBook, spot: Spot): CodeView {
  const { version, file, line, function: name } = spot;
  const to = Math.min(line + AROUND, book.lines(version, file).length);
  return { version, file, name, from: Math.max(line - AROUND, 1), to, fn: null };
}

/** Of an audit every function with locks; of a review those that a patch changes. */
function otherViews({ review, models }: PageMatter): CodeView[] {
  if (review.kind === "audit") {
    const version: Version = { side: "new", patch: null };
    const own = new Set(review.analysed.files);
    const functions = models("new", null).functions.filter(({ file }) => own.has(file));
    return functions.map((fn) => viewOf(version, fn));
  }
  return review.patches.flatMap(({ index, diffs }) => {
    const version: Version = { side: "new", patch: index };
    return models("new", index).functions.flatMap((fn) => {
      const hunks = diffs.filter(({ newPath }) => newPath === fn.file).flatMap((diff) => diff.hunks);
      const isChanged = hunks.some(({ newStart, lines }) => {
        const length = lines.filter(({ kind }) => kind !== "removed").length;
        return newStart <= fn.endLine && fn.line < newStart + length;
      });
      return isChanged ? [viewOf(version, fn)] : [];
    });
  });
}
