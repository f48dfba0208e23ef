/** The lines of the files that a report quotes, each file split once a report. */
import type { Side } from "../findings/index.ts";
import type { SourceLookup } from "../review/index.ts";

/** Lines without LF, `lines[0]` is line 1; null where there is no such file. */
export type LineLookup = (file: string, side: Side, patch: number | null) => readonly string[] | null;

/** The memory lives as long as the lookup: one report. */
export function linesOf(sources: SourceLookup): LineLookup {
  const split = new Map<string, readonly string[] | null>();
  return (file, side, patch) => {
    const key = JSON.stringify([file, side, patch]);
    const known = split.get(key);
    if (known !== undefined) return known;
    const lines = sources(file, side, patch)?.split("\n") ?? null;
    split.set(key, lines);
    return lines;
  };
}
