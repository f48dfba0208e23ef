/** Findings, comments and gaps of several programs as those of one. */
import { compareText, type Gap } from "../base/index.ts";
import { compareFindings, type NotedFinding } from "../findings/index.ts";
import type { FilesAnalysis } from "./files-analysis.ts";

/** What both found counts once, also where one of them knows a lock by another name. */
export function joinFindings(left: readonly NotedFinding[], right: readonly NotedFinding[]): NotedFinding[] {
  const told = new Set(left.map(placeOf));
  const more = right.filter((finding) => !told.has(placeOf(finding)));
  return [...left, ...more].sort(compareFindings);
}

function placeOf({ check, rule, file, line, column }: NotedFinding): string {
  return [check, rule, file, line, column].join(":");
}

/** A file of both programs has its comments in both. */
export function joinSuppressions(
  left: FilesAnalysis["suppressions"],
  right: FilesAnalysis["suppressions"],
): FilesAnalysis["suppressions"] {
  const keyOf = ({ of }: FilesAnalysis["suppressions"][number]) => `${of.file}:${of.line}`;
  const joined = new Map(left.map((one) => [keyOf(one), one]));
  for (const one of right) {
    const known = joined.get(keyOf(one));
    joined.set(keyOf(one), { ...one, isNeeded: one.isNeeded || known?.isNeeded === true });
  }
  return [...joined.values()];
}

export function distinctGaps(gaps: readonly Gap[]): Gap[] {
  const seen = new Map(gaps.map((gap) => [`${gap.file}:${gap.line}:${gap.endLine}`, gap]));
  return [...seen.values()].sort(
    (left, right) => compareText(left.file, right.file) || left.line - right.line,
  );
}
