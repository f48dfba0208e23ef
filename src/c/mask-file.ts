/**
 * The text stage: a file's scan and a variant in, the text that the parser sees and its cut into
 * top-level items out. Every newline and every offset stays where it was.
 */
import { type LineTable, lineTableOf, positionAt } from "../base/index.ts";
import { bracketMatches } from "./bracket-matches.ts";
import { expandUse, headUse, itemUse, type Use } from "./macro-items.ts";
import { isAttributeMacro, isLoopHead, isLoopMacro } from "./macro-meaning.ts";
import { type MacroSource, type MacroTable, withHeaders } from "./macro-table.ts";
import { type AttributeUse, stripAttributes } from "./mask-attributes.ts";
import { type CallContext, maskCalls } from "./mask-calls.ts";
import { rewriteTables } from "./mask-tables.ts";
import { collapseTypes } from "./mask-types.ts";
import { MaskedText } from "./masked-text.ts";
import { type Preprocessed, preprocess } from "./preprocess.ts";
import { firstFrom, type Scan, scan as scanText, type Token } from "./scan.ts";
import { splitItems } from "./split-items.ts";
import type { MacroUse, Variant, WrittenText } from "./syntax.ts";

/** An item before its parse. */
export interface MaskedItem {
  readonly kind: "function" | "declaration";
  /** A guess from the tokens; null when the item is no function. */
  readonly name: string | null;
  readonly start: number;
  readonly end: number;
  readonly attributes: readonly string[];
  /** The head of a function as a macro writes it, with an empty body; null where it is written out. */
  readonly head: string | null;
  /** The text of a function that a macro writes whole; null for what is written out. */
  readonly expansion: WrittenText | null;
  readonly macroUses: ReadonlyMap<number, MacroUse>;
}

export interface MaskedFile {
  readonly masked: string;
  readonly items: readonly MaskedItem[];
  readonly macros: MacroTable;
}

export interface MaskOptions {
  readonly extraAttributes?: ReadonlySet<string>;
  readonly lines?: LineTable;
  /** Macros of headers that are not read; a definition in the file goes before. */
  readonly headers?: MacroSource;
  /** Further names of loops, for a text that stands apart from its definitions. */
  isLoop?(name: string): boolean;
}

export function maskFile(scan: Scan, variant: Variant, options: MaskOptions = {}): MaskedFile {
  const preprocessed = preprocess(scan, variant);
  const macros = withHeaders(preprocessed.macros, options.headers);
  const masked = new MaskedText(scan.text);
  blankDirectives(scan, preprocessed, masked);
  const learned = learnAttributes(preprocessed.macros, options.extraAttributes);
  const { tokens, attributes } = stripAttributes(activeTokens(scan, preprocessed), masked, learned);
  rewriteTables(tokens, masked, scan.text);
  const rewritten = collapseTypes(tokens, masked);
  const lines = options.lines ?? lineTableOf(scan.text);
  const items = maskItems(rewritten, attributes, {
    column: (token) => positionAt(lines, token.start).column - 1,
    masked,
    text: scan.text,
    isLoopMacro: (name, offset) => options.isLoop?.(name) === true || isLoopMacro(macros, name, offset),
    isLoopHead: (name, offset) => {
      const macro = macros.lookup(name, offset);
      return macro !== null && isLoopHead(macro);
    },
    expanded: (use) => {
      const written = expandUse(macros, use, scan.text);
      if (written === null) return null;
      const read = maskFile(scanText(written.text), variant, {
        ...options,
        extraAttributes: learned,
        headers: written,
      });
      return { ...read, source: written.text };
    },
  });
  return { masked: masked.toString(), items, macros };
}

function blankDirectives(scan: Scan, preprocessed: Preprocessed, masked: MaskedText): void {
  for (const directive of scan.directives) masked.blank(directive.start, directive.end);
  for (const blank of scan.blanks) masked.blank(blank.start, blank.end);
  // The grammar stumbles over escaped line ends with a carriage return; what the text says does not matter here.
  for (const string of scan.folded) masked.replace(string.start, string.end, '""');
  for (const stretch of preprocessed.inactive) masked.blank(stretch.start, stretch.end);
}

