/**
 * `npm run bench -- mutants [--seed N] [--count N] [--on xen|fixtures]`: how many
 * planted defects the review catches, and how many rewrites that change nothing it flags.
 *
 * Mutants are reviewed as patches, so that what counts is what a reader would get:
 * findings that the patch introduces or exposes. A defect is caught when one of them
 * is a warning or an error about the lock concerned, in the function or in one that
 * leads to it; a rewrite is flagged by anything at all, notes included. The same seed
 * over the same tree gives the same mutants.
 */
import { parseArgs } from "node:util";
import { findXenTree, HOW_TO_GET_XEN } from "../../testing/xen/xen-tree.ts";
import { fixturePrograms, type Program, xenPrograms } from "./corpus.ts";
import { type MutantOptions, mutantsOver, OPERATORS } from "./make-mutants.ts";
import type { Operator } from "./operator.ts";
import { type Trial, tryMutant } from "./trial.ts";

/** A mutant that was not judged as it must be is shown in so many lines. */
const SHOWN_LINES = 6;

export async function runMutants(args: readonly string[], root: string): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "220" },
      on: { type: "string", default: "xen" },
    },
  });
  const tree = values.on === "fixtures" ? null : findXenTree(root);
  if (tree === null && values.on !== "fixtures") console.log(HOW_TO_GET_XEN);
  const options = { seed: Number(values.seed), count: Number(values.count) };
  const trials = await trialsOver(await (tree === null ? fixturePrograms() : xenPrograms(tree)), options);
  console.log(tableOf(trials));
  console.log(`\n${spreadOf([...trials.values()].flat(), tree === null ? "the fixtures" : "Xen")}`);
  for (const operator of OPERATORS)
    for (const trial of trials.get(operator) ?? [])
      if (isWrong(operator, trial)) console.log(sampleOf(operator, trial));
}

/** Mutants, operator by operator, each on another function, of many files. */
export async function trialsOver(
  programs: readonly Program[],
  options: MutantOptions,
): Promise<Map<Operator, Trial[]>> {
  const trials = new Map<Operator, Trial[]>(OPERATORS.map((operator) => [operator, []]));
  for await (const { operator, mutant } of mutantsOver(programs, options, SHARE_OF_A_FILE))
    trials.get(operator)?.push(tryMutant(mutant));
  return trials;
}

/** From one file come at most so many in a hundred of an operator's mutants. */
const SHARE_OF_A_FILE = 10;

/** How many places the mutants come from. */
function spreadOf(trials: readonly Trial[], corpus: string): string {
  const files = new Set(trials.map(({ file }) => file));
  const functions = new Set(trials.map((trial) => `${trial.file}:${trial.function}`));
  return `made from ${functions.size} functions in ${files.size} files of ${corpus}`;
}

/** A defect that was missed, or a rewrite that was flagged. */
export function isWrong({ kind }: Operator, trial: Trial): boolean {
  return kind === "defect" ? !trial.isCaught : trial.brought.length > 0;
}

export function tableOf(trials: ReadonlyMap<Operator, readonly Trial[]>): string {
  const rows = [...trials].map(([operator, all]) => ({
    operator,
    all: all.length,
    wrong: all.filter((one) => isWrong(operator, one)).length,
  }));
  const lines = (kind: Operator["kind"], right: string, wrong: string) => {
    const own = rows.filter((row) => row.operator.kind === kind);
    const sum = (of: (row: (typeof own)[number]) => number) => own.reduce((total, row) => total + of(row), 0);
    const [all, bad] = [sum((row) => row.all), sum((row) => row.wrong)];
    return [
      rowOf([kind, "mutants", right, wrong]),
      ...own.map((row) => rowOf([row.operator.name, row.all, row.all - row.wrong, row.wrong])),
      rowOf([
        "all",
        all,
        all - bad,
        bad,
        `${((100 * (kind === "defect" ? all - bad : bad)) / Math.max(1, all)).toFixed(1)} % ${kind === "defect" ? right : wrong}`,
      ]),
    ];
  };
  return [...lines("defect", "caught", "missed"), "", ...lines("harmless", "silent", "flagged")].join("\n");
}

function rowOf([name = "", ...cells]: readonly (string | number)[]): string {
  return `${String(name).padEnd(26)}${cells.map((cell) => ` ${String(cell).padStart(8)}`).join("")}`;
}

function sampleOf(operator: Operator, trial: Trial): string {
  const what = operator.kind === "defect" ? "missed" : "flagged";
  return [
    `\n${what}: ${operator.name} in ${trial.function} of ${trial.file}`,
    ...trial.changed.slice(0, SHOWN_LINES).map((line) => `  ${line}`),
    ...trial.brought.map((line) => `  ! ${line}`),
  ].join("\n");
}
