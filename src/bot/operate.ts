/** What an operator asks and decides: `lockspan bot status`, `explain`, `release`, `drop` and `retract`. */
import { InputError, PatchError } from "../base/index.ts";
import type { Store } from "../review/index.ts";
import type { BotConfig } from "./config.ts";
import { retractionOf } from "./retraction.ts";
import { statusText } from "./status.ts";
import { statusFacts } from "./status-facts.ts";
import { storyOf } from "./story.ts";

export type Question = "status" | "explain" | "release" | "drop" | "retract";

export interface Asked {
  readonly action: Question;
  /** Message ids, with or without brackets. */
  readonly ids: readonly string[];
}

interface Operated {
  readonly store: Store;
  readonly config: BotConfig;
  readonly now: Date;
}

/** @throws {InputError} for a question that is not well put @throws {PatchError} for an id that nothing is known of */
export async function operate({ action, ids }: Asked, { store, config, now }: Operated): Promise<string> {
  if (action === "status") return statusText(await statusFacts(store, config));
  const [id] = ids;
  if (id === undefined || ids.length > 1)
    throw new InputError(`lockspan bot ${action} takes one message id`, { hint: "With or without < and >." });
  const messageId = id.startsWith("<") ? id : `<${id}>`;
  if (action === "explain") {
    const story = await storyOf(messageId, store);
    if (story !== null) return story;
    throw new PatchError(`${messageId}: no such mail is known`, {
      hint: "Was it read? See lockspan bot status.",
    });
  }
  const entry = await store.entry(messageId);
  if (entry === null)
    throw new PatchError(`${messageId}: no such reply is known`, {
      hint: "Ids of replies: lockspan bot explain.",
    });
  if (action === "retract") {
    await store.mark(
      messageId,
      (await store.toldIn(messageId)).map(({ fingerprint }) => fingerprint),
      "retracted",
    );
    const added = await store.add(retractionOf(entry, config.settings, now), now);
    return added
      ? `${messageId}: retracted; the retraction leaves with the next round\n`
      : `${messageId}: was retracted before\n`;
  }
  const to = action === "release" ? "ready" : "dropped";
  const from =
    action === "release"
      ? (["moderated", "uncertain", "written"] as const)
      : (["ready", "moderated", "uncertain"] as const);
  const note = `${action === "release" ? "released" : "dropped"} by a person at the command line`;
  if (!(await store.move(messageId, { from, to, note }, now)))
    throw new InputError(
      `${messageId}: is ${entry.state}, and only ${from.join(", ")} can be ${note.split(" ")[0]}`,
    );
  return `${messageId}: ${to === "ready" ? "leaves with the next round" : "dropped"}\n`;
}
