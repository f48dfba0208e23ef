/** What `lockspan watch` shows: a terminal's one screen, or plain lines where no person looks. */
import { stripVTControlCharacters } from "node:util";
import { compareFindings, compareWeight, type Finding } from "../findings/index.ts";

export interface WatchedState {
  /** Names of what is watched. */
  readonly names: readonly string[];
  /** The report, or the line that says why there is none. */
  readonly report: string;
  /** `1 error (…)`; empty where there is no report. */
  readonly verdict: string;
  /** Such as `10:31:02`. */
  readonly time: string;
  readonly seconds: number;
}

/** The longest that there is room for. */
const KEYS = ["q quits, any other key looks again", "q quits"];

/**
 * @param size of the terminal
 * @returns the whole screen, from its upper left corner; nothing scrolls away
 */
export function watchScreen(
  { names, report, verdict, time, seconds }: WatchedState,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string {
  const named = names.length <= 2 ? names.join(", ") : `${names[0]} and ${names.length - 1} more`;
  const head = cut(`lockspan watch ${named}: ${time}, ${seconds.toFixed(2)} s`, columns);
  const said = KEYS.map((keys) => (verdict === "" ? keys : `${verdict}; ${keys}`));
  const foot = cut(said.find((line) => line.length <= columns) ?? said.at(-1) ?? "", columns);
  const body = bodyOf(report.trimEnd().split("\n"), columns, Math.max(rows - 4, 1));
  return `\u001b[2J\u001b[3J\u001b[H${[head, "", ...body, "", foot].join("\r\n")}`;
}

/** As many lines as there is room for, a long one counted as often as it is broken. */
function bodyOf(lines: readonly string[], columns: number, room: number): string[] {
  const heights = lines.map((line) =>
    Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)),
  );
  if (heights.reduce((sum, height) => sum + height, 0) <= room) return [...lines];
  let used = 1;
  let count = 0;
  while (count < lines.length && used + (heights[count] ?? 1) <= room) used += heights[count++] ?? 1;
  return [...lines.slice(0, count), cut(`(${lines.length - count} more lines: lockspan audit)`, columns)];
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(columns - 3, 0))}...`;
}

/** One line a finding, as compilers write them, and the verdict. */
export function watchLines(findings: readonly Finding[], verdict: string): string {
  const lines = [...findings]
    .sort((left, right) => compareWeight(left, right) || compareFindings(left, right))
    .map(
      ({ file, line, column, severity, check, message }) =>
        `${file}:${line}:${column}: ${severity}[${check}]: ${message}`,
    );
  return [...lines, verdict, ""].join("\n");
}
