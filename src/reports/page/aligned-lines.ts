/** The lines of a function before and after a patch, as its hunks put them beside each other. */
import type { ReviewedDiff, ReviewedHunk } from "../../review/index.ts";

export type AlignedBlock =
  | { readonly kind: "same"; readonly old: number; readonly new: number }
  /** Lines that the patch takes away, and those that it puts in their place; either may be empty. */
  | { readonly kind: "changed"; readonly old: readonly number[]; readonly new: readonly number[] };

export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/**
 * @param after the function's lines in the file after the patch
 * @param diffs what the patch does to that file
 * @returns blocks in the order of the code
 */
export function alignedLines(
  after: LineRange,
  diffs: readonly Pick<ReviewedDiff, "hunks">[],
): AlignedBlock[] {
  const blocks: AlignedBlock[] = [];
  let changed: { old: number[]; new: number[] } = { old: [], new: [] };
  let [old, now] = [1, 1];
  const isInside = (line: number) => after.from <= line && line <= after.to;
  const close = (): void => {
    const added = changed.new.filter(isInside);
    const isBetween = after.from < now && now <= after.to;
    if (added.length > 0 || (isBetween && changed.old.length > 0))
      blocks.push({ kind: "changed", old: changed.old, new: added });
    changed = { old: [], new: [] };
  };
  const step = (kind: ReviewedHunk["lines"][number]["kind"]): void => {
    if (kind === "removed") changed.old.push(old);
    if (kind === "added") changed.new.push(now);
    if (kind === "context") {
      close();
      if (isInside(now)) blocks.push({ kind: "same", old, new: now });
    }
    if (kind !== "added") old += 1;
    if (kind !== "removed") now += 1;
  };
  const hunks = diffs.flatMap((diff) => diff.hunks).sort((left, right) => left.newStart - right.newStart);
  for (const { newStart, lines } of hunks) {
    while (now < newStart) step("context");
    for (const { kind } of lines) step(kind);
  }
  while (now <= after.to) step("context");
  close();
  return blocks;
}

/** @returns null for a function that was not there before, or that nothing changes */
export function linesBefore(blocks: readonly AlignedBlock[]): LineRange | null {
  const lines = blocks.flatMap((block) => block.old);
  const isChanged = blocks.some(({ kind }) => kind === "changed");
  return lines.length === 0 || !isChanged ? null : { from: Math.min(...lines), to: Math.max(...lines) };
}
