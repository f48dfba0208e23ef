/**
 * One function as lines of text, and what an operator may do with them.
 *
 * In:  the text of a file and where a function's name stands.
 * Out: its lines; edits by line that give the text of the whole file again.
 *
 * Line by line is enough for code in the style of the kernel and of Xen, where a
 * statement has its line to itself; what is written otherwise is left alone.
 */

export interface FunctionText {
  readonly name: string;
  /** All lines of the file. */
  readonly lines: readonly string[];
  /** Indexes from 0: the line of the name, of the opening brace, of the closing one. */
  readonly head: number;
  readonly open: number;
  readonly close: number;
}

/** @param line of the function's name, from 1; null when the text has another style */
export function functionTextAt(lines: readonly string[], name: string, line: number): FunctionText | null {
  const head = line - 1;
  const open = lines.findIndex((text, at) => at >= head && /^\{|\)\s*\{$/.test(text));
  const close = lines.findIndex((text, at) => at > open && text === "}");
  if (open === -1 || close === -1 || open - head > 8) return null;
  return { name, lines, head, open, close };
}

/** Where the definition begins: the line of the name, or of the type above it. */
export function firstLineOf({ lines, head }: FunctionText): number {
  let at = head;
  while (at > 0 && !/^\s*$|^\}|;\s*$|^#|\*\/\s*$/.test(lines[at - 1] ?? "")) at--;
  return at;
}

/** Whether a line is a whole simple statement of a block: not a branch without braces, not a part of one. */
export function isWholeStatement({ lines, open, close }: FunctionText, at: number): boolean {
  const text = (lines[at] ?? "").trim();
  if (at <= open || at >= close || !/^[A-Za-z_*(].*;$/.test(text)) return false;
  if (/^(?:return|goto|break|continue|if|for|while|switch|do|else|case|default)\b/.test(text)) return false;
  return isBalanced(text) && startsInBlock(lines, at);
}

/** Whether something put before this line stands in the block around it. */
export function startsInBlock(lines: readonly string[], at: number): boolean {
  const before = lines
    .slice(Math.max(0, at - 12), at)
    .map((line) => line.replace(/\/\*.*?\*\//g, "").trim())
    .findLast((line) => line !== "" && !line.startsWith("#"));
  return before !== undefined && /(?:[;{}]|^\w+:|^(?:case\b.*|default):|\*\/)$/.test(before);
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const letter of text) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

export function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? "";
}

/** A declaration of one local variable, without a second one on its line. */
export interface Declaration {
  readonly at: number;
  readonly name: string;
  /** `struct x *`, `int`. */
  readonly type: string;
  /** The text behind `=`; null without. */
  readonly initial: string | null;
}

const DECLARATION =
  /^\s+((?:(?:const|unsigned|signed|long|short|struct\s+\w+|enum\s+\w+|union\s+\w+|\w+)\s+)+\**)\s*(\w+)\s*(?:=\s*(.*))?;$/;
const NO_TYPE = /^(?:return|goto|else|static|case|typedef|extern)\b/;

/** The declarations at the top of the body, up to the first statement. */
export function declarationsOf({ lines, open, close }: FunctionText): Declaration[] {
  const found: Declaration[] = [];
  for (let at = open + 1; at < close; at++) {
    const text = (lines[at] ?? "").trim();
    if (text === "") continue;
    const [, type = "", name = "", initial] = DECLARATION.exec(lines[at] ?? "") ?? [];
    if (name === "" || NO_TYPE.test(text)) break;
    found.push({ at, name, type: type.trim(), initial: initial ?? null });
  }
  return found;
}

/** The parameters with their types; empty when one of them is not simply `type name`. */
export function parametersOf({ lines, head, open }: FunctionText): Omit<Declaration, "at" | "initial">[] {
  const text = lines.slice(head, open + 1).join(" ");
  const inside = /\((.*)\)\s*\{?\s*$/.exec(text)?.[1] ?? "";
  const parameters = inside.split(",").map((part) => /^\s*([\w\s]+?[\s*]+)(\w+)\s*$/.exec(part));
  if (parameters.some((match) => match === null)) return [];
  return parameters.map((match) => ({ type: (match?.[1] ?? "").trim(), name: match?.[2] ?? "" }));
}

/** A change of some lines: what is put before a line, and what becomes of it (null: it goes). */
export interface LineEdit {
  readonly at: number;
  readonly before?: readonly string[];
  readonly line?: string | null;
  readonly after?: readonly string[];
}

/** The whole file after the edits. */
export function edited(lines: readonly string[], edits: readonly LineEdit[]): string {
  const byLine = new Map<number, LineEdit[]>();
  for (const edit of edits) byLine.set(edit.at, [...(byLine.get(edit.at) ?? []), edit]);
  return lines
    .flatMap((line, at) => {
      const here = byLine.get(at) ?? [];
      const kept = here.reduce<string | null>(
        (text, edit) => (edit.line === undefined ? text : edit.line),
        line,
      );
      return [
        ...here.flatMap((edit) => edit.before ?? []),
        ...(kept === null ? [] : [kept]),
        ...here.flatMap((edit) => edit.after ?? []),
      ];
    })
    .join("\n");
}
