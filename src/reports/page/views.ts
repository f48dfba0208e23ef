/** Which code a page shows: the functions of its findings, those of the patch, in an audit all with locks. */
import { compareText } from "../../base/index.ts";
import type { Finding } from "../../findings/index.ts";
import type { ReportedFunction } from "../../review/index.ts";
import { linesOf } from "../source-lines.ts";
import type { CodeView } from "./code-view.ts";
import { type PageMatter, type Version, versionOf } from "./matter.ts";

/** Lines of code on one page; what findings are about is always there. */
const MOST_LINES = 8000;
/** Lines around a place in a function that has no locks. */
const AROUND = 6;

export interface Views {
  readonly shown: readonly CodeView[];
  /** Functions with locks that did not fit. */
  readonly leftOut: number;
}

export function viewsOf(matter: PageMatter, findings: readonly Finding[]): Views {
  const views = new Map<string, CodeView>();
  for (const finding of findings) {
    for (const view of viewsOfFinding(matter, finding)) views.set(keyOf(view), view);
  }
  let room = MOST_LINES - [...views.values()].reduce((sum, { from, to }) => sum + to - from + 1, 0);
  let leftOut = 0;
  for (const view of otherViews(matter)) {
    if (views.has(keyOf(view))) continue;
    room -= view.to - view.from + 1;
    if (room < 0) leftOut += 1;
    else views.set(keyOf(view), view);
  }
  return { shown: [...views.values()].sort(inOrder), leftOut };
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

function viewsOfFinding(matter: PageMatter, finding: Finding): CodeView[] {
  const own = {
    version: { side: finding.side, patch: finding.patch },
    file: finding.file,
    line: finding.line,
  };
  const version = versionOf(finding);
  const steps = [...finding.trace, ...finding.conflict].flatMap(({ file, line }) => {
    const fn = functionAt(matter, version, file, line);
    return fn === null ? [] : [viewOf(version, fn)];
  });
  const fn = functionAt(matter, own.version, own.file, own.line);
  return [fn === null ? linesAround(matter, own) : viewOf(own.version, fn), ...steps];
}

function functionAt(
  { models }: PageMatter,
  { side, patch }: Version,
  file: string,
  line: number,
): ReportedFunction | null {
  const { functions } = models(side, patch);
  return functions.find((fn) => fn.file === file && fn.line <= line && line <= fn.endLine) ?? null;
}

function viewOf(version: Version, fn: ReportedFunction): CodeView {
  return { version, file: fn.file, from: fn.line, to: fn.endLine, fn };
}

function linesAround(
  { sources }: PageMatter,
  { version, file, line }: { readonly version: Version; readonly file: string; readonly line: number },
): CodeView {
  const count = linesOf(sources)(file, version.side, version.patch)?.length ?? 0;
  return {
    version,
    file,
    from: Math.max(line - AROUND, 1),
    to: Math.min(line + AROUND, count),
    fn: null,
  };
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
