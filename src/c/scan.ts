/**
 * One pass over C text: tokens, comments and directive lines, with offsets.
 *
 * Nothing is rewritten or evaluated here; inactive `#if` branches are scanned
 * like the rest, which is why an unterminated quote ends at its line.
 */

export type TokenKind = "word" | "number" | "string" | "character" | "mark";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Words and marks only; empty for the others. A mark is one character, or `...`. */
  readonly text: string;
}

/** A `#` line with its continuation lines. */
export interface Directive {
  readonly start: number;
  /** Offset of the newline that ends it, or the text's length. */
  readonly end: number;
  /** `define`, `if`, … or empty. */
  readonly name: string;
  /** What follows the name: continuation lines joined, comments blanked, trimmed. */
  readonly rest: string;
}

export interface Scan {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly directives: readonly Directive[];
  /** Stretches outside directives that become blank: comments, line continuations. */
  readonly blanks: readonly { readonly start: number; readonly end: number }[];
  /** String literals that go on over an escaped line end. */
  readonly folded: readonly { readonly start: number; readonly end: number }[];
}

const NEWLINE = 10;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const STAR = 42;
const DOT = 46;
const SLASH = 47;
const BACKSLASH = 92;

const LETTER = 1;
const DIGIT = 2;

/** What each ASCII character may do in a word: letters, `_` and `$` start one, digits go on with it. */
const CLASSES = new Uint8Array(128).map((_, code) =>
  /[A-Za-z_$]/.test(String.fromCharCode(code)) ? LETTER : /\d/.test(String.fromCharCode(code)) ? DIGIT : 0,
);

/** Everything beyond ASCII counts as a letter. */
function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] ?? 0) : LETTER;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

// Sticky expressions run as machine code from the second use on; a loop in a fresh process does not.
const WORD = /[\w$\u0080-\uffff]+/y;
const BLANKS = /[ \t\r\f\v]+/y;

/** The end of what `pattern` matches at `from`; `from` itself when it does not. */
function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** The end of a number: digits, suffixes, `.`, and a sign after an exponent. */
function numberEnd(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (classOf(code) !== 0) continue;
    if (code === DOT && text.charCodeAt(at + 1) !== DOT) continue;
    if ((code === 43 || code === 45) && /^[\d.]+[eE]$/.test(text.slice(from, at))) continue;
    break;
  }
  return at;
}

/** The end of a quoted stretch that opens at `from`; an unescaped newline ends it. */
function quoteEnd(text: string, from: number): number {
  const quote = text.charCodeAt(from);
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += text.charCodeAt(at + 1) === 13 ? 2 : 1;
    else if (code === quote) return at + 1;
    else if (code === NEWLINE) return at;
  }
  return text.length;
}

/** The end of the comment at `from`, or `from` when none opens there. */
function commentEnd(text: string, from: number): number {
  const next = text.charCodeAt(from + 1);
  if (next === STAR) {
    const close = text.indexOf("*/", from + 2);
    return close === -1 ? text.length : close + 2;
  }
  if (next !== SLASH) return from;
  let at = text.indexOf("\n", from);
  while (at !== -1 && continues(text, at)) at = text.indexOf("\n", at + 1);
  return at === -1 ? text.length : at;
}

/** Whether the newline at `at` is escaped. */
function continues(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1) === 13 ? at - 2 : at - 1;
  return text.charCodeAt(before) === BACKSLASH;
}

function scanDirective(text: string, start: number): Directive {
  let at = start + 1;
  let from = at;
  let joined = "";
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) {
      if (!continues(text, at)) break;
      joined += `${text.slice(from, text.lastIndexOf("\\", at))} `;
      from = ++at;
    } else if (code === SLASH && commentEnd(text, at) > at) {
      joined += `${text.slice(from, at)} `;
      from = at = commentEnd(text, at);
    } else if (code === QUOTE || code === APOSTROPHE) at = Math.max(quoteEnd(text, at), at + 1);
    else at++;
  }
  joined += text.slice(from, at);
  const match = /^\s*([A-Za-z_]\w*)?([\s\S]*)$/.exec(joined);
  return { start, end: at, name: match?.[1] ?? "", rest: (match?.[2] ?? "").trim() };
}

/** Scans a whole file or a fragment of one. */
export function scan(text: string): Scan {
  const tokens: Token[] = [];
  const directives: Directive[] = [];
  const blanks: { start: number; end: number }[] = [];
  const folded: { start: number; end: number }[] = [];
  let lineStart = true;
  let at = 0;
  const push = (kind: TokenKind, end: number): void => {
    const named = kind === "word" || kind === "mark";
    tokens.push({ kind, start: at, end, text: named ? text.slice(at, end) : "" });
    at = end;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) {
      lineStart = true;
      at++;
      continue;
    }
    if (code <= 32) {
      at = Math.max(at + 1, matchEnd(BLANKS, text, at));
      continue;
    }
    if (code === SLASH) {
      const end = commentEnd(text, at);
      if (end > at) {
        blanks.push({ start: at, end });
        at = end;
        continue;
      }
    }
    if (code === HASH && lineStart) {
      const directive = scanDirective(text, at);
      directives.push(directive);
      at = directive.end;
      continue;
    }
    lineStart = false;
    if (classOf(code) === LETTER) push("word", matchEnd(WORD, text, at));
    else if (isDigit(code) || (code === DOT && isDigit(text.charCodeAt(at + 1))))
      push("number", numberEnd(text, at));
    else if (code === QUOTE) {
      const end = quoteEnd(text, at);
      if (text.slice(at, end).includes("\n")) folded.push({ start: at, end });
      push("string", end);
    } else if (code === APOSTROPHE) push("character", quoteEnd(text, at));
    else if (code === BACKSLASH) {
      blanks.push({ start: at, end: at + 1 });
      at++;
    } else push("mark", code === DOT && text.startsWith("...", at) ? at + 3 : at + 1);
  }
  return { text, tokens, directives, blanks, folded };
}

/** Index of the first of a row, sorted by offset, that starts at `at` or later; the row's length when none does. */
export function firstFrom(sorted: readonly { readonly start: number }[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.start ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
