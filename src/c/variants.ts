/**
 * Which `#if` variants of a file are worth reading: all symbols on, all off, and each one flipped,
 * as far as they leave different text.
 */

import type { ParseCache } from "./parse-cache.ts";
import { scanCached } from "./parse-cache.ts";
import { conditionDirectives, type Preprocessed, preprocess } from "./preprocess.ts";
import { firstFrom, type Scan } from "./scan.ts";
import type { Variant } from "./syntax.ts";

/** Beyond this many, further flips are left out: each costs an analysis of what it changes. */
const MOST_VARIANTS = 8;

/**
 * In a fixed order: all on, all off, then one flip of "all on" each, in the order in which the symbols
 * appear. Never empty: a file without conditions has the one empty variant. Include guards, `NDEBUG` and
 * symbols that the file itself defines are not varied.
 */
export function variantsOf(text: string, cache?: ParseCache): Variant[] {
  const scan = scanCached(text, cache);
  const symbols = symbolsOf(scan);
  if (symbols.length === 0) return [new Map()];
  const allOn = symbols.map((symbol) => [symbol, true] as const);
  const candidates: Variant[] = [
    new Map(allOn),
    new Map(symbols.map((symbol) => [symbol, false] as const)),
    ...symbols.map((symbol) => new Map([...allOn, [symbol, false] as const])),
  ];
  const seen = new Set<string>();
  const directives = conditionDirectives(scan);
  const variants: Variant[] = [];
  for (const variant of candidates) {
    const left = remainsOf(scan, preprocess(scan, variant, undefined, directives));
    if (seen.has(left)) continue;
    seen.add(left);
    variants.push(variant);
    if (variants.length === MOST_VARIANTS) break;
  }
  return variants;
}

/** Symbols that only a variant can decide, in order of first appearance, with "all off" and "all on" alike. */
function symbolsOf(scan: Scan): string[] {
  const found = new Map<string, number>();
  const note = (symbol: string, directive: number): void => {
    found.set(symbol, Math.min(directive, found.get(symbol) ?? directive));
  };
  preprocess(scan, new Map(), note, conditionDirectives(scan));
  // With some symbols on, others are asked that short definitions hid; each round can only add.
  for (let known = -1; known !== found.size; ) {
    known = found.size;
    preprocess(
      scan,
      new Map([...found.keys()].map((symbol) => [symbol, true])),
      note,
      conditionDirectives(scan),
    );
  }
  return [...found].sort((left, right) => left[1] - right[1]).map(([symbol]) => symbol);
}

/** Equal for two variants that leave the same code and the same macros. Includes do not count. */
function remainsOf(scan: Scan, { inactive }: Preprocessed): string {
  return inactive
    .filter(({ start, end }) => startsWithin(scan.tokens, start, end) || changesMacros(scan, start, end))
    .map(({ start, end }) => `${start}-${end}`)
    .join(" ");
}

function changesMacros({ directives }: Scan, start: number, end: number): boolean {
  for (let index = firstFrom(directives, start); (directives[index]?.start ?? end) < end; index++)
    if (/^(define|undef)$/.test(directives[index]?.name ?? "")) return true;
  return false;
}

function startsWithin(sorted: readonly { readonly start: number }[], start: number, end: number): boolean {
  return (sorted[firstFrom(sorted, start)]?.start ?? end) < end;
}
