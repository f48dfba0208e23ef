/**
 * Tables that a macro opens and another closes, at file level:
 *
 *     DEVICE_START(name, "text", KIND)        DEVICE_START name  ={
 *         .init = f,                              .init = f,
 *     DEVICE_END                              };
 *
 * The right side is what the parser sees, so that later stages can read the initialisers.
 */
import type { MaskedText } from "./masked-text.ts";
import { firstFrom, type Token } from "./scan.ts";

/** Turns each such table into a declaration with an initialiser, in the text and in the row of tokens. */
export function rewriteTables(tokens: Token[], masked: MaskedText, text: string): void {
  for (const { index: start } of text.matchAll(OPENING)) {
    const index = firstFrom(tokens, start);
    const end = tokens[index]?.start === start ? tableEnd(tokens, index) : -1;
    const closing = tokens[end];
    if (closing === undefined) continue;
    const tail = tokens[end + 1]?.text === "(" ? headEnd(tokens, end) : end;
    const last = tail === -1 ? end : tail;
    masked.replace(closing.start, tokens[last]?.end ?? closing.end, "};");
    tokens.splice(end, last - end + 1, mark("}", closing.start), mark(";", closing.start + 1));
    const close = headEnd(tokens, index);
    tokens.splice(index, close - index + 1, ...rewriteHead(tokens, index, close, masked));
  }
}

/** A macro that opens a table, wherever the text names one: few texts do, and most tokens need not be asked. */
const OPENING = /[\w$\u0080-\uffff]+_START(?![\w$\u0080-\uffff])/g;

function mark(text: string, start: number): Token {
  return { kind: "mark", start, end: start + 1, text };
}

/** Index of the `)` of `NAME(…)`. */
function headEnd(tokens: readonly Token[], name: number): number {
  let depth = 0;
  for (let at = name + 1; at < tokens.length; at++) {
    if (tokens[at]?.text === "(") depth++;
    else if (tokens[at]?.text === ")" && --depth === 0) return at;
  }
  return -1;
}

/** Index of the matching `…_END`, when `.field =` follows the head; else -1. */
function tableEnd(tokens: readonly Token[], start: number): number {
  if (tokens[start + 1]?.text !== "(" || tokens[start + 2]?.kind !== "word") return -1;
  const close = headEnd(tokens, start);
  if (close === -1 || tokens[close + 1]?.text !== ".") return -1;
  const wanted = (tokens[start]?.text ?? "").replace(/_START$/, "_END");
  for (let at = close + 2; at < tokens.length; at++) if (tokens[at]?.text === wanted) return at;
  return -1;
}

function rewriteHead(tokens: readonly Token[], start: number, close: number, masked: MaskedText): Token[] {
  const name = tokens[start];
  const argument = tokens[start + 2];
  const closing = tokens[close];
  if (name === undefined || argument === undefined || closing === undefined) return [];
  // With a single argument only its ")" is free behind it; the name then moves one to the left.
  const at = close === start + 3 && closing.start === argument.end ? argument.start - 1 : argument.start;
  const shortened = at === argument.start ? name.text : name.text.slice(0, -1);
  const length = argument.end - argument.start;
  masked.replace(name.start, closing.end, shortened);
  masked.write(at, `${argument.text}={`);
  return [
    { ...name, text: shortened, end: name.start + shortened.length },
    { ...argument, start: at, end: at + length },
    mark("=", at + length),
    mark("{", at + length + 1),
  ];
}
