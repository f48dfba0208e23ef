/**
 * `npm run bench -- action`: the released action on a pull request as large as they come, against
 * GitHub on the loopback, with and without a checkout. It fails when it takes longer or more memory
 * than it may.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { actionBench, type JobOptions } from "../testing/github/action-bench.ts";
import { findXenTree, HOW_TO_GET_XEN } from "../testing/xen/xen-tree.ts";
import { largeChange } from "./large-change.ts";
import { type WatchedRun, watchRun } from "./measure.ts";

const LONGEST_MS = 20_000;
const MOST_BYTES = 500e6;
const POLL_MS = 5;

/** Prints a table. @param root the project's folder */
export async function runActionBench(root: string): Promise<void> {
  const folder = path.join(root, ".cache/bench-action");
  execFileSync(process.execPath, [path.join(root, "src/bundle.mjs"), folder], {
    cwd: root,
    stdio: "inherit",
  });
  const tree = findXenTree(root);
  if (tree === null) console.log(HOW_TO_GET_XEN);
  const change = largeChange(tree);
  const bench = await actionBench(change.before);
  try {
    bench.push(change.after);
    console.log(`\n${change.files} files, ${change.lines} changed lines: ${change.what}`);
    console.log(row(["", "s", "CPU s", "peak MB", "requests", "findings"]));
    const run = async (name: string, options: JobOptions) => {
      const asked = bench.github.asked.length;
      let watched: WatchedRun | null = null;
      const { outputs } = await bench.run({
        ...options,
        start: async (env) => {
          const args = [path.join(folder, "main.cjs")];
          watched = await watchRun({ args, cwd: root, env, statuses: [0, 1] }, POLL_MS);
          return { status: 0, log: [], waited: 0 };
        },
      });
      const requests = bench.github.asked.length - asked;
      if (watched !== null) report(name, watched, [requests, outputs["findings"] ?? ""]);
    };
    const workspace = (at: string) => {
      bench.repository.git("clone", "--quiet", bench.repository.folder, at);
    };
    await run("with a checkout", { workspace });
    await run("the next push", { workspace });
    await run("without a checkout", {});
    for (const violation of bench.github.violations) console.error(violation);
    if (bench.github.violations.length > 0) process.exitCode = 1;
  } finally {
    await bench.close();
  }
}

function report(name: string, { ms, cpuMs, peak }: WatchedRun, more: readonly (number | string)[]): void {
  const seconds = (time: number | null) => (time === null ? "-" : (time / 1e3).toFixed(1));
  const megabytes = peak === null ? "-" : (peak / 1e6).toFixed(0);
  console.log(row([name, seconds(ms), seconds(cpuMs), megabytes, ...more.map(String)]));
  if (ms <= LONGEST_MS && (peak ?? 0) <= MOST_BYTES) return;
  console.error(`${name}: more than ${LONGEST_MS / 1e3} s, or than ${MOST_BYTES / 1e6} MB`);
  process.exitCode = 1;
}

function row([name = "", ...cells]: readonly string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(10)).join("");
}
