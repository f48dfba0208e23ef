/**
 * Collapses what only a preprocessor could read into single words, before brackets are matched:
 * `typeof(e)`, handle types such as `HANDLE(char) name`, names pasted from calls, string macros with
 * arguments, and the template of inline assembly.
 */
import { bracketMatches } from "./bracket-matches.ts";
import type { MaskedText } from "./masked-text.ts";
import type { Token } from "./scan.ts";
import { ASM_WORDS, KEYWORDS, STORAGE_WORDS, TYPE_QUALIFIERS, TYPEOF_WORDS } from "./words.ts";

/** The tokens after collapsing. `fileLevel`: the row starts at file level, not inside a body. */
export function collapseTypes(tokens: readonly Token[], masked: MaskedText): Token[] {
  const matches = bracketMatches(tokens);
  const out: Token[] = [];
  let assemblyEnd = -1;
  let braces = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.text === "{") braces++;
    else if (token.text === "}") braces--;
    if (token.kind === "string" && index > assemblyEnd && tokens[index + 1]?.text === "(") {
      blankConstraint(tokens, index, masked, out);
      continue;
    }
    out.push(token);
    if (token.kind !== "word") continue;
    if (ASM_WORDS.has(token.text)) {
      let open = index + 1;
      while (tokens[open]?.kind === "word") open++;
      const close = matches[open] ?? -1;
      if (close === -1) continue;
      out.push(...tokens.slice(index + 1, open));
      assemblyEnd = close;
      maskOperands(tokens, matches, open, close, masked);
      index = collapseTemplate(tokens, open, close, masked, out);
      continue;
    }
    const words = index > assemblyEnd ? stringMacrosEnd(tokens, index, braces > 0) : index;
    if (words > index) {
      const end = tokens[words]?.end ?? token.end;
      masked.join(token.start, end);
      out.pop();
      out.push({ kind: "word", start: token.start, end, text: `${token.text}_` });
      index = words;
      continue;
    }
    if (tokens[index + 1]?.text !== "(") continue;
    const close = matches[index + 1] ?? -1;
    const end = tokens[close]?.end;
    if (close === -1 || end === undefined) continue;
    if (isOldPrototype(tokens, matches, index, close)) {
      out.pop();
      masked.blank(token.start, tokens[index + 1]?.end ?? end);
      masked.blank(end - 1, end);
      out.push(...tokens.slice(index + 2, close));
      index = close;
    } else if (isCollapsible(tokens, matches, index, close, masked)) {
      masked.join(token.start, end);
      out.pop();
      out.push({ kind: "word", start: token.start, end, text: `${token.text}_` });
      index = close;
    }
  }
  return out;
}

/**
 * `LEVEL PREFIX "text"`, and in statements `LEVEL PREFIX, "text"`: the last of several macros that stand
 * for strings; `index` itself when there is but one.
 */
function stringMacrosEnd(tokens: readonly Token[], index: number, inBraces: boolean): number {
  let last = index;
  // A few at most: a longer row of words is no string, and need not be walked from each of its words.
  while (last < index + 8 && isPlainWord(tokens[last]) && isPlainWord(tokens[last + 1])) last++;
  if (last === index) return index;
  const after = tokens[last + 1];
  if (after?.kind === "string") return last;
  const allCapitals = tokens.slice(index, last + 1).every((word) => /^[A-Z\d_]+$/.test(word.text));
  return inBraces && allCapitals && after?.text === "," && tokens[index - 1]?.text === "(" ? last : index;
}

function isPlainWord(token: Token | undefined): boolean {
  return token?.kind === "word" && !KEYWORDS.has(token.text);
}

/** `int f OF((int, char *));`: prototypes for compilers without prototypes. */
function isOldPrototype(
  tokens: readonly Token[],
  matches: Int32Array,
  index: number,
  close: number,
): boolean {
  return (
    tokens[index - 1]?.kind === "word" &&
    tokens[index + 2]?.text === "(" &&
    matches[index + 2] === close - 1 &&
    tokens[close + 1]?.text === ";" &&
    !KEYWORDS.has(tokens[index - 1]?.text ?? "") &&
    isPlainWord(tokens[index])
  );
}

/** `[name] "m" (x)` outside of `asm`, in a macro that makes one: only `(x)` stays. */
function blankConstraint(tokens: readonly Token[], index: number, masked: MaskedText, out: Token[]): void {
  let first = index;
  if (tokens[index - 1]?.text === "]" && tokens[index - 3]?.text === "[") {
    first = index - 3;
    out.length -= 3;
  }
  masked.blank(tokens[first]?.start ?? 0, tokens[index]?.end ?? 0);
}

