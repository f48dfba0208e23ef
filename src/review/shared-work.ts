/**
 * What the reviews of one process share: equal text is read, an equal function analysed,
 * and the same base judged, once. Results do not depend on it.
 */
import { ageParses, createParseCache, type ParseCache } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import { type AnalysisCache, ageAnalyses, createAnalysisCache } from "../locks/index.ts";
import type { FilesAnalysis } from "./files-analysis.ts";
import type { InputFile } from "./input-file.ts";
import { callerMeasure } from "./measure-callers.ts";

export interface SharedWork {
  readonly parses: ParseCache;
  readonly analyses: AnalysisCache;
  readonly measure: ReturnType<typeof callerMeasure>;
  /** Programs that series started from, newest last. */
  readonly bases: KnownBase[];
}

interface KnownBase {
  readonly profile: string;
  readonly files: readonly InputFile[];
  readonly callers: readonly InputFile[];
  readonly analysis: FilesAnalysis;
  /** The items that were read for it, as `ParseCache` has them. */
  readonly items: ParseCache["items"];
}

/** @param keeping what is kept of each file */
export function createSharedWork(
  platform: Platform,
  keeping: Parameters<typeof createParseCache>[0] = {},
): SharedWork {
  return {
    parses: createParseCache(keeping),
    analyses: createAnalysisCache(),
    measure: callerMeasure(platform),
    bases: [],
  };
}

/** Characters of the versions of files that are known: with more, memory is worth more than the time. */
const MOST_TEXT = 800_000;
/** Values are numbered for good, so that with more of them all is begun anew. */
const MOST_VALUES = 500_000;
const MOST_BASES = 8;
const MOST_TEXT_OF_BASES = 1_000_000;

/** To be asked before each review, so that memory stays flat: what was not needed of late is forgotten. */
export function keptInBounds(shared: SharedWork, platform: Platform): SharedWork {
  const { parses, analyses } = shared;
  if (analyses.table.size > MOST_VALUES) return createSharedWork(platform);
  if (lengthOf(parses.scans.keys()) > MOST_TEXT) {
    ageParses(parses);
    ageAnalyses(analyses);
  }
  return shared;
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}

/** Forgets how versions of files were scanned that are no more: the largest part of what a version leaves behind. */
export function forgetOldScans({ parses }: SharedWork, files: readonly InputFile[]): void {
  const current = new Set(files.map(({ text }) => text));
  for (const text of parses.scans.keys()) if (!current.has(text)) parses.scans.delete(text);
}

/** The analysis of the program that a series starts from: many patches are made on the same one. */
export function analysisOfBase(
  files: readonly InputFile[],
  { bases, parses, profile, callers }: SharedWork & Pick<KnownBase, "profile" | "callers">,
  analyse: () => FilesAnalysis,
): FilesAnalysis {
  const known = bases.find(
    (base) => base.profile === profile && areEqual(base.files, files) && areEqual(base.callers, callers),
  );
  if (known !== undefined) {
    for (const [path, items] of known.items) parses.items.set(path, new Set(items));
    return known.analysis;
  }
  const analysis = analyse();
  const items = new Map([...parses.items].map(([path, own]) => [path, new Set(own)]));
  keepBase(bases, { profile, files, callers, analysis, items });
  return analysis;
}

/** The analysis of the program that a series ends with, kept because the next one may start there. */
export function analysisOfEnd(
  files: readonly InputFile[],
  { bases, parses, profile, callers }: SharedWork & Pick<KnownBase, "profile" | "callers">,
  analyse: () => FilesAnalysis,
): FilesAnalysis {
  for (const [path, own] of parses.items) parses.items.set(path, new ItemsReadAgain(own));
  const analysis = analyse();
  const items = [...parses.items].map(([path, own]): [string, Set<string>] => [
    path,
    own instanceof ItemsReadAgain ? own.again : new Set(own),
  ]);
  keepBase(bases, {
    ...{ profile, files, callers, analysis },
    items: new Map(items.filter(([, own]) => own.size > 0)),
  });
  return analysis;
}

/** Knows also which of its items were read since it was made: those of the last version alone. */
class ItemsReadAgain extends Set<string> {
  readonly again = new Set<string>();

  override add(item: string): this {
    // The items that it is made with come before this field does.
    this.again?.add(item);
    return super.add(item);
  }
}

function keepBase(bases: KnownBase[], base: KnownBase): void {
  bases.push(base);
  const isTooMuch = () =>
    bases.length > MOST_BASES ||
    lengthOf(bases.flatMap(({ files }) => files.map(({ text }) => text))) > MOST_TEXT_OF_BASES;
  while (isTooMuch()) bases.shift();
}

function areEqual(left: readonly InputFile[], right: readonly InputFile[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ path, text }, at) => path === right[at]?.path && text === right[at]?.text)
  );
}
