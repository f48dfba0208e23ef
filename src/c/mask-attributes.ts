/** Blanks attribute words and hands back the tokens that stay, with the words that went. */
import { ATTRIBUTE_CALLS, ATTRIBUTE_WORDS } from "./attribute-words.ts";
import type { MaskedText } from "./masked-text.ts";
import type { Token } from "./scan.ts";
import { KEYWORDS, STORAGE_WORDS, TYPE_QUALIFIERS, TYPE_TAGS } from "./words.ts";

export interface AttributeUse {
  readonly word: string;
  readonly offset: number;
}

interface Stripped {
  readonly tokens: Token[];
  readonly attributes: readonly AttributeUse[];
}

/** `learned`: further plain words, from the file's own empty macros and from the caller. */
export function stripAttributes(
  tokens: readonly Token[],
  masked: MaskedText,
  learned: ReadonlySet<string>,
): Stripped {
  const kept: Token[] = [];
  const attributes: AttributeUse[] = [];
  let braces = 0;
  let brackets = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.text === "{") braces++;
    else if (token.text === "}") braces = Math.max(0, braces - 1);
    else if (token.text === "(") brackets++;
    else if (token.text === ")") brackets--;
    // A file-level declaration starts again behind every brace, whatever parentheses were left open.
    if (token.text === "}" && braces === 0) brackets = 0;
    const last =
      token.kind === "word"
        ? attributeEnd(tokens, index, kept.at(-1), learned, braces === 0 && brackets === 0)
        : -1;
    if (last === -1) {
      kept.push(token);
      continue;
    }
    masked.blank(token.start, tokens[last]?.end ?? token.end);
    attributes.push({ word: token.text, offset: token.start });
    index = last;
  }
  return { tokens: kept, attributes };
}

/** Index of the last token of the attribute that starts at `index`, or -1 when none does. */
function attributeEnd(
  tokens: readonly Token[],
  index: number,
  before: Token | undefined,
  learned: ReadonlySet<string>,
  fileLevel: boolean,
): number {
  const word = tokens[index]?.text ?? "";
  const called = tokens[index + 1]?.text === "(";
  if (called && ATTRIBUTE_CALLS.has(word)) return closingParenthesis(tokens, index + 1);
  if (called && ATTRIBUTE_WORDS.has(word) && !isFollowedByDeclarator(tokens, index)) return -1;
  if (ATTRIBUTE_WORDS.has(word) || learned.has(word)) return index;
  if (called) return -1;
  if (word.startsWith("__") && standsLikeAttribute(before, tokens[index + 1], fileLevel)) return index;
  return fileLevel && isCapitalAttribute(tokens, index, before, learned) ? index : -1;
}

/** `__init (*fn)(void)`: an attribute before a parenthesised declarator. */
function isFollowedByDeclarator(tokens: readonly Token[], index: number): boolean {
  return tokens[index + 2]?.text === "*";
}

function closingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]?.text === "(") depth++;
    else if (tokens[index]?.text === ")" && --depth === 0) return index;
  }
  return -1;
}

/**
 * An unknown `__word` between a type and a name, or between a parameter list and what ends it, can be
 * nothing but an attribute: `int __foo bar`, `struct s *__foo bar`, `void f(void) __foo;`.
 */
function standsLikeAttribute(
  before: Token | undefined,
  after: Token | undefined,
  fileLevel: boolean,
): boolean {
  if (before === undefined || after === undefined) return false;
  if (before.text === ")" && fileLevel)
    return after.text === ";" || after.text === "{" || after.text.startsWith("__");
  const afterType = before.text === "*" || (before.kind === "word" && !KEYWORDS.has(before.text));
  return afterType && after.kind === "word" && !KEYWORDS.has(after.text);
}

/**
 * A word in capitals that a header defines as `static inline`, a calling convention or nothing: in front
 * of a whole type and name (`API void f(`), or between them (`void API f(`).
 */
function isCapitalAttribute(
  tokens: readonly Token[],
  index: number,
  before: Token | undefined,
  learned: ReadonlySet<string>,
): boolean {
  const word = tokens[index]?.text ?? "";
  if (!/^[A-Z][A-Z\d_]{2,}$/.test(word)) return false;
  const [next, second, third, fourth] = plainTokens(tokens, index + 1, learned);
  const starts = before === undefined || /^[;})]$/.test(before.text) || STORAGE_WORDS.has(before.text);
  if (!starts) {
    const afterType = before.text === "*" || (before.kind === "word" && !KEYWORDS.has(before.text));
    return afterType && next?.kind === "word" && second?.text === "(";
  }
  if (TYPE_TAGS.has(next?.text ?? "")) return second?.kind === "word" && isDeclarator(third, fourth);
  return next?.kind === "word" && !KEYWORDS.has(next.text) && isDeclarator(second, third);
}

function isDeclarator(first: Token | undefined, second: Token | undefined): boolean {
  const name = first?.text === "*" ? second : first;
  return name?.text === "*" || (name?.kind === "word" && !KEYWORDS.has(name.text));
}

/** The next few tokens that are neither attributes nor qualifiers. */
function plainTokens(tokens: readonly Token[], from: number, learned: ReadonlySet<string>): Token[] {
  const plain: Token[] = [];
  for (let index = from; index < tokens.length && plain.length < 4; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const skipped =
      ATTRIBUTE_WORDS.has(token.text) || learned.has(token.text) || TYPE_QUALIFIERS.has(token.text);
    if (!skipped) plain.push(token);
  }
  return plain;
}
