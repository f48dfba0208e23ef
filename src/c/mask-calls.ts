/**
 * Rewrites what stands inside an item: types as macro arguments, iterator macros as loops, field and
 * variable macros, ranges, and macro calls that lack a semicolon.
 */
import { isLoopName } from "./macro-meaning.ts";
import type { MaskedText } from "./masked-text.ts";
import type { Token } from "./scan.ts";
import type { MacroUse } from "./syntax.ts";
import {
  ALIGNMENT_WORDS,
  KEYWORDS,
  maskedAlignment,
  PRIMITIVE_WORDS,
  TYPE_QUALIFIERS,
  TYPE_TAGS,
} from "./words.ts";

export interface CallContext {
  readonly masked: MaskedText;
  /** The text as written, for the arguments of macroUses. */
  readonly text: string;
  /** Whether a macro in force at the offset makes this name a loop. */
  isLoopMacro(name: string, offset: number): boolean;
  /** Whether one without arguments does. */
  isLoopHead(name: string, offset: number): boolean;
}

interface MaskedCalls {
  /** By file offset. */
  readonly macroUses: ReadonlyMap<number, MacroUse>;
}

/** One item's stretch of the file's tokens, `first` to `last` inclusive. */
export interface CallRow {
  readonly tokens: readonly Token[];
  readonly matches: Int32Array;
  readonly first: number;
  readonly last: number;
  /** Index from which statements and expressions stand, or -1: a body's `{`, an initialiser's `=`. */
  readonly body: number;
}

export function maskCalls(row: CallRow, context: CallContext): MaskedCalls {
  const { tokens, first, last, body } = row;
  const macroUses = new Map<number, MacroUse>();
  const pass = new CallPass(row, context, macroUses);
  for (let index = first; index <= last; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.kind === "word") {
      if (tokens[index + 1]?.text === "(") index = pass.call(index, body !== -1 && index > body);
      else if (token.text === "static") pass.staticCall(index);
      else if (body !== -1 && index > body) pass.loopHead(index);
    } else if (token.text === ":") pass.colon(index);
    else if (token.text === "{" || token.text === "}") pass.brace(index);
    else if (token.text === "...") pass.range(index);
  }
  pass.endCalls();
  return { macroUses };
}

/** A statement may begin behind these. */
const STATEMENT_OPENERS: ReadonlySet<string> = new Set([";", "{", "}", ")", ":", "else", "do"]);

/** No expression begins with these. */
const STATEMENT_WORDS: ReadonlySet<string> = new Set(
  "if for while do switch return goto break continue".split(" "),
);

const PLAIN_LOOP = "for(;;)";

/** A macro call as a statement that nothing ends. */
interface UnendedCall {
  readonly open: Token;
  /** The first of its tokens on its last line. */
  readonly from: Token;
  readonly closing: Token;
}

class CallPass {
  private readonly tokens: readonly Token[];
  private readonly matches: Int32Array;
  private readonly first: number;
  private readonly context: CallContext;
  private readonly macroUses: Map<number, MacroUse>;
  private readonly structBraces: boolean[] = [];
  private readonly unended: UnendedCall[] = [];

  constructor(row: CallRow, context: CallContext, macroUses: Map<number, MacroUse>) {
    this.tokens = row.tokens;
    this.matches = row.matches;
    this.first = row.first;
    this.context = context;
    this.macroUses = macroUses;
  }

  /** @returns the last token that is dealt with, of which there may be more to come */
  call(index: number, inBody: boolean): number {
    const close = this.matches[index + 1] ?? -1;
    if (inBody && close !== -1 && this.statementArguments(index, close)) return close;
    this.plainCall(index, close, inBody);
    return index;
  }

  private plainCall(index: number, close: number, inBody: boolean): void {
    const name = this.tokens[index];
    if (name === undefined || close === -1) return;
    if (ALIGNMENT_WORDS.has(name.text)) {
      this.context.masked.write(name.start, maskedAlignment(name.text));
      this.typeArguments(index, close);
      return;
    }
    if (KEYWORDS.has(name.text)) return;
    if (name.text === "DECLARE_BITMAP") {
      this.bitmap(index, close);
      return;
    }
    const starts = this.startsStatement(index);
    if (inBody && starts && this.caseMacro(index, close)) return;
    if (inBody && starts && this.loop(index, close)) return;
    if (inBody && starts) this.missingSemicolon(index, close);
    const fileLevel = !inBody && (index === this.first || this.isFileLevelCall(index));
    if (fileLevel && this.initialised(index)) return;
    if (inBody || fileLevel) {
      this.emptyArguments(index + 1, close);
      this.typeArguments(index, close);
    }
  }

