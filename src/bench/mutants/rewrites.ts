/**
 * Operators that rewrite a program and leave what it does alone. Nothing may be
 * reported that was not reported before.
 */
import {
  type Declaration,
  declarationsOf,
  edited,
  type FunctionText,
  firstLineOf,
  indentOf,
  isWholeStatement,
  type LineEdit,
  parametersOf,
  startsInBlock,
} from "./function-text.ts";
import { type Operator, pick } from "./operator.ts";
import type { LockCall, Site } from "./site.ts";

const harmless = (name: string, says: string, apply: Operator["apply"]): Operator => ({
  name,
  says,
  kind: "harmless",
  apply,
});

export const rewrites: readonly Operator[] = [
  harmless("local-renamed", "a local variable gets another name", (site, random) => {
    const local = pick(
      declarationsOf(site.text).filter(({ name }) => isOnlyAVariable(site.text, name)),
      random,
    );
    if (local === null) return null;
    // A struct's tag may have the same name.
    const word = new RegExp(`(?<!\\b(?:struct|union|enum)\\s+)\\b${local.name}\\b`, "g");
    return edited(
      site.text.lines,
      bodyLines(site.text).map((at) => ({ at, line: lineAt(site, at).replace(word, `${local.name}_again`) })),
    );
  }),
  harmless("comments-and-blanks", "comments and empty lines come in", (site) =>
    edited(
      site.text.lines,
      bodyLines(site.text)
        .filter((at) => isWholeStatement(site.text, at))
        .map((at) => ({
          at,
          before: ["", `${indentOf(lineAt(site, at))}/* This remark changes nothing. */`],
        })),
    ),
  ),
  harmless("lock-wrapped", "lock and unlock move into two functions of the file", (site) => {
    const names = new Set(site.releases.map(({ primitive }) => primitive));
    const [release] = names;
    if (names.size !== 1 || release === undefined || !isPlainCall(site.acquire)) return null;
    if (!site.releases.every((one) => one.argument === site.acquire.argument)) return null;
    const wrapped = ({ at }: LockCall, by: string): LineEdit => ({
      at,
      line: `${indentOf(lineAt(site, at))}${by}(${site.acquire.argument});`,
    });
    return edited(site.text.lines, [
      { at: firstLineOf(site.text), before: wrappers(site.acquire, release) },
      wrapped(site.acquire, "mutant_lock"),
      ...site.releases.map((one) => wrapped(one, "mutant_unlock")),
    ]);
  }),
  harmless(
    "statement-extracted",
    "a statement of the span moves into a function of its own",
    (site, random) => {
      const end = site.releases[0].at;
      const known = [...declarationsOf(site.text), ...parametersOf(site.text)];
      const movable = bodyLines(site.text)
        .filter((at) => at > site.acquire.at && at < end && isWholeStatement(site.text, at))
        .filter((at) => isMovable(lineAt(site, at), known));
      const at = pick(movable, random);
      if (at === null) return null;
      const used = known.filter(({ name }) => hasWord(lineAt(site, at), name));
      const parameters = used.map(({ type, name }) => `${type}${type.endsWith("*") ? "" : " "}${name}`);
      const names = used.map(({ name }) => name).join(", ");
      return edited(site.text.lines, [
        {
          at: firstLineOf(site.text),
          before: [
            `static void mutant_part(${parameters.join(", ") || "void"})`,
            "{",
            `    ${lineAt(site, at).trim()}`,
            "}",
            "",
          ],
        },
        { at, line: `${indentOf(lineAt(site, at))}mutant_part(${names});` },
      ]);
    },
  ),
  harmless("declarations-reordered", "two independent declarations change places", (site, random) => {
    const declared = declarationsOf(site.text);
    const pairs = declared.flatMap((first, index) => {
      const second = declared[index + 1];
      return second !== undefined && second.at === first.at + 1 && areIndependent(first, second)
        ? [first]
        : [];
    });
    const first = pick(pairs, random);
    if (first === null) return null;
    return edited(site.text.lines, [
      { at: first.at, line: lineAt(site, first.at + 1) },
      { at: first.at + 1, line: lineAt(site, first.at) },
    ]);
  }),
  harmless(
    "return-nested",
    "`if (c) return; rest` becomes `if (!c) { rest } else return`",
    (site, random) => {
      const returns = bodyLines(site.text).flatMap((at) => earlyReturnAt(site.text, at) ?? []);
      const chosen = pick(returns, random);
      if (chosen === null) return null;
      const indent = indentOf(lineAt(site, chosen.at));
      return edited(site.text.lines, [
        { at: chosen.at, line: `${indent}if ( !(${chosen.condition}) )` },
        { at: chosen.at + 1, line: `${indent}{` },
        { at: site.text.close, before: [`${indent}}`, `${indent}else`, lineAt(site, chosen.at + 1)] },
      ]);
    },
  ),
];

