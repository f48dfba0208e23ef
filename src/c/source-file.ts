/**
 * C text to a `SourceFile`: text stage, cut into items, parse of each, gaps.
 * What could not be read is a gap; nothing is thrown for what a file says.
 */
import { type Gap, type LineTable, lineTableOf } from "../base/index.ts";
import { gapsOf } from "./gaps.ts";
import type { Macro } from "./macro-table.ts";
import { type MaskedItem, maskFile } from "./mask-file.ts";
import { type ParseCache, parseBody, parseCached, scanCached } from "./parse-cache.ts";
import type { Damage } from "./parser.ts";
import type { SourceFile, SyntaxNode, TopLevelItem, Variant } from "./syntax.ts";

export interface ReadOptions {
  /** Words to blank like attributes, beyond the dialect's own and those that the file defines as empty. */
  readonly extraAttributes?: ReadonlySet<string>;
  /** Shared by all versions and variants of a run. */
  readonly cache?: ParseCache;
  /** Macros of headers that are not read; a definition in the file goes before. */
  readonly macros?: ReadonlyMap<string, Macro>;
  /** The same text under another variant: items in which the two do not differ are the same ones. */
  readonly like?: SourceFile;
}

/** Reads one file under one variant. `path` is only copied into the result. */
export function readSourceFile(
  path: string,
  text: string,
  variant: Variant,
  options: ReadOptions = {},
): SourceFile {
  const lines = lineTableOf(text);
  const { extraAttributes } = options;
  const scan = scanCached(text, options.cache);
  const file = maskFile(scan, variant, {
    lines,
    ...(extraAttributes === undefined ? {} : { extraAttributes }),
    ...(options.macros === undefined ? {} : { headers: options.macros }),
  });
  const seen = options.cache?.items;
  const isFirst = seen === undefined || !seen.has(path);
  const known = seen?.get(path) ?? new Set<string>();
  const alike = new Map(options.like?.items.map((item) => [item.offset, item]));
  const items = file.items.map((item): LazyItem => {
    const masked = file.masked.slice(item.start, item.end);
    const shared = alike.get(item.start);
    if (shared instanceof LazyItem && shared.reads(item, masked)) return shared;
    const read = new LazyItem({ path, lines, text, masked, item, cache: options.cache });
    if (!isFirst && !known.has(read.text)) read.isNew = true;
    return read;
  });
  for (const { text: written } of items) known.add(written);
  seen?.set(path, known);
  return {
    path,
    text,
    lines,
    variant,
    items,
    macros: file.macros,
    get gaps() {
      return items.flatMap((item) => item.lookedAt().gaps);
    },
    gapsMet() {
      const met = items.filter((item) => item.isNew || item.isRead);
      return () => met.flatMap((item) => item.lookedAt().gaps);
    },
  };
}

interface LazySource {
  readonly path: string;
  readonly lines: LineTable;
  readonly text: string;
  readonly masked: string;
  readonly item: MaskedItem;
  readonly cache: ParseCache | undefined;
}

/** Uses of macros that the text stage wrote over: two texts may be alike but for them. */
function usesText(uses: TopLevelItem["macroUses"]): string {
  return [...uses].map(([at, { macro, args }]) => `${at}${macro}(${args.join()})`).join();
}

/** An item that is parsed when its tree is asked for: most of a file never is. */
class LazyItem implements TopLevelItem {
  readonly kind: TopLevelItem["kind"];
  readonly offset: number;
  readonly source: string;
  readonly masked: string;
  readonly attributes: readonly string[];
  readonly macroUses: TopLevelItem["macroUses"];
  readonly expansion: TopLevelItem["expansion"];
  /** What is parsed. */
  readonly text: string;
  gaps: readonly Gap[] = [];
  /** Whether an earlier version has no such item: what a later one changes is read whole, so that its gaps are known. */
  isNew = false;
  isRead = false;
  readonly #from: LazySource;
  #name: string | null | undefined;
  #root: SyntaxNode | null = null;
  #head: SyntaxNode | null = null;

