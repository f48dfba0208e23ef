/**
 * How long a review takes, and how much memory, beside what cannot be avoided. The runs
 * of a group take turns, so that a slow moment of the machine falls on all of them.
 *
 * ROUNDS in the environment sets the number of rounds.
 */
import path from "node:path";
import { findXenTree, HOW_TO_GET_XEN } from "../testing/xen/xen-tree.ts";
import { type Case, demoGroup, type Group, xenGroup } from "./cases.ts";
import { peakOf, timeRun } from "./measure.ts";
import { type Summary, summarise } from "./statistics.ts";

const rounds = Number(process.env["ROUNDS"] ?? 11);

/** Prints a table for each driver that is there. @param root the project's folder */
export async function runTimings(root: string): Promise<void> {
  const groups = [demoGroup(root)];
  const xenTree = findXenTree(root);
  if (xenTree === null) console.log(HOW_TO_GET_XEN);
  else groups.push(xenGroup(root, xenTree, path.join(root, ".cache/bench-patch")));

  for (const group of groups) await measureGroup(group);
}

async function measureGroup(group: Group): Promise<void> {
  const cases = [group.empty, group.parse, group.review];
  const times = new Map<Case, number[]>(cases.map((each) => [each, []]));
  // The first round fills the caches of the file system and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const each of cases) {
      const wallMs = await timeRun(each.command);
      if (round > 0) times.get(each)?.push(wallMs);
    }
  }
  const summaries = new Map<Case, Summary>(cases.map((each) => [each, summarise(times.get(each) ?? [])]));
  const medianOf = (each: Case) => summaries.get(each)?.median ?? Number.NaN;

  console.log(`\n${group.title}, ${rounds} rounds, milliseconds as whole processes`);
  console.log(row(["", "min", "median", "max", "x node", "x parse", "peak MB"]));
  for (const each of cases) {
    const { min, median, max } = summaries.get(each) ?? summarise([]);
    const peak = await peakOf(each.command);
    console.log(
      row([
        each.name,
        min.toFixed(0),
        median.toFixed(0),
        max.toFixed(0),
        (median / medianOf(group.empty)).toFixed(1),
        (median / medianOf(group.parse)).toFixed(1),
        peak === null ? "-" : (peak / 1e6).toFixed(0),
      ]),
    );
  }
}

function row([name = "", ...cells]: readonly string[]): string {
  return name.padEnd(32) + cells.map((cell) => cell.padStart(9)).join("");
}
