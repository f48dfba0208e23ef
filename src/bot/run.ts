/** Rounds until told to end, or one round and what came of it in words. */
import { ServiceError } from "../base/index.ts";
import type { BotConfig } from "./config.ts";
import { serveControl } from "./control.ts";
import { oneRound, survived } from "./cycle.ts";
import { serveHealth } from "./health.ts";
import type { OpenBot } from "./open-bot.ts";
import { type Asked, operate } from "./operate.ts";
import { statusFacts } from "./status-facts.ts";

export interface Running {
  readonly now: () => Date;
  readonly isEnding: () => boolean;
  /** Called when a round left nothing to do. @returns how many pieces of other work were done */
  readonly help: () => Promise<number>;
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
  const done = [
    `${counted(received, "mail", "mails")} read`,
    `${counted(worked, "settled mail", "settled mails")} worked on`,
    `${counted(delivered.length, "reply", "replies")} handled`,
  ];
  return `${done.join(", ")}\n${out.join("")}`;
}

function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
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
  const answer = (asked: Asked) => operate(asked, { store: bot.store, config, now: now() });
  const endControl = bot.rounds.isAlone ? await serveControl(config.state, answer) : null;
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
    await endControl?.();
  }
}

const GLANCE_MS = 200;

export async function pause(ms: number, isEnding: () => boolean): Promise<void> {
  for (let left = ms; left > 0 && !isEnding(); left -= GLANCE_MS) {
    await new Promise((done) => setTimeout(done, Math.min(GLANCE_MS, left)));
  }
}
