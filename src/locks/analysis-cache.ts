/**
 * Results that versions and variants of a program share.
 *
 * A function's lowering depends on its text, on the declarations and macros
 * around it; its analysis on that and on the summaries of its callees. Where all
 * of these are the same object, so is the result.
 */
import { RecentMap } from "../base/index.ts";
import {
  type AskedTypes,
  cleanupsOf,
  type FunctionIr,
  type SourceFile,
  type TopLevelItem,
} from "../c/index.ts";
import type { FunctionSummary } from "./function-summary.ts";
import type { KnownRelevance } from "./relevance.ts";
import type { FunctionResult } from "./summarise.ts";
import { ValueTable } from "./value.ts";

export interface AnalysisCache {
  readonly table: ValueTable;
  /** By the masked text. */
  readonly lowered: RecentMap<string, KnownLowering[]>;
  readonly results: RecentMap<FunctionIr, KnownResult[]>;
  readonly relevance: KnownRelevance;
  /** Functions with their calls through tables named, by the names. */
  readonly tableCalls: RecentMap<FunctionIr, Map<string, FunctionIr>>;
  /** Different ones without needs, by the function's name. */
  readonly summaries: RecentMap<string, FunctionSummary[]>;
  /** What summaries say, written out; of those that were compared. */
  readonly summaryTexts: WeakMap<FunctionSummary, string>;
  /** By text. */
  readonly words: RecentMap<string, ReadonlySet<string>>;
  /** Settings written out: equal ones are one text. */
  readonly settings: RecentMap<string, string>;
}

/** One lowering of a function's text, and what it depends on besides. */
export interface KnownLowering {
  /** The definitions of the macros that its words lead to, and what cleans up its variables. */
  readonly macros: string;
  readonly types: AskedTypes;
  readonly ir: FunctionIr | null;
}

export interface KnownResult {
  /** The guards in force, written out. */
  readonly setting: string;
  /** What each callee's name led to when the result was made. */
  readonly callees: ReadonlyMap<string, FunctionSummary | undefined>;
  readonly result: FunctionResult;
}

export function createAnalysisCache(): AnalysisCache {
  return {
    table: new ValueTable(),
    lowered: new RecentMap(),
    results: new RecentMap(),
    tableCalls: new RecentMap(),
    summaries: new RecentMap(),
    summaryTexts: new WeakMap(),
    words: new RecentMap(),
    relevance: new Map(),
    settings: new RecentMap(),
  };
}

/** Forgets what was not asked for since it was called last. Values are numbered once and stay. */
export function ageAnalyses(cache: AnalysisCache): void {
  const { lowered, results, tableCalls, summaries, words, settings } = cache;
  for (const known of [lowered, results, tableCalls, summaries, words, settings]) known.age();
}

/** So many ways in which one function is known: the latest ones are those that come again. */
const MOST_KNOWN = 16;

/** With one more, which comes last. */
export function withLatest<T>(known: readonly T[], one: T): T[] {
  return [...known.slice(1 - MOST_KNOWN), one];
}

/** Variants of a program share the files in which they do not differ. */
const macroKeys = new WeakMap<TopLevelItem, { readonly file: SourceFile; readonly key: string }>();

/** The definitions of all macros that a function's words lead to, where the function stands. */
export function macroKey(file: SourceFile, item: TopLevelItem, cache: WordCache): string {
  const known = macroKeys.get(item);
  if (known?.file === file) return known.key;
  const key = macroKeyOf(file, item, cache);
  macroKeys.set(item, { file, key });
  return key;
}