  constructor(from: LazySource) {
    const { item } = from;
    this.#from = from;
    this.kind = item.kind;
    this.offset = item.start;
    this.source = from.text.slice(item.start, item.end);
    this.masked = from.masked;
    this.attributes = item.attributes;
    this.macroUses = item.macroUses;
    this.expansion = item.expansion;
    this.text = item.expansion?.masked ?? from.masked;
  }

  /** Whether it is what another variant of the same text has there. */
  reads(other: MaskedItem, masked: string): boolean {
    const { kind, name, attributes, macroUses, expansion, head } = this.#from.item;
    return (
      this.masked === masked &&
      expansion?.masked === other.expansion?.masked &&
      head === other.head &&
      kind === other.kind &&
      name === other.name &&
      usesText(macroUses) === usesText(other.macroUses) &&
      attributes.join() === other.attributes.join()
    );
  }

  get root(): SyntaxNode {
    return this.parse();
  }

  get head(): SyntaxNode {
    this.#head ??= this.kind === "function" ? this.#parseHead() : this.parse();
    return this.#head;
  }

  get headText(): string {
    return this.#from.item.head ?? this.text;
  }

  get name(): string | null {
    if (this.#name === undefined) this.#name = this.kind === "function" ? this.#functionName() : null;
    return this.#name;
  }

  #functionName(): string | null {
    // The tokens tell it but for `(name)(args)`, which asks the tree.
    const guess = this.#from.item.name;
    const isPlain = guess !== null && !/^[^{]*?\(\s*\w+\s*\)\s*\(/.test(this.headText);
    return isPlain ? guess : (definedName(this.head, this.headText) ?? guess);
  }

  /** The tree, which is kept unless it is a function's of which there is no other version. */
  parse(): SyntaxNode {
    if (this.#root !== null) return this.#root;
    const { cache } = this.#from;
    const isFunction = this.kind === "function";
    const { root, damage } = (isFunction ? parseBody : parseCached)(this.text, cache);
    this.#note(damage);
    if (!isFunction || cache?.keepsVersions !== false) this.#root = root;
    return root;
  }

  /** The item, of which all gaps are known. */
  lookedAt(): this {
    if (this.isRead) return this;
    const damage = this.#from.cache?.damage.get(this.text);
    if (damage === undefined) this.parse();
    else this.#note(damage);
    return this;
  }

  #note(damage: readonly Damage[]): void {
    const { path, lines, text } = this.#from;
    if (!this.isRead && damage.length > 0) {
      const own = this.expansion === null ? damage : [writtenDamage(this.source.length)];
      this.gaps = gapsOf(own, this.offset, { path, lines, text });
    }
    this.isRead = true;
  }

  /** A body may define types of its own; then the head alone is not all that the item declares. */
  #parseHead(): SyntaxNode {
    const text = this.headText;
    if (this.#from.item.head !== null) return parseCached(text, this.#from.cache).root;
    const at = text.indexOf("{");
    if (at === -1 || /\b(struct|union|enum)\b[^;(){]*\{/.test(text.slice(at))) return this.parse();
    const { root, damage } = parseCached(`${text.slice(0, at)}{}`, this.#from.cache);
    return damage.length > 0 ? this.parse() : root;
  }
}

/** What is damaged in what a macro writes is told of the macro's use. */
function writtenDamage(length: number): Damage {
  return { start: 0, end: length, at: 0, atEnd: length, missing: null };
}

/** The name in the innermost declarator of a function definition. */
function definedName(root: SyntaxNode, masked: string): string | null {
  let node = root.children.find((child) => child.type === "function_definition");
  while (node !== undefined) {
    if (node.type === "identifier") return masked.slice(node.start, node.end);
    node =
      node.children.find((child) => child.field === "declarator") ??
      (node.type === "parenthesized_declarator" ? node.children[0] : undefined);
  }
  return null;
}