function activeTokens(scan: Scan, preprocessed: Preprocessed): readonly Token[] {
  const { tokens } = scan;
  if (preprocessed.inactive.length === 0) return tokens;
  const active: Token[] = [];
  const keep = (from: number, to: number) => {
    for (const token of tokens.slice(from, to)) active.push(token);
  };
  let from = 0;
  for (const { start, end } of preprocessed.inactive) {
    keep(from, firstFrom(tokens, start));
    from = firstFrom(tokens, end);
  }
  keep(from, tokens.length);
  return active;
}

/** Object-like macros that stand for nothing, or for an attribute. */
function learnAttributes(macros: MacroTable, extra: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const learned = new Set(extra);
  for (const macro of macros.all) if (isAttributeMacro(macro)) learned.add(macro.name);
  return learned;
}

interface ItemContext extends CallContext {
  /** From 0. */
  column(token: Token): number;
  /** What the use of a macro at file level expands to, read as a file; null where it is none. */
  expanded(use: Use): (MaskedFile & { readonly source: string }) | null;
}

function maskItems(
  tokens: readonly Token[],
  attributes: readonly AttributeUse[],
  context: ItemContext,
): MaskedItem[] {
  let nextAttribute = 0;
  const matches = bracketMatches(tokens);
  return splitItems(tokens, matches, context.column).flatMap((cut) => {
    const { first, last } = cut;
    const body = tokens[cut.body];
    let start = tokens[first]?.start ?? 0;
    const end = tokens[last]?.end ?? start;
    const words: string[] = [];
    for (; (attributes[nextAttribute]?.offset ?? end) < end; nextAttribute++) {
      const attribute = attributes[nextAttribute];
      if (attribute === undefined || attribute.offset >= (body?.start ?? end)) continue;
      words.push(attribute.word);
      start = Math.min(start, attribute.offset);
    }
    const bodyFrom = body === undefined ? initializerFrom(tokens, first, last) : cut.body;
    const { macroUses } = maskCalls({ tokens, matches, first, last, body: bodyFrom }, context);
    const item: MaskedItem = {
      kind: cut.kind,
      name: cut.kind === "function" ? functionName(tokens, cut.first, cut.body) : null,
      start,
      end,
      attributes: words,
      head: null,
      expansion: null,
      macroUses: new Map([...macroUses].map(([offset, use]) => [offset - start, use])),
    };
    if (cut.kind === "function") return withWrittenHead(item, headUse(tokens, matches, cut), context);
    const written = writtenFunctions(item, itemUse(tokens, matches, cut), context);
    if (cut.bareCall) context.masked.replace(tokens[first + 1]?.start ?? start, end, ";");
    return [item, ...written];
  });
}

/** What the head of a function becomes in the text where a macro writes it. */
const PLAIN_HEAD = "i f()";

/** `HEAD(name, …) { … }`: the name and types are those that the macro writes. */
function withWrittenHead(item: MaskedItem, use: Use | null, context: ItemContext): MaskedItem {
  const { masked } = context;
  if (use === null || use.end - use.start < PLAIN_HEAD.length) return item;
  if (!masked.isOneLine(use.start, use.start + PLAIN_HEAD.length)) return item;
  const read = context.expanded({ ...use, tail: "{}" });
  const [made, ...others] = read?.items ?? [];
  if (read === null || made?.kind !== "function" || others.length > 0) return item;
  masked.replace(use.start, use.end, PLAIN_HEAD);
  const head = made.head ?? read.masked.slice(made.start, made.end);
  return { ...item, name: made.name, head, attributes: [...item.attributes, ...made.attributes] };
}

/** `FUNCTION(name, …)`: functions that a macro writes whole, in the place of its use. */
function writtenFunctions({ start, end }: MaskedItem, use: Use | null, context: ItemContext): MaskedItem[] {
  const read = use === null ? null : context.expanded(use);
  if (read === null) return [];
  return read.items
    .filter(({ kind }) => kind === "function")
    .map((made) => {
      const text = (from: string) => from.slice(made.start, made.end);
      const expansion = made.expansion ?? { masked: text(read.masked), source: text(read.source) };
      return { ...made, start, end, expansion };
    });
}

function initializerFrom(tokens: readonly Token[], first: number, last: number): number {
  for (let index = first; index <= last; index++) if (tokens[index]?.text === "=") return index;
  return -1;
}

/** The word before the first parenthesis of the head: right for all but functions that return functions. */
function functionName(tokens: readonly Token[], first: number, body: number): string | null {
  for (let index = first + 1; index < body; index++)
    if (tokens[index]?.text === "(" && tokens[index - 1]?.kind === "word")
      return tokens[index - 1]?.text ?? null;
  return null;
}
