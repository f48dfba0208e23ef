/**
 * Where two variants of a file read different text, and what stands there: enough
 * to see, without reading the file again, that a variant can change nothing that
 * is asked about.
 */
import { type ParseCache, scanCached } from "./parse-cache.ts";
import { conditionDirectives, preprocess } from "./preprocess.ts";
import { firstFrom, type Scan } from "./scan.ts";
import type { Variant } from "./syntax.ts";

/** A stretch that one of the two variants reads and the other does not. */
export interface VariantDifference {
  readonly start: number;
  readonly end: number;
  /** The words of its code; none when it holds directives only. */
  readonly words: ReadonlySet<string>;
  /** Macros that it defines or undefines. */
  readonly macros: ReadonlySet<string>;
}

export function variantDifferences(
  text: string,
  left: Variant,
  right: Variant,
  cache?: ParseCache,
): VariantDifference[] {
  const scan = scanCached(text, cache);
  const directives = conditionDirectives(scan);
  const inactive = (variant: Variant) => preprocess(scan, variant, undefined, directives).inactive;
  const stretches = exclusive(inactive(left), inactive(right));
  return stretches
    .map(({ start, end }) => ({
      start,
      end,
      words: wordsIn(scan, start, end),
      macros: macrosIn(scan, start, end),
    }))
    .filter(({ words, macros }) => words.size + macros.size > 0);
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What is in one of two sorted lists and not in the other. */
function exclusive(left: readonly Stretch[], right: readonly Stretch[]): Stretch[] {
  const edges = [...left, ...right].flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set(edges)].sort((a, b) => a - b);
  return cuts.flatMap((start, index) => {
    const end = cuts[index + 1];
    if (end === undefined) return [];
    return covers(left, start) === covers(right, start) ? [] : [{ start, end }];
  });
}

function covers(list: readonly Stretch[], at: number): boolean {
  return list.some(({ start, end }) => start <= at && at < end);
}

function wordsIn({ text, tokens }: Scan, start: number, end: number): ReadonlySet<string> {
  const words = new Set<string>();
  for (let index = firstFrom(tokens, start); ; index++) {
    const token = tokens[index];
    if (token === undefined || token.start >= end) return words;
    words.add(text.slice(token.start, token.end));
  }
}

function macrosIn({ text, directives }: Scan, start: number, end: number): ReadonlySet<string> {
  const macros = new Set<string>();
  for (let index = firstFrom(directives, start); ; index++) {
    const directive = directives[index];
    if (directive === undefined || directive.start >= end) return macros;
    const name = /^\s*#\s*(?:define|undef)\s+(\w+)/.exec(text.slice(directive.start, directive.end))?.[1];
    if (name !== undefined) macros.add(name);
  }
}
