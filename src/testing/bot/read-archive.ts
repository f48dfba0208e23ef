/** The first half of a round alone: mails are received and wait for whichever workers come. */
import { readFileSync } from "node:fs";
import { NO_CACHE } from "../../base/index.ts";
import { openBot, openStoreOf, readConfig, receiveAll } from "../../bot/index.ts";
import { shippedPacks } from "../xen/xen-packs.ts";

export interface ReadArchive {
  readonly reviewed: () => Promise<number>;
  /** When each verdict was reached. */
  readonly reviewTimes: () => Promise<readonly Date[]>;
  readonly close: () => Promise<void>;
}

/** @param file a configuration in JSON */
export async function readArchive(file: string): Promise<ReadArchive> {
  const document: unknown = JSON.parse(readFileSync(file, "utf8"));
  const config = readConfig({ file, document, env: {}, given: {} });
  const parts = {
    config,
    version: "0",
    packs: await shippedPacks(),
    now: () => new Date(),
    since: new Date(0),
    log: () => {},
    progress: () => {},
    cache: NO_CACHE,
    checkpoint: async () => {},
    isEnding: () => false,
  };
  const bot = await openBot(parts, []);
  const { failures } = await receiveAll(bot.rounds);
  await bot.close();
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  const store = await openStoreOf(config);
  return {
    reviewed: async () => (await store.counts()).mails.reviewed ?? 0,
    reviewTimes: async () => (await store.reviews()).map(({ createdAt }) => createdAt),
    close: store.close,
  };
}
