/**
 * Which line of a file before a patch is which line after it.
 *
 * All line numbers count from 1. Made by `apply.ts`; chained for a series.
 */

export interface LineMap {
  /** Null for a removed line and for a number outside the old file. */
  readonly newLineOf: (oldLine: number) => number | null;
  /** Null for an added line and for a number outside the new file. */
  readonly oldLineOf: (newLine: number) => number | null;
  /** Lines of the new file that the patch adds -> the hunk (from 1) that adds them. */
  readonly added: ReadonlyMap<number, number>;
  /** Lines of the old file that the patch removes -> the hunk (from 1) that removes them. */
  readonly removed: ReadonlyMap<number, number>;
}

/** One line of the new file: where it was, or the hunk that adds it. */
export type LineOrigin =
  | { readonly kind: "kept"; readonly oldLine: number }
  | { readonly kind: "added"; readonly hunk: number };

/** @param origins one for each line of the new file. */
export function lineMapOf(origins: readonly LineOrigin[], removed: ReadonlyMap<number, number>): LineMap {
  const newLines = new Map<number, number>();
  const added = new Map<number, number>();
  for (const [index, origin] of origins.entries()) {
    if (origin.kind === "kept") newLines.set(origin.oldLine, index + 1);
    else added.set(index + 1, origin.hunk);
  }
  return {
    newLineOf: (oldLine) => newLines.get(oldLine) ?? null,
    oldLineOf: (newLine) => {
      const origin = origins[newLine - 1];
      return origin?.kind === "kept" ? origin.oldLine : null;
    },
    added,
    removed,
  };
}
