/**
 * Which locks are surely held before a line, as a fixture asks with `held: …`.
 *
 * Taken from the lock spans that `locks/` draws: a lock is held before a line if a span
 * that every path ends begins on a line before it and ends on it or behind it.
 */
import { positionAt } from "../base/index.ts";
import { createParseCache, readSourceFile, type SourceRange, typeTableOf, variantsOf } from "../c/index.ts";
import { type Platform, typeOptionsOf } from "../drivers/index.ts";
import { analyseProgram, createAnalysisCache, type FunctionUnit, lockText } from "../locks/index.ts";

/** @returns the locks' names as reports write them, sorted, for the variant with every symbol on */
export function heldLocksOf(path: string, text: string, platform: Platform): (line: number) => string[] {
  const cache = createParseCache();
  const [variant = new Map()] = variantsOf(text);
  const file = readSourceFile(path, text, variant, { cache });
  const guards = { guards: [], handles: new Set<string>() };
  const program = analyseProgram({
    files: [file],
    types: typeTableOf([file], typeOptionsOf(platform)),
    platform,
    guards,
    cache,
    analyses: createAnalysisCache(),
  });

  return (line) => {
    const unit = program.units.findLast((each) => lineOf(each, { start: 0, end: 0 }) <= line);
    if (unit === undefined) return [];
    const over = unit.facts.spans.filter(
      ({ certain, from, ends }) =>
        certain &&
        lineOf(unit, from) < line &&
        (ends.length === 0 || ends.some((end) => lineOf(unit, end) >= line)),
    );
    return [...new Set(over.map(({ lock }) => lockText(program.table, lock)))].sort();
  };
}

function lineOf({ file, item }: FunctionUnit, range: SourceRange): number {
  return positionAt(file.lines, item.offset + range.start).line;
}