function macroKeyOf(file: SourceFile, item: TopLevelItem, cache: WordCache): string {
  const definitions = new Map<string, string>();
  const visit = (words: Iterable<string>): void => {
    for (const word of words) {
      if (definitions.has(word)) continue;
      const [first, last] = [item.offset, item.offset + item.masked.length].map((at) =>
        file.macros.lookup(word, at),
      );
      if (first == null && last == null) continue;
      const macros = first === last ? [first] : [first, last];
      definitions.set(
        word,
        macros
          .map((macro) => (macro == null ? "" : `(${macro.params?.join() ?? ""})${macro.body}`))
          .join("|"),
      );
      for (const macro of macros) if (macro != null) visit(cachedWords(macro.body, cache));
    }
  };
  visit(wordsOfItem(item, cache));
  // Attributes are blank in the text that is parsed.
  const cleanups = cleanupsOf(file, item).map((callee) => `cleanup ${callee}`);
  return [
    ...hiddenTexts(item),
    ...cleanups,
    ...[...definitions].map(([name, definition]) => `${name}${definition}`),
  ].join("\n");
}

export interface WordCache {
  readonly words: RecentMap<string, ReadonlySet<string>>;
}

/** Variants of a program share the items in which they do not differ. */
const itemWords = new WeakMap<TopLevelItem, ReadonlySet<string>>();

/**
 * The words of an item. Where macros head loops, or a type is that of an expression, they are gone from the
 * text that is parsed, and lead as far as any other.
 */
export function wordsOfItem(item: TopLevelItem, cache: WordCache): ReadonlySet<string> {
  const known = itemWords.get(item);
  if (known !== undefined) return known;
  const own = cachedWords(item.masked, cache);
  const hidden = hiddenTexts(item);
  const words =
    hidden.length === 0 ? own : new Set([...own, ...hidden.flatMap((text) => [...cachedWords(text, cache)])]);
  itemWords.set(item, words);
  return words;
}

export function cachedWords(text: string, { words }: WordCache): ReadonlySet<string> {
  let known = words.get(text);
  if (known === undefined) {
    known = wordsOf(text);
    words.set(text, known);
  }
  return known;
}

/** What the text stage wrote over and yet is read. */
export function hiddenTexts(item: TopLevelItem): readonly string[] {
  const { masked, source, headText, expansion, macroUses } = item;
  const uses = [...macroUses.values()].map(({ macro, args }) => `${macro}(${args.join()})`);
  if (headText !== masked) uses.push(headText);
  if (expansion !== null) uses.push(`${expansion.source} in ${source.length}`);
  return masked.includes("typeof") ? [...uses, ...(source.match(/typeof[^;{}]*/g) ?? [])] : uses;
}

export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}

/** A result made from the same summaries and guards, or null. */
export function knownResult(
  cache: AnalysisCache,
  { ir, setting }: { readonly ir: FunctionIr; readonly setting: string },
  summaryOf: (name: string) => FunctionSummary | undefined,
): FunctionResult | null {
  for (const known of cache.results.get(ir) ?? []) {
    if (known.setting !== setting) continue;
    if ([...known.callees].every(([name, summary]) => summaryOf(name) === summary)) return known.result;
  }
  return null;
}

/**
 * Keeps a result. A summary that says what an earlier one of the function said is that one, also where
 * the function's own text has changed, so that what its callers are known to do stays known; one with
 * needs is told from another by these, which are facts as well.
 */
export function keepResult(cache: AnalysisCache, ir: FunctionIr, made: KnownResult): FunctionResult {
  const { facts, summary } = made.result;
  const result = { facts, summary: hasNeeds(summary) ? summary : knownSummary(cache, summary) };
  cache.results.set(ir, withLatest(cache.results.get(ir) ?? [], { ...made, result }));
  return result;
}

function knownSummary(cache: AnalysisCache, summary: FunctionSummary): FunctionSummary {
  const others = cache.summaries.get(summary.function) ?? [];
  const same = others.find((other) => summaryText(cache, other) === summaryText(cache, summary));
  if (same !== undefined) return same;
  cache.summaries.set(summary.function, withLatest(others, summary));
  return summary;
}

function hasNeeds({ needs, coveredUses }: FunctionSummary): boolean {
  return needs.length + coveredUses.length > 0;
}

/** Values of one table: equal numbers are equal values. */
function summaryText({ summaryTexts }: AnalysisCache, summary: FunctionSummary): string {
  const known = summaryTexts.get(summary);
  if (known !== undefined) return known;
  const text = JSON.stringify(summary, (_key, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
  summaryTexts.set(summary, text);
  return text;
}
