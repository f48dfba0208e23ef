/**
 * How much of a tree's C cannot be read: `node src/bench/gap-figures.ts FOLDER [--list]`.
 *
 * Every `.c` file below the folder is read in all its `#if` variants; a line counts as lost when any
 * variant has it inside a gap.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { argv } from "node:process";
import type { Gap } from "../base/index.ts";
import { createParseCache, readSourceFile, variantsOf } from "../c/index.ts";

export interface GapFigures {
  readonly files: number;
  /** Files without a gap in any variant. */
  readonly cleanFiles: number;
  readonly lines: number;
  readonly linesInGaps: number;
  /** Sorted by file; of equal gaps in several variants only one. */
  readonly gaps: readonly Gap[];
}

/** Reads the files below `folder`. Throws what Node's file functions throw. */
export function gapFiguresOf(folder: string): GapFigures {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".c"))
    .sort();
  let cleanFiles = 0;
  let lines = 0;
  let linesInGaps = 0;
  const gaps: Gap[] = [];
  for (const name of names) {
    const text = readFileSync(join(folder, name), "utf8");
    const found = gapsOfFile(relative(folder, join(folder, name)), text);
    const lost = new Set(found.flatMap(linesOf));
    lines += text.split("\n").length;
    linesInGaps += lost.size;
    if (found.length === 0) cleanFiles++;
    gaps.push(...found);
  }
  return { files: names.length, cleanFiles, lines, linesInGaps, gaps };
}

function gapsOfFile(path: string, text: string): Gap[] {
  const cache = createParseCache();
  const distinct = new Map<string, Gap>();
  for (const variant of variantsOf(text, cache))
    for (const gap of readSourceFile(path, text, variant, { cache }).gaps)
      distinct.set(`${gap.line}-${gap.endLine}`, gap);
  return [...distinct.values()];
}

function linesOf(gap: Gap): number[] {
  return Array.from({ length: gap.endLine - gap.line + 1 }, (_, index) => gap.line + index);
}

function main(folder: string | undefined, list: boolean): void {
  if (folder === undefined) {
    console.error("usage: gap-figures FOLDER [--list]");
    process.exitCode = 2;
    return;
  }
  const figures = gapFiguresOf(folder);
  if (list) for (const gap of figures.gaps) console.log(`${gap.file}:${gap.line}-${gap.endLine}: ${gap.why}`);
  const share = (part: number, whole: number): string =>
    `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;
  console.log(`files          ${figures.files}`);
  console.log(`without a gap  ${figures.cleanFiles} (${share(figures.cleanFiles, figures.files)})`);
  console.log(`lines          ${figures.lines}`);
  console.log(`inside a gap   ${figures.linesInGaps} (${share(figures.linesInGaps, figures.lines)})`);
}

if (argv[1]?.includes("gap-figures")) main(argv[2], argv.includes("--list"));