function lineAt({ text }: Site, at: number): string {
  return text.lines[at] ?? "";
}

function bodyLines({ open, close }: FunctionText): number[] {
  return Array.from({ length: close - open - 1 }, (_, index) => open + 1 + index);
}

function hasWord(line: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(line);
}

/** No member, label, string or macro of the body has the same name. */
function isOnlyAVariable(text: FunctionText, name: string): boolean {
  const body = bodyLines(text).map((at) => text.lines[at] ?? "");
  const other = new RegExp(
    `(?:->|\\.)\\s*${name}\\b|^\\s*${name}\\s*:|"[^"]*\\b${name}\\b|,\\s*${name}\\s*\\)\\s*$|\\b${name}\\s*\\(`,
  );
  return body.every((line) => !other.test(line)) && body.filter((line) => hasWord(line, name)).length > 1;
}

/** No flags word, and an argument that is the address of a lock, or none at all. */
function isPlainCall({ argument }: LockCall): boolean {
  return argument === "" || /^&[\w.>-]+$/.test(argument);
}

function wrappers({ primitive, argument }: LockCall, release: string): string[] {
  const type = primitive.startsWith("spin") ? "spinlock_t" : "rwlock_t";
  const parameter = argument === "" ? "void" : `${type} *lock`;
  const passed = argument === "" ? "" : "lock";
  return [
    `static void mutant_lock(${parameter})`,
    "{",
    `    ${primitive}(${passed});`,
    "}",
    "",
    `static void mutant_unlock(${parameter})`,
    "{",
    `    ${release}(${passed});`,
    "}",
    "",
  ];
}

/** It assigns no local and takes the address of none, and all its small words are known. */
function isMovable(line: string, known: readonly Omit<Declaration, "at" | "initial">[]): boolean {
  const text = line.trim();
  const locals = known.filter(({ name }) => hasWord(text, name));
  const changes = locals.some(({ name }) =>
    new RegExp(
      `^${name}\\s*[^\\w\\s.(>=-]*=[^=]|\\b${name}\\s*(?:\\+\\+|--)|(?:\\+\\+|--)\\s*${name}\\b|&${name}\\b(?!->)|\\(\\s*${name}\\s*=[^=]`,
    ).test(text),
  );
  const small = text.replace(/"[^"]*"|(?:->|\.)\s*\w+/g, "").match(/\b[a-z_]\w*\b(?!\s*\()/g) ?? [];
  const unknown = small.filter((word) => !known.some(({ name }) => name === word));
  return locals.length > 0 && !changes && unknown.length === 0 && /^[a-z_]\w*(?:->|\()/.test(text);
}

function areIndependent(first: Declaration, second: Declaration): boolean {
  const calls = [first, second].filter(({ initial }) => initial !== null && /\w\s*\(/.test(initial));
  return (
    calls.length < 2 &&
    !hasWord(second.initial ?? "", first.name) &&
    !hasWord(first.initial ?? "", second.name)
  );
}

/** `if (c)` and a return below it, in the outermost block, with code behind it that ends in a return or the end. */
function earlyReturnAt(
  text: FunctionText,
  at: number,
): { readonly at: number; readonly condition: string } | null {
  const { lines, close } = text;
  const [, indent = "", condition = ""] = /^(\s+)if\s*\(\s*(.*?)\s*\)$/.exec(lines[at] ?? "") ?? [];
  if (condition === "" || !isOutermost(text, indent) || !startsInBlock(lines, at)) return null;
  if (!/^\s*return\b.*;$/.test(lines[at + 1] ?? "") || at + 3 >= close) return null;
  return /^\s*else\b/.test(lines[at + 2] ?? "") ? null : { at, condition };
}

function isOutermost({ lines, open }: FunctionText, indent: string): boolean {
  return indentOf(lines.slice(open + 1).find((line) => line.trim() !== "") ?? "") === indent;
}
