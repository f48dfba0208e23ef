/** Which lines applied patches add and remove. */
import { type HunkLine, type PatchLines, rewordedLines } from "../findings/index.ts";
import type { AppliedStep, PlacedHunk } from "../patch/index.ts";

/** The lines of one patch. */
export function linesOf(steps: readonly AppliedStep[]): PatchLines {
  return steps.map(({ diff, lineMap, placed }) => ({
    oldFile: diff.oldPath,
    newFile: diff.newPath,
    added: new Set(lineMap.added.keys()),
    removed: new Set(lineMap.removed.keys()),
    reworded: new Map(placed.flatMap(rewordedIn)),
  }));
}

/** Lines that go and come without context between them are compared with each other. */
function rewordedIn({ hunk, oldStart, newStart }: PlacedHunk): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [removed, added]: [HunkLine[], HunkLine[]] = [[], []];
  let [old, now] = [oldStart, newStart];
  for (const { kind, text } of hunk.lines) {
    if (kind === "removed") removed.push({ line: old++, text });
    else if (kind === "added") added.push({ line: now++, text });
    else {
      pairs.push(...rewordedLines(removed, added));
      [removed, added] = [[], []];
      old++;
      now++;
    }
  }
  return [...pairs, ...rewordedLines(removed, added)];
}

/** By file, as named after all patches. */
export type AddedLines = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * What some patches of a row add, as it stands after the whole row: a later
 * patch moves or removes what an earlier one added.
 *
 * @param counts whether the patch of that place in the row, from 0, is one of those asked for
 */
export function addedLines(
  applied: readonly (readonly AppliedStep[])[],
  counts: (patch: number) => boolean,
): AddedLines {
  return applied.reduce<AddedLines>(
    (lines, steps, patch) => addedAfter(lines, steps, counts(patch)),
    new Map(),
  );
}

function addedAfter(lines: AddedLines, steps: readonly AppliedStep[], areOwn: boolean): AddedLines {
  const after = new Map(lines);
  for (const { diff } of steps)
    if (diff.oldPath !== null && diff.kind !== "copied") after.delete(diff.oldPath);
  for (const { diff, lineMap } of steps) {
    if (diff.newPath === null) continue;
    const before = diff.oldPath === null ? [] : [...(lines.get(diff.oldPath) ?? [])];
    const kept = before.flatMap((line) => lineMap.newLineOf(line) ?? []);
    after.set(diff.newPath, new Set([...kept, ...(areOwn ? lineMap.added.keys() : [])]));
  }
  return after;
}
