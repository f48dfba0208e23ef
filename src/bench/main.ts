/**
 * `npm run bench`: timings. `npm run bench -- mutants [--seed N] [--count N]`: how many
 * planted defects are caught, and how many rewrites are flagged. `npm run bench -- action`: how long
 * the action takes on a large pull request. `npm run bench -- lsp`: how long an editor waits for an edit's findings.
 */
import { runBotBench } from "./bot/run-bot.ts";
import { runFuzz } from "./fuzz/run-fuzz.ts";
import { runMutants } from "./mutants/run-mutants.ts";
import { runActionBench } from "./run-action.ts";
import { runLspBench } from "./run-lsp.ts";
import { runTimings } from "./timings.ts";

const [what = "timings", ...args] = process.argv.slice(2);
const root = process.cwd();

if (what === "mutants") await runMutants(args, root);
else if (what === "fuzz") runFuzz(args);
else if (what === "bot") await runBotBench(args, root);
else if (what === "timings") await runTimings(root);
else if (what === "action") await runActionBench(root);
else if (what === "lsp") await runLspBench(root);
else {
  console.error(`no benchmark is called "${what}"; there are timings, mutants, fuzz, bot, action and lsp`);
  process.exitCode = 2;
}
