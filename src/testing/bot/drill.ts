/**
 * A bot that kills itself at a checkpoint: `node drill.js CONFIG NUMBER`; 0 lives to the end of its round.
 * With `SINCE UNTIL` behind them it replays that stretch instead; there it also dies at -1, when a batch
 * was read.
 *
 * The configuration is JSON, as a test writes it. Prints what the outbox holds when the round is over, or
 * the replay's summary.
 */
import { readFileSync } from "node:fs";
import { NO_CACHE } from "../../base/index.ts";
import { oneRound, openBot, readConfig, runReplay } from "../../bot/index.ts";
import { OUTBOX_STATES } from "../../review/index.ts";
import { shippedPacks } from "../xen/xen-packs.ts";

const [file = "", number = "0", since, until] = process.argv.slice(2);
const fatal = Number(number);
const document: unknown = JSON.parse(readFileSync(file, "utf8"));

function dieAt(reached: number): void {
  if (reached === fatal) process.kill(process.pid, "SIGKILL");
}

const parts = {
  config: readConfig({ file, document, env: process.env, given: {} }),
  version: "0.1.0",
  packs: await shippedPacks(),
  now: () => new Date(),
  since: new Date(0),
  log: () => {},
  progress: ({ what }: { readonly what: string }) => {
    if (what.startsWith("reading")) dieAt(-1);
  },
  cache: NO_CACHE,
  checkpoint: async (reached: number) => dieAt(reached),
  isEnding: () => false,
};

async function round(): Promise<unknown> {
  const bot = await openBot(parts, []);
  const { failures } = await oneRound(bot.rounds);
  const states: Record<string, string> = {};
  for (const state of OUTBOX_STATES) {
    for (const { parent, messageId } of await bot.store.inState(state, 1000))
      states[parent] = `${state} ${messageId}`;
  }
  const { mails } = await bot.store.counts();
  await bot.close();
  return { states, mails, failures: failures.map(({ message }) => message) };
}

const done =
  since === undefined || until === undefined
    ? await round()
    : await runReplay(parts, { since: new Date(since), until: new Date(until) });
process.stdout.write(JSON.stringify(done));
