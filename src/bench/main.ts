/**
 * `npm run bench`: timings. `npm run bench -- mutants [--seed N] [--count N]`: how many
 * planted defects are caught, and how many rewrites are flagged.
 */
import { runBotBench } from "./bot/run-bot.ts";
import { runMutants } from "./mutants/run-mutants.ts";
import { runTimings } from "./timings.ts";

const [what = "timings", ...args] = process.argv.slice(2);
const root = process.cwd();

if (what === "mutants") await runMutants(args, root);
else if (what === "bot") await runBotBench(args, root);
else if (what === "timings") await runTimings(root);
else {
  console.error(`no benchmark is called "${what}"; there are timings and mutants`);
  process.exitCode = 2;
}
