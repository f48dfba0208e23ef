/** Rounds until told to end, or one round and what came of it in words. */
import { isStopped } from "../adapters/index.ts";
import { ServiceError } from "../base/index.ts";
import type { Store } from "../review/index.ts";
import type { BotConfig } from "./config.ts";
import { oneRound, survived } from "./cycle.ts";
import { serveHealth } from "./health.ts";
import type { OpenBot } from "./open-bot.ts";
import type { StatusFacts } from "./status.ts";

export interface Running {
  readonly now: () => Date;
  readonly isEnding: () => boolean;
  /** Called when a round left nothing to do. @returns how many pieces of other work were done */
  readonly help: () => Promise<number>;
}

/** How many entries that wait for a person a status shows. */
const ASKING_SHOWN = 20;

export async function statusFacts(store: Store, { settings }: BotConfig): Promise<StatusFacts> {
  const counts = await store.counts();
  const uncertain = await store.inState("uncertain", ASKING_SHOWN);
  const moderated = await store.inState("moderated", ASKING_SHOWN);
  const asking = [...uncertain, ...moderated];
  return {
    where: store.where,
    mode: settings.mode,
    isStopped: await isStopped(settings.stopFile),
    counts,
    sections: await store.sections(),
    asking,
  };
}

/** @returns what was done, one line @throws {ServiceError} when a source or the mail server failed */
export async function runOnce({ rounds }: OpenBot): Promise<string> {
  const { received, worked, delivered, failures } = await oneRound(rounds);
  const [first] = failures;
  if (first !== undefined)
    throw new ServiceError(first.message, { cause: first, ...(first.hint !== null && { hint: first.hint }) });
  const out = delivered.map(
    ({ messageId, conclusion }) => `  ${conclusion.kind}  ${messageId}  ${conclusion.note}\n`,
  );
  return `${received} mails read, ${worked} settled mails worked on, ${delivered.length} replies handled\n${out.join("")}`;
}

/** Ends between two pieces of work: nothing is left half done. */
export async function runBot(
  bot: OpenBot,
  config: BotConfig,
  { now, isEnding, help }: Running,
): Promise<void> {
  let lastRound: Date | null = null;
  const facts = async () => statusFacts(bot.store, config);
  const patienceSeconds = config.pollSeconds * 3 + 300;
  const server =
    config.healthPort === null
      ? null
      : await serveHealth(config.healthPort, { lastRound: () => lastRound, now, patienceSeconds, facts });
  try {
    while (!isEnding()) {
      await oneRound(bot.rounds);
      lastRound = now();
      const helped = isEnding() ? 0 : await survived(bot.rounds, "replay", help, 0);
      lastRound = now();
      if (helped === 0) await pause(config.pollSeconds * 1000, isEnding);
    }
  } finally {
    server?.close();
  }
}

const GLANCE_MS = 200;

export async function pause(ms: number, isEnding: () => boolean): Promise<void> {
  for (let left = ms; left > 0 && !isEnding(); left -= GLANCE_MS) {
    await new Promise((done) => setTimeout(done, Math.min(GLANCE_MS, left)));
  }
}
