/**
 * The text stage: a file's scan and a variant in, the text that the parser sees and its cut into
 * top-level items out. Every newline and every offset stays where it was.
 */
import { type LineTable, lineTableOf, positionAt } from "../base/index.ts";
import { bracketMatches } from "./bracket-matches.ts";
import { isAttributeMacro, isLoopMacro } from "./macro-meaning.ts";
import { type Macro, type MacroTable, withHeaders } from "./macro-table.ts";
import { type AttributeUse, stripAttributes } from "./mask-attributes.ts";
import { type CallContext, maskCalls } from "./mask-calls.ts";
import { rewriteTables } from "./mask-tables.ts";
import { collapseTypes } from "./mask-types.ts";
import { MaskedText } from "./masked-text.ts";
import { type Preprocessed, preprocess } from "./preprocess.ts";
import { firstFrom, type Scan, type Token } from "./scan.ts";
import { splitItems } from "./split-items.ts";
import type { MacroUse, Variant } from "./syntax.ts";

/** An item before its parse. */
export interface MaskedItem {
  readonly kind: "function" | "declaration";
  /** A guess from the tokens; null when the item is no function. */
  readonly name: string | null;
  readonly start: number;
  readonly end: number;
  readonly attributes: readonly string[];
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
  readonly headers?: ReadonlyMap<string, Macro>;
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
  const column = (token: Token): number => positionAt(lines, token.start).column - 1;
  const items = maskItems(rewritten, attributes, column, {
    masked,
    text: scan.text,
    isLoopMacro: (name, offset) => options.isLoop?.(name) ?? isLoopMacro(macros, name, offset),
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

function maskItems(
  tokens: readonly Token[],
  attributes: readonly AttributeUse[],
  column: (token: Token) => number,
  context: CallContext,
): MaskedItem[] {
  let nextAttribute = 0;
  const matches = bracketMatches(tokens);
  return splitItems(tokens, matches, column).map((cut) => {
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
    if (cut.bareCall) context.masked.replace(tokens[first + 1]?.start ?? start, end, ";");
    return {
      kind: cut.kind,
      name: cut.kind === "function" ? functionName(tokens, cut.first, cut.body) : null,
      start,
      end,
      attributes: words,
      macroUses: new Map([...macroUses].map(([offset, use]) => [offset - start, use])),
    };
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
