/**
 * What one run remembers between versions and variants of its files: equal text is scanned and parsed
 * once. Results do not depend on it.
 */
import { RecentMap } from "../base/index.ts";
import type { Fragment } from "./fragment-type.ts";
import { type Damage, type ParsedText, parseText } from "./parser.ts";
import { type Scan, scan } from "./scan.ts";
import type { SyntaxNode, Variant } from "./syntax.ts";

export interface ParseCache {
  /** Whether other versions of the files may come: what is large and serves only these is kept for them. */
  readonly keepsVersions: boolean;
  /** By masked text, of functions whose trees are not kept. */
  readonly damage: Map<string, readonly Damage[]>;
  /** By masked text. */
  readonly parsed: RecentMap<string, ParsedText>;
  /** By text as written. */
  readonly scans: RecentMap<string, Scan>;
  /** Masked items by the path of their file: those of the versions that were read before. */
  readonly items: Map<string, Set<string>>;
  /** By the directives of a file, line by line. */
  readonly variants: RecentMap<string, readonly Variant[]>;
  /** By kind and text; null for what is no such fragment. */
  readonly fragments: RecentMap<string, Fragment | null>;
}

export function createParseCache({ keepsVersions = true } = {}): ParseCache {
  return {
    keepsVersions,
    damage: new Map(),
    parsed: new RecentMap(),
    scans: new RecentMap(),
    items: new Map(),
    variants: new RecentMap(),
    fragments: new RecentMap(),
  };
}

/** Forgets what was not asked for since it was called last. */
export function ageParses({ parsed, scans, variants, fragments }: ParseCache): void {
  for (const known of [parsed, scans, variants, fragments]) known.age();
}

export function parseCached(text: string, cache: ParseCache | undefined): ParsedText {
  const known = cache?.parsed.get(text);
  if (known !== undefined) return known;
  const parsed = parseText(text);
  cache?.parsed.set(text, parsed);
  return parsed;
}

/** The tree of a whole function, which is lowered once; without other versions only what could not be read is kept. */
export function parseBody(text: string, cache: ParseCache | undefined): ParsedText {
  if (cache === undefined || cache.keepsVersions) return withHead(parseCached(text, cache), text);
  const parsed = withHead(parseText(text), text);
  cache.damage.set(text, parsed.damage);
  return parsed;
}

/** What has a body and no parameters in front of it is damaged: a macro that nothing is known of writes its head. */
function withHead(parsed: ParsedText, text: string): ParsedText {
  const { root, damage } = parsed;
  if (damage.length > 0 || root.children.some(isFunction)) return parsed;
  const end = text.indexOf("{");
  return { root, damage: [{ start: 0, end, at: 0, atEnd: end, missing: null }] };
}

function isFunction({ type, children }: SyntaxNode): boolean {
  return type === "function_definition" && children.some(hasParameters);
}

function hasParameters({ type, children }: SyntaxNode): boolean {
  return type === "function_declarator" || (type !== "compound_statement" && children.some(hasParameters));
}

export function scanCached(text: string, cache: ParseCache | undefined): Scan {
  const known = cache?.scans.get(text);
  if (known !== undefined) return known;
  const scanned = scan(text);
  cache?.scans.set(text, scanned);
  return scanned;
}