  /** `NAME(x, return -1)`, `NAME(a(); b())`: arguments that are statements become strings, and are kept as written. */
  private statementArguments(index: number, close: number): boolean {
    const name = this.tokens[index];
    if (name === undefined || KEYWORDS.has(name.text) || !this.holdsStatement(index + 2, close - 1))
      return false;
    if (this.startsStatement(index)) this.missingSemicolon(index, close);
    this.macroUses.set(name.start, { macro: name.text, args: this.argumentTexts(index + 1, close) });
    this.typeArguments(index, close);
    for (const [first, last] of this.argumentRanges(index + 1, close)) {
      const [from, to] = [this.tokens[first]?.start, this.tokens[last]?.end];
      if (from === undefined || to === undefined || !this.holdsStatement(first, last)) continue;
      this.context.masked.quote(from, to);
    }
    return true;
  }

  /** Blocks aside, which the grammar takes as arguments. */
  private holdsStatement(first: number, last: number): boolean {
    for (let index = first; index <= last; index++) {
      const text = this.tokens[index]?.text ?? "";
      if (text === "{") index = Math.max(index, this.matches[index] ?? index);
      else if (text === ";" || STATEMENT_WORDS.has(text)) return true;
    }
    return false;
  }

  private isFileLevelCall(index: number): boolean {
    return index === this.first + 1 && this.tokens[this.first]?.text === "static";
  }

  private startsStatement(index: number): boolean {
    const before = this.tokens[index - 1];
    if (before === undefined) return true;
    return STATEMENT_OPENERS.has(before.text);
  }

  /** `NAME(args):` stands for one or more case labels: `case args:`. */
  private caseMacro(index: number, close: number): boolean {
    const name = this.tokens[index];
    const open = this.tokens[index + 1];
    const closing = this.tokens[close];
    if (name === undefined || open === undefined || closing === undefined) return false;
    if (this.tokens[close + 1]?.text !== ":" || open.start - name.start < "case".length) return false;
    this.context.masked.replace(name.start, open.end, "case");
    this.context.masked.write(open.start, "(");
    return true;
  }

