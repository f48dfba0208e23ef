/** Uses of macros at file level that may write functions, or the heads of functions. */
import { bracketMatches } from "./bracket-matches.ts";
import { expandMacro, splitArguments } from "./expand-macro.ts";
import { isFromHeader, type Macro, type MacroSource, type MacroTable } from "./macro-table.ts";
import { scan, type Token } from "./scan.ts";
import type { ItemCut } from "./split-items.ts";
import { STORAGE_WORDS } from "./words.ts";

/** `NAME(…)`, from its first storage word on, with offsets in the file. */
export interface Use {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Where the name stands, and between which offsets its arguments. */
  readonly at: number;
  readonly args: readonly [number, number];
  /** What is put behind the expansion. */
  readonly tail?: string;
}

/** A function whose head is but the use of what may be a macro. */
export function headUse(tokens: readonly Token[], matches: Int32Array, { first, body }: ItemCut): Use | null {
  let name = first;
  while (STORAGE_WORDS.has(tokens[name]?.text ?? "")) name++;
  return matches[name + 1] === body - 1 ? useAt(tokens, matches, first, name) : null;
}

/** A declaration that is but the use of what may be a macro, with or without a semicolon. */
export function itemUse(tokens: readonly Token[], matches: Int32Array, { first, last }: ItemCut): Use | null {
  const close = matches[first + 1] ?? -1;
  const isWhole = close === last || (close === last - 1 && tokens[last]?.text === ";");
  return isWhole ? useAt(tokens, matches, first, first) : null;
}

function useAt(tokens: readonly Token[], matches: Int32Array, first: number, name: number): Use | null {
  const [start, own, open] = [tokens[first], tokens[name], tokens[name + 1]];
  const close = tokens[matches[name + 1] ?? -1];
  if (start === undefined || own?.kind !== "word" || open?.text !== "(" || close === undefined) return null;
  return { name: own.text, start: start.start, end: close.end, at: own.start, args: [open.end, close.start] };
}

/** What a use expands to, and the macros that are in force there; null where the name is no such macro. */
export function expandUse(
  macros: MacroTable,
  { name, start, at, args, tail = "" }: Use,
  text: string,
): (MacroSource & { readonly text: string }) | null {
  const macro = macros.lookup(name, at);
  if (macro === null || macro.params === null || macro.body === "") return null;
  const written = expandMacro(macro, splitArguments(text.slice(...args)));
  const hidden = new Set([name]);
  const get = (other: string) => (hidden.has(other) ? undefined : (macros.lookup(other, at) ?? undefined));
  return { text: `${text.slice(start, at)}${expandOutside(written, get, hidden)}${tail}`, get };
}

/** Expands the calls of macros that stand outside of bodies: whole functions, and parts of a head. */
function expandOutside(text: string, get: (name: string) => Macro | undefined, hidden: Set<string>): string {
  let current = text;
  while (current.length < LONGEST) {
    const met = new Set<string>();
    current = expandOnce(current, get, met);
    if (met.size === 0) break;
    // Inside of itself a macro is none.
    for (const name of met) hidden.add(name);
  }
  return current;
}

/** Longer ones are nobody's code. */
const LONGEST = 100_000;

function expandOnce(text: string, get: (name: string) => Macro | undefined, met: Set<string>): string {
  const { tokens } = scan(text);
  const matches = bracketMatches(tokens);
  let out = "";
  let from = 0;
  for (let index = 0; index < tokens.length; index++) {
    const [token, open, close] = [tokens[index], tokens[index + 1], tokens[matches[index + 1] ?? -1]];
    if (token?.text === "{") index = Math.max(index, matches[index] ?? index);
    if (token?.kind !== "word" || open?.text !== "(" || close === undefined) continue;
    const macro = get(token.text);
    if (macro === undefined || macro.params === null || isFromHeader(macro)) continue;
    met.add(token.text);
    out += text.slice(from, token.start);
    out += expandMacro(macro, splitArguments(text.slice(open.end, close.start)));
    from = close.end;
    index = matches[index + 1] ?? index;
  }
  return out + text.slice(from);
}
