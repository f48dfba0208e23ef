/** What a status is drawn from, as the store and the stop file have it now. */
import { isStopped } from "../adapters/index.ts";
import type { Store } from "../review/index.ts";
import type { BotConfig } from "./config.ts";
import type { StatusFacts } from "./status.ts";

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
