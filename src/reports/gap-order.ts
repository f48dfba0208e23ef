/** Gaps in the order in which every document lists them, each once. */
import { compareText, type Gap } from "../base/index.ts";

export function sortedGaps(gaps: readonly Gap[]): Gap[] {
  const once = new Map(gaps.map((gap) => [JSON.stringify([gap.file, gap.line, gap.endLine, gap.why]), gap]));
  return [...once.values()].sort(
    (left, right) =>
      compareText(left.file, right.file) ||
      left.line - right.line ||
      left.endLine - right.endLine ||
      compareText(left.why, right.why),
  );
}