  /** `NAME(list) statement` becomes `while (list) statement`. */
  private loop(index: number, close: number): boolean {
    const name = this.tokens[index];
    const open = this.tokens[index + 1];
    const after = this.tokens[close + 1];
    if (name === undefined || open === undefined || after === undefined) return false;
    if (after.text === "=") return false;
    const known = this.context.isLoopMacro(name.text, name.start);
    if (!known && !isLoopName(name.text)) return false;
    if (after.kind === "mark" && !/^[{(*+\-;]$/.test(after.text)) return false;
    if (after.text === ";" && !known) return false;
    // `EACH(p, list, { … })`: the body is an argument, which the grammar takes in a call but not in a condition.
    if (this.tokens[close - 1]?.text === "}") return false;
    const shortage = "while".length - (name.end - name.start);
    // A name of four letters borrows the blank before it.
    const start = shortage > 0 ? name.start - shortage : name.start;
    if (shortage > 0 && !/^[ \t]+$/.test(this.context.text.slice(start, name.start))) return false;
    this.context.masked.replace(start, open.start, "while");
    const closing = this.tokens[close];
    if (close === index + 2 && closing !== undefined) {
      if (closing.start > open.end) this.context.masked.write(open.end, "1");
      else if (shortage < 0) this.context.masked.write(open.start - 1, "(1");
    }
    this.macroUses.set(start, { macro: name.text, args: this.argumentTexts(index + 1, close) });
    return true;
  }

  /** `FOREVER {` becomes `for(;;){`: a name that heads a loop, where it has room for that. */
  loopHead(index: number): void {
    const name = this.tokens[index];
    const after = this.tokens[index + 1];
    if (name === undefined || after === undefined || (after.kind !== "word" && after.text !== "{")) return;
    if (!this.startsStatement(index) || !this.context.isLoopHead(name.text, name.start)) return;
    const room = /^\w+[ \t]*/.exec(this.context.text.slice(name.start, after.start))?.[0].length ?? 0;
    if (room < PLAIN_LOOP.length) return;
    this.context.masked.replace(name.start, name.start + room, PLAIN_LOOP);
    this.macroUses.set(name.start, { macro: name.text, args: [] });
  }

  private argumentTexts(open: number, close: number): string[] {
    return this.argumentRanges(open, close).map(([first, last]) =>
      this.context.text.slice(this.tokens[first]?.start ?? 0, this.tokens[last]?.end ?? 0),
    );
  }

  /** First and last token of each argument that is not empty. */
  private argumentRanges(open: number, close: number): [number, number][] {
    const ranges: [number, number][] = [];
    let first = open + 1;
    for (let index = open + 1; index <= close; index++) {
      const partner = this.matches[index] ?? -1;
      if (partner > index) index = partner;
      else if (index === close || this.tokens[index]?.text === ",") {
        if (index > first) ranges.push([first, index - 1]);
        first = index + 1;
      }
    }
    return ranges;
  }

  /** `F(x, )` gets a `0` for the argument that is not there, where a blank gives room. */
  private emptyArguments(open: number, close: number): void {
    for (let index = open + 1; index <= close; index++) {
      const before = this.tokens[index - 1];
      const token = this.tokens[index];
      const partner = this.matches[index] ?? -1;
      if (partner > index) index = partner;
      else if (before !== undefined && token !== undefined && /^[,)]$/.test(token.text)) {
        const empty = before.text === "," || (before.text === "(" && token.text === ",");
        if (empty && token.start > before.end) this.context.masked.write(token.start - 1, "0");
      }
    }
  }

  private typeArguments(index: number, close: number): void {
    const ranges = this.argumentRanges(index + 1, close);
    if (this.tokens[index]?.text === "offsetof") {
      const [, member] = ranges;
      if (member !== undefined && member[0] === member[1]) return;
      // tree-sitter-c's own `offsetof` takes a plain member name only.
      this.context.masked.write(this.tokens[index]?.start ?? 0, "O");
    }
    for (const [first, last] of ranges) if (this.isType(first, last)) this.maskType(first, last);
  }

  /** Words only, then stars; and more than one lone identifier. */
  private isType(first: number, last: number): boolean {
    let stars = 0;
    let words = 0;
    let named = false;
    for (let index = first; index <= last; index++) {
      const token = this.tokens[index];
      if (token?.text === "*") {
        if (words === 0) return false;
        stars++;
      } else if (token?.text === "[" && words > 0) {
        const close = this.matches[index] ?? -1;
        if (close === -1) return false;
        index = close;
        stars++;
      } else if (token?.kind === "word" && (stars === 0 || TYPE_QUALIFIERS.has(token.text))) {
        words++;
        named ||=
          TYPE_TAGS.has(token.text) || TYPE_QUALIFIERS.has(token.text) || PRIMITIVE_WORDS.has(token.text);
      } else return false;
    }
    return stars > 0 || (named && words > 1);
  }

  private maskType(first: number, last: number): void {
    const { masked } = this.context;
    let from = -1;
    for (let index = first; index <= last; index++) {
      const token = this.tokens[index];
      if (token === undefined) continue;
      if (token.text === "[") {
        masked.blank(token.start, this.tokens[last]?.end ?? token.end);
        return;
      }
      const dropped = token.text === "*" || TYPE_TAGS.has(token.text) || TYPE_QUALIFIERS.has(token.text);
      if (dropped) masked.blank(token.start, token.end);
      else if (from !== -1 && masked.isOneLine(from, token.start)) masked.join(from, token.start);
      if (!dropped) from = token.end;
    }
  }

  /** `DECLARE_BITMAP(name, bits)` becomes `long name[ bits]`. */
  private bitmap(index: number, close: number): void {
    const name = this.tokens[index];
    const open = this.tokens[index + 1];
    const comma = this.tokens[index + 3];
    const closing = this.tokens[close];
    if (name === undefined || open === undefined || closing === undefined || comma?.text !== ",") return;
    this.context.masked.replace(name.start, open.end, "long");
    this.context.masked.write(comma.start, "[");
    this.context.masked.write(closing.start, "]");
  }

  /** `case 1 ... 3` becomes `case 1 |   3`: the grammar knows no ranges there. Designators keep theirs. */
  range(index: number): void {
    const token = this.tokens[index];
    if (token === undefined) return;
    for (let at = index - 1; at >= 0 && index - at < 12; at--) {
      const text = this.tokens[at]?.text;
      if (text === "case") this.context.masked.replace(token.start, token.end, "|");
      if (text === "case" || text === "[" || text === ";" || text === "{") return;
    }
  }

  /** Remembers which braces hold struct members. */
  brace(index: number): void {
    if (this.tokens[index]?.text === "}") {
      this.structBraces.pop();
      return;
    }
    const before = this.tokens[index - 1];
    const tag = before?.kind === "word" && !TYPE_TAGS.has(before.text) ? this.tokens[index - 2] : before;
    this.structBraces.push(tag?.text === "struct" || tag?.text === "union");
  }

  colon(index: number): void {
    if (this.structBraces.at(-1) === true) this.unnamedBits(index);
    else this.labelAtEnd(index);
  }

  /** `unsigned int :8` becomes `unsigned _   :8`, `, :8` becomes `,_:8`: the grammar wants a name. */
  private unnamedBits(index: number): void {
    const { masked } = this.context;
    const colon = this.tokens[index];
    const before = this.tokens[index - 1];
    if (colon === undefined || before === undefined) return;
    if (before.text === ",") {
      if (colon.start > before.end) masked.write(colon.start - 1, "_");
      return;
    }
    let first = index;
    while (first > this.first && !/^[;{}]$/.test(this.tokens[first - 1]?.text ?? ";")) first--;
    const words = this.tokens.slice(first, index);
    const primitives = words.every((word) => PRIMITIVE_WORDS.has(word.text));
    if (words.length > 1 && !primitives) return;
    if (words.length > 1) masked.replace(before.start, before.end, "_");
    else if (colon.start > before.end + 1) masked.write(colon.start - 1, "_");
    else masked.write(before.end - 2, " _");
  }

  /** A label before `}` gets the `;` that it lacks where a blank gives room. */
  private labelAtEnd(index: number): void {
    const token = this.tokens[index];
    const after = this.tokens[index + 1];
    if (token === undefined || after?.text !== "}") return;
    const gap = this.context.text.slice(token.end, after.start);
    const blank = gap.lastIndexOf(" ") === -1 ? gap.lastIndexOf("\t") : gap.lastIndexOf(" ");
    if (blank !== -1) this.context.masked.write(token.end + blank, ";");
  }

  /** `static NAME(…);` is a macro that declares: as a plain call it stays whole. */
  staticCall(index: number): void {
    const token = this.tokens[index];
    const name = this.tokens[index + 1];
    const close = this.matches[index + 2] ?? -1;
    if (token === undefined || name?.kind !== "word" || this.tokens[index + 2]?.text !== "(") return;
    if (!/^[;=[]$/.test(this.tokens[close + 1]?.text ?? "")) return;
    this.context.masked.blank(token.start, token.end);
  }

  /** `NAME(type, var) =` at file level becomes `NAME_type_ var  =`: a declaration with an initialiser. */
  private initialised(index: number): boolean {
    const name = this.tokens[index];
    const open = this.tokens[index + 1];
    const close = this.matches[index + 1] ?? -1;
    const last = this.tokens[close - 1];
    const closing = this.tokens[close];
    if (name === undefined || open === undefined || last?.kind !== "word" || closing === undefined)
      return false;
    if (!/^[=[]$/.test(this.tokens[close + 1]?.text ?? "")) return false;
    const { masked } = this.context;
    if (close - 1 > index + 2) masked.join(name.start, last.start - 1);
    masked.blank(last.start - 1, last.start);
    masked.blank(closing.start, closing.end);
    return true;
  }

  /** `NAME(…)` alone on its line, with no semicolon before the next statement. */
  private missingSemicolon(index: number, close: number): void {
    const name = this.tokens[index];
    const closing = this.tokens[close];
    const after = this.tokens[close + 1];
    if (name === undefined || closing === undefined || after === undefined) return;
    if (after.kind !== "word" && after.text !== "}") return;
    if (this.context.masked.isOneLine(closing.end, after.start)) return;
    let from = close;
    while (from > index && this.context.masked.isOneLine(this.tokens[from - 1]?.start ?? 0, closing.start))
      from--;
    this.unended.push({ open: this.tokens[index + 1] ?? name, from: this.tokens[from] ?? name, closing });
  }

  /**
   * Gives such calls their `;`: what stands on the call's last line moves one to the left, into a blank.
   * Without a blank the call is read as `NAME, args;`. Last of all, since it moves text.
   */
  endCalls(): void {
    const { masked, text } = this.context;
    for (const { open, from, closing } of this.unended) {
      if (/[ \t]/.test(text[from.start - 1] ?? "")) {
        masked.moveLeft(from.start, closing.end);
        masked.write(closing.start, ";");
      } else {
        masked.write(open.start, open.end === closing.start ? " " : ",");
        masked.write(closing.start, ";");
      }
    }
  }
}
