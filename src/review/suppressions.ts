/**
 * Comments in the code that hide findings: `lockspan: ignore CHECK: reason`.
 *
 * In:  the texts of files, findings. Out: the same findings, those that a comment
 *      hides marked with its reason, and how often each comment was needed.
 *
 * A comment speaks of the statement that it stands beside, or of the one below it when
 * it has its lines to itself. Without a reason it hides nothing, which the finding says.
 */
import { type LineTable, lineTableOf, nearestWord, positionAt } from "../base/index.ts";
import { commentsOf } from "../c/index.ts";
import { CHECK_IDS, type CheckId, type NotedFinding } from "../findings/index.ts";
import type { InputFile } from "./input-file.ts";

export interface Suppression {
  readonly file: string;
  /** Of the comment. */
  readonly line: number;
  readonly checks: readonly CheckId[];
  /** Words before the colon that name no check. */
  readonly unknown: readonly string[];
  /** Empty where none is given. */
  readonly reason: string;
  /** The lines that it speaks of. */
  readonly from: number;
  readonly to: number;
}

const MARK = /^lockspan:\s*ignore\b\s*/;

export function suppressionsOf(files: readonly InputFile[]): Suppression[] {
  // Hardly any file has one, and its comments are looked for again only then.
  return files.filter(({ text }) => text.includes("lockspan:")).flatMap(suppressionsIn);
}

function suppressionsIn({ path, text }: InputFile): Suppression[] {
  const lines = lineTableOf(text);
  const comments = commentsOf(text);
  const code = withoutStretches(text, comments).split("\n");
  return comments
    .filter((comment) => MARK.test(comment.text))
    .map(({ start, end, text: words }) => ({
      file: path,
      line: positionAt(lines, start).line,
      ...partsOf(words.replace(MARK, "")),
      ...linesMeant(code, lines, { start, end }),
    }));
}

/** The text with blanks for what is in some stretches of it, in order. */
function withoutStretches(
  text: string,
  stretches: readonly { readonly start: number; readonly end: number }[],
): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of stretches) {
    parts.push(text.slice(at, start), text.slice(start, end).replace(/\S/g, " "));
    at = end;
  }
  return parts.join("") + text.slice(at);
}

/** `check, check: reason`. */
function partsOf(words: string): Pick<Suppression, "checks" | "unknown" | "reason"> {
  const colon = words.indexOf(":");
  const names = (colon === -1 ? words : words.slice(0, colon)).split(/[\s,]+/).filter((name) => name !== "");
  return {
    checks: names.filter(isCheck),
    unknown: names.filter((name) => !isCheck(name)),
    reason: colon === -1 ? "" : words.slice(colon + 1).trim(),
  };
}

function isCheck(name: string): name is CheckId {
  return (CHECK_IDS as readonly string[]).includes(name);
}

/** The line of the comment where code stands on it, else the statement below, to its end. */
function linesMeant(
  code: readonly string[],
  lines: LineTable,
  comment: { readonly start: number; readonly end: number },
): Pick<Suppression, "from" | "to"> {
  const hasCode = (line: number) => /\S/.test(code[line - 1] ?? "");
  const first = positionAt(lines, comment.start).line;
  if (hasCode(first)) return { from: first, to: first };
  let from = positionAt(lines, comment.end).line;
  while (from < code.length && !hasCode(from)) from += 1;
  let to = from;
  while (to < code.length && !/[;{}]/.test(code[to - 1] ?? "")) to += 1;
  return { from, to };
}

export interface Suppressed {
  readonly findings: NotedFinding[];
  /** Those that some finding was hidden by, or lacks a reason beside. */
  readonly needed: ReadonlySet<Suppression>;
}

export function suppressed(
  findings: readonly NotedFinding[],
  suppressions: readonly Suppression[],
): Suppressed {
  const needed = new Set<Suppression>();
  if (suppressions.length === 0) return { findings: [...findings], needed };
  const judged = findings.map((finding): NotedFinding => {
    const meant = suppressions.filter((one) => speaksOf(one, finding));
    const giving = meant.find(({ reason }) => reason !== "");
    for (const one of meant) needed.add(one);
    if (giving !== undefined) return { ...finding, hiddenBy: { line: giving.line, reason: giving.reason } };
    const [bare] = meant;
    if (bare === undefined) return finding;
    const message = `${finding.message}; the comment in line ${bare.line} gives no reason, so it hides nothing`;
    return { ...finding, message };
  });
  return { findings: judged, needed };
}

function speaksOf({ file, from, to, checks }: Suppression, finding: NotedFinding): boolean {
  const { check, line, endLine } = finding;
  return finding.file === file && line <= to && from <= endLine && checks.includes(check);
}

/** What is wrong with a comment by itself, or that nothing needs it; null where all is well. */
export function complaintAbout(suppression: Suppression, isNeeded: boolean): string | null {
  const { file, line, checks, unknown } = suppression;
  const where = `${file}:${line}: the comment "lockspan: ignore"`;
  const [strange] = unknown;
  if (strange !== undefined) {
    const near = nearestWord(strange, CHECK_IDS);
    return `${where} names no check with "${strange}"${near === null ? "" : `; did you mean "${near}"?`}`;
  }
  if (checks.length === 0) return `${where} names no check, so it hides nothing`;
  return isNeeded ? null : `${where} hides nothing: there is no finding of ${checks.join(", ")} beside it`;
}
