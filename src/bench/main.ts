/**
 * `npm run bench [-- NAME [OPTION...]]`: one benchmark, the timings when none is named. What each
 * measures and which options it has stands at the head of its file.
 */
import { runBotBench } from "./bot/run-bot.ts";
import { runFuzz } from "./fuzz/run-fuzz.ts";
import { runMutants } from "./mutants/run-mutants.ts";
import { runPeers } from "./peers/run-peers.ts";
import { runReport } from "./report/run-report.ts";
import { runActionBench } from "./run-action.ts";
import { runAuditBench } from "./run-audit.ts";
import { runInsideBench } from "./run-inside.ts";
import { runLspBench } from "./run-lsp.ts";
import { runPageBench } from "./run-page.ts";
import { runTimings } from "./timings.ts";
import { runTree } from "./tree/run-tree.ts";

const root = process.cwd();

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
  timings: () => runTimings(root),
  mutants: (args) => runMutants(args, root),
  peers: (args) => runPeers(args, root),
  report: (args) => runReport(args, root),
  tree: (args) => runTree(args, root),
  fuzz: (args) => runFuzz(args),
  bot: (args) => runBotBench(args, root),
  audit: () => runAuditBench(root),
  action: () => runActionBench(root),
  inside: (args) => runInsideBench(args, root),
  lsp: () => runLspBench(root),
  page: () => runPageBench(root),
};

const [what = "timings", ...args] = process.argv.slice(2);
const run = BENCHMARKS[what];
if (run === undefined) {
  console.error(`no benchmark is called "${what}"; there are ${Object.keys(BENCHMARKS).join(", ")}`);
  process.exitCode = 2;
} else await run(args);
