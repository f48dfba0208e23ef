/**
 * Which locks are held on every path before a line, as a fixture asks with `held: …`: what
 * `locks/` records for the instructions that begin on it.
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
    recordsPlaces: true,
  });

  return (line) => {
    const unit = program.units.findLast((each) => lineOf(each, { start: 0, end: 0 }) <= line);
    if (unit === undefined) return [];
    const places = unit.facts.places.filter(({ at }) => lineOf(unit, at) === line);
    const [first, ...others] = places.map(({ must }) => must);
    const held = (first ?? []).filter((lock) => others.every((must) => must.includes(lock)));
    return [...new Set(held.map((lock) => lockText(program.table, lock)))].sort();
  };
}

function lineOf({ file, item }: FunctionUnit, range: SourceRange): number {
  return positionAt(file.lines, item.offset + range.start).line;
}
