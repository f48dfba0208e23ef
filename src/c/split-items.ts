/**
 * Cuts a file's tokens into top-level items, by brackets, so that damage in one
 * item cannot spread and an unchanged item need not be parsed again.
 */
import type { Token } from "./scan.ts";
import { KEYWORDS } from "./words.ts";

/** A row of tokens, `first` to `last` inclusive. */
export interface ItemCut {
  readonly kind: "function" | "declaration";
  readonly first: number;
  readonly last: number;
  /** Index of the `{` of a function's body, or -1. */
  readonly body: number;
  /** Whether the item is a macro call at file level without a semicolon. */
  readonly bareCall: boolean;
}

/** `column` tells the column (from 0) at which a token starts: kernel code closes functions in column 0. */
export function splitItems(
  tokens: readonly Token[],
  matches: Int32Array,
  column: (token: Token) => number,
): ItemCut[] {
  const cuts: ItemCut[] = [];
  let first = 0;
  while (first < tokens.length) {
    const cut = nextItem(tokens, matches, first, column);
    cuts.push(cut);
    first = cut.last + 1;
  }
  return cuts;
}

function nextItem(
  tokens: readonly Token[],
  matches: Int32Array,
  first: number,
  column: (token: Token) => number,
): ItemCut {
  let assigned = false;
  for (let index = first; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind !== "mark") continue;
    if (token.text === ";") return { kind: "declaration", first, last: index, body: -1, bareCall: false };
    if (token.text === "=") assigned = true;
    else if (token.text === "{") {
      const isBody = !assigned && opensBody(tokens, matches, first, index);
      const close = bodyEnd(tokens, matches, index, column);
      if (isBody) return { kind: "function", first, last: close, body: index, bareCall: false };
      index = close;
    } else if (token.text === "(" || token.text === "[") {
      const close = matches[index] ?? -1;
      if (close === -1) continue;
      index = close;
      if (isBareCall(tokens, first, index, column))
        return { kind: "declaration", first, last: index, body: -1, bareCall: true };
    }
  }
  return { kind: "declaration", first, last: tokens.length - 1, body: -1, bareCall: false };
}

function opensBody(tokens: readonly Token[], matches: Int32Array, first: number, open: number): boolean {
  const before = tokens[open - 1];
  return open > first && before?.text === ")" && (matches[open - 1] ?? -1) >= first;
}

/** The closing brace; where nesting is damaged, the next brace that closes in column 0. */
function bodyEnd(
  tokens: readonly Token[],
  matches: Int32Array,
  open: number,
  column: (token: Token) => number,
): number {
  const close = matches[open] ?? -1;
  for (let index = open + 1; index < tokens.length; index++) {
    const token = tokens[index];
    if (index === close) return close;
    if (token?.text === "}" && column(token) === 0) return index;
  }
  return close === -1 ? tokens.length - 1 : close;
}

/** `NAME(…)` as an item's beginning, followed on a later line by the start of something else. */
function isBareCall(
  tokens: readonly Token[],
  first: number,
  close: number,
  column: (token: Token) => number,
): boolean {
  const name = tokens[first];
  const after = tokens[close + 1];
  if (name?.kind !== "word" || KEYWORDS.has(name.text) || tokens[first + 1]?.text !== "(") return false;
  if (after === undefined) return true;
  const onLaterLine = column(after) === 0 || column(after) <= column(name);
  return after.kind === "word" && onLaterLine;
}