/** Macros that stand for operands of `asm`: `INPUT(x)` becomes `""   (x)`, `FLAGS` becomes `""(0)`. */
function maskOperands(
  tokens: readonly Token[],
  matches: Int32Array,
  open: number,
  close: number,
  masked: MaskedText,
): void {
  let sections = 0;
  for (let index = open + 1; index < close; index++) {
    const token = tokens[index];
    if (token === undefined) continue;
    const partner = matches[index] ?? -1;
    if (token.text === ":") sections++;
    else if (partner > index) index = partner;
    else if (token.kind === "word" && sections > 0) {
      const before = tokens[index - 1]?.text ?? "";
      const after = tokens[index + 1]?.text ?? "";
      const end = after === "(" ? (matches[index + 1] ?? index) : index;
      if (before === ")" || tokens[index - 1]?.kind === "string") {
        // An operand list that brings its own comma.
        masked.blank(token.start, tokens[end]?.end ?? token.end);
        index = end;
        continue;
      }
      if (!/^[:,\]]$/.test(before) || sections > 2) continue;
      if (after === "(" && tokens[end + 1]?.text === "(") {
        masked.replace(token.start, tokens[end]?.end ?? token.end, '""');
        index = end;
      } else if (after === "(" && tokens[index + 2]?.kind === "string") {
        masked.blank(token.start, tokens[index + 1]?.end ?? token.end);
        const last = tokens[matches[index + 1] ?? index];
        if (last !== undefined) masked.blank(last.start, last.end);
        index = matches[index + 1] ?? index;
      } else if (after === "(" && token.end - token.start >= 2) masked.replace(token.start, token.end, '""');
      else if (/^[:,)]$/.test(after) && token.end - token.start >= 5)
        masked.replace(token.start, token.end, '""(0)');
    }
  }
}

function isCollapsible(
  tokens: readonly Token[],
  matches: Int32Array,
  index: number,
  close: number,
  masked: MaskedText,
): boolean {
  const name = tokens[index]?.text ?? "";
  if (TYPEOF_WORDS.has(name)) return true;
  if (KEYWORDS.has(name)) return false;
  const before = tokens[index - 1];
  const after = tokens[close + 1];
  if (after?.kind === "string" || before?.kind === "string") return true;
  if (after?.text === "(") return isPastedName(tokens, matches, index, close);
  return isHandleType(tokens, index, close, masked);
}

/** `long DO(op)(int cmd, …)`: the name of a declared function is pasted from a call. */
function isPastedName(tokens: readonly Token[], matches: Int32Array, index: number, close: number): boolean {
  const before = tokens[index - 1];
  if (before?.kind !== "word" || KEYWORDS.has(before.text) || close !== index + 3) return false;
  const afterList = tokens[(matches[close + 1] ?? -1) + 1];
  return afterList?.text === "{" || afterList?.text === ";";
}

/** `HANDLE(char) name`, `HANDLE(char) *name` where a declaration may stand. */
function isHandleType(tokens: readonly Token[], index: number, close: number, masked: MaskedText): boolean {
  const name = tokens[index];
  const before = tokens[index - 1];
  let next = close + 1;
  while (tokens[next]?.text === "*") next++;
  const after = tokens[next];
  if (name === undefined || after === undefined) return false;
  const starred = next > close + 1;
  if (/each|while|until|loop/i.test(name.text)) return false;
  const inParameters = before?.text === "(" || before?.text === ",";
  const afterQualifier =
    before?.kind === "word" && (STORAGE_WORDS.has(before.text) || TYPE_QUALIFIERS.has(before.text));
  const afterStatement = before === undefined || /^[;{}]$/.test(before.text);
  if (afterQualifier) return after.kind === "word" && !KEYWORDS.has(after.text);
  if (inParameters) {
    if (after.kind === "word" && !KEYWORDS.has(after.text)) return !starred;
    return starred && after.text === ")";
  }
  if (!afterStatement || after.kind !== "word" || KEYWORDS.has(after.text)) return false;
  // On the next line it is another statement, behind a macro that brings its own semicolon.
  if (starred || !masked.isOneLine(tokens[close]?.end ?? 0, after.start)) return false;
  return /^[;,=[]$/.test(tokens[next + 1]?.text ?? "") && isUpper(name.text);
}

function isUpper(name: string): boolean {
  return name === name.toUpperCase();
}

/** Leaves `""` for an assembly template, so that operands stay readable. Returns the last index consumed. */
function collapseTemplate(
  tokens: readonly Token[],
  open: number,
  close: number,
  masked: MaskedText,
  out: Token[],
): number {
  let last = open + 1;
  while (last < close && tokens[last]?.text !== ":") {
    if (tokens[last]?.text === "(") {
      let depth = 0;
      do {
        if (tokens[last]?.text === "(") depth++;
        else if (tokens[last]?.text === ")") depth--;
        last++;
      } while (depth > 0 && last < close);
    } else last++;
  }
  const first = tokens[open + 1];
  const end = tokens[last - 1]?.end;
  const openToken = tokens[open];
  if (first === undefined || end === undefined || openToken === undefined || last === open + 1)
    return open - 1;
  if (end - first.start >= 2 && masked.isOneLine(first.start, first.start + 2))
    masked.replace(first.start, end, '""');
  out.push(openToken, { kind: "string", start: first.start, end: first.start + 2, text: "" });
  return last - 1;
}
