/**
 * A bot that kills itself at a checkpoint: `node drill.js CONFIG NUMBER`; 0 lives to the end of its round.
 *
 * The configuration is JSON, as a test writes it. Prints what the outbox holds when the round is over.
 */
import { readFileSync } from "node:fs";
import { oneRound, openBot, readConfig } from "../../bot/index.ts";
import { OUTBOX_STATES } from "../../review/index.ts";
import { shippedPacks } from "../xen/xen-packs.ts";

const [file = "", number = "0"] = process.argv.slice(2);
const fatal = Number(number);
const document: unknown = JSON.parse(readFileSync(file, "utf8"));

const parts = {
  config: readConfig({ file, document, env: process.env, given: {} }),
  version: "0.1.0",
  packs: await shippedPacks(),
  now: () => new Date(),
  since: new Date(0),
  log: () => {},
  progress: () => {},
  checkpoint: async (reached: number) => {
    if (reached === fatal) process.kill(process.pid, "SIGKILL");
  },
  isEnding: () => false,
};
const bot = await openBot(parts, []);
const { failures } = await oneRound(bot.rounds);
const states: Record<string, string> = {};
for (const state of OUTBOX_STATES) {
  for (const { parent, messageId } of await bot.store.inState(state, 1000))
    states[parent] = `${state} ${messageId}`;
}
await bot.close();
process.stdout.write(JSON.stringify({ states, failures: failures.map(({ message }) => message) }));
