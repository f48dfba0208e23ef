/**
 * The generated parts of README.md and LIMITS.md: lockspan beside other tools, in short and operator
 * by operator, with the claims that the figures bear out.
 */
import { OPERATORS } from "../mutants/make-mutants.ts";
import { type Comparison, type PeerResult, scoreOf } from "../peers/table.ts";
import { claimsOn, type Score } from "./claims.ts";
import { markdownTable, tablesOf } from "./markdown.ts";

export const COLUMNS = [
  "tool",
  "set-up",
  "one file",
  "memory",
  "caught",
  "missed",
  "falsely flagged",
  "alarms before",
];

export function readmePart(comparison: Comparison): string {
  const { results } = comparison;
  const [first] = results;
  const { defects, rewrites } = scoreOf(first?.verdicts ?? []);
  const rows = results.map((result) => {
    const { caught, flagged } = scoreOf(result.verdicts);
    const cost = [`${result.setUpSeconds.toFixed(1)} s`, `${result.seconds.toFixed(2)} s`, megabytes(result)];
    return [`${result.name} ${result.version}`, ...cost, caught, defects - caught, flagged, result.standing];
  });
  return [
    paragraph(
      `${defects} defects of locking and ${rewrites} rewrites that change nothing, planted by a program (seed ${comparison.seed}) in ${first?.files ?? 0} files of ${comparison.tree}. Measured on ${comparison.date}: ${comparison.machine}; Node ${comparison.node}. One file is smmu.c, in processor time of the whole process.`,
    ),
    markdownTable(COLUMNS, rows),
    claimsOn(results.map(scoreFor))
      .map(({ says, holds }) => `- ${holds ? says : `Not so: ${says}`}`)
      .join("\n"),
  ].join("\n\n");
}

function scoreFor(result: PeerResult): Score {
  const { caught, flagged } = scoreOf(result.verdicts);
  const { name, setUpSeconds, seconds } = result;
  return { name, setUp: rounded(setUpSeconds, 1), seconds: rounded(seconds, 2), caught, flagged };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** What the table says, read back. @throws {Error} where a cell is no number */
export function scoresIn(part: string): Score[] {
  const [table] = tablesOf(part);
  return (table?.rows ?? []).map(([tool = "", setUp, seconds, , caught, , flagged]) => {
    const numbers = [setUp, seconds, caught, flagged].map((cell) => Number.parseFloat(cell ?? ""));
    if (numbers.some(Number.isNaN)) throw new Error(`the row of ${tool} lacks a number`);
    const [first = 0, second = 0, third = 0, fourth = 0] = numbers;
    return {
      name: tool.replace(/ [\d.]+$/, ""),
      setUp: first,
      seconds: second,
      caught: third,
      flagged: fourth,
    };
  });
}

function megabytes({ peak }: PeerResult): string {
  return peak === null ? "-" : `${(peak / 1e6).toFixed(0)} MB`;
}

export function limitsPart(comparison: Comparison): string {
  const { results } = comparison;
  const rowsOf = (kind: "defect" | "harmless") =>
    operatorNames(kind).map((operator) => {
      const own = results.map(({ verdicts }) => verdicts.filter((one) => one.operator === operator));
      const told = own.map(
        (all) => all.filter((one) => (kind === "defect" ? one.isCaught : one.isFlagged)).length,
      );
      return [operator, own[0]?.length ?? 0, ...told];
    });
  const tools = results.map(({ name }) => name);
  return [
    paragraph(
      `The mutants of README.md, "Beside other tools", operator by operator; \`src/bench/mutants/\` has what each operator does. Measured on ${comparison.date}.`,
    ),
    "Of the defects of each kind so many are caught. Kinds with none planted found no place in these files:",
    markdownTable(["defect", "planted", ...tools], rowsOf("defect")),
    "Of the rewrites of each kind, which change nothing, so many are flagged:",
    markdownTable(["rewrite", "made", ...tools], rowsOf("harmless")),
    "What each tool was given:",
    results.map(({ name, given }) => `- ${name}: ${given}`).join("\n"),
  ].join("\n\n");
}

/** Sorted, those that found no place in the files as well. */
export function operatorNames(kind: "defect" | "harmless"): string[] {
  return OPERATORS.filter((operator) => operator.kind === kind)
    .map(({ name }) => name)
    .sort();
}

const WIDTH = 120;

function paragraph(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
