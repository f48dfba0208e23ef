/** A replay put together from the configuration, run to its end, and what came of it in words. */
import { join } from "node:path";
import { folderOutlet, openReplaySchemas, openSource, openStore } from "../adapters/index.ts";
import { OUTBOX_STATES, type Store } from "../review/index.ts";
import type { BotConfig } from "./config.ts";
import { dated } from "./deliver.ts";
import { parseMaintainers } from "./maintainers.ts";
import { type BotParts, maintainersOf, workshopOf } from "./open-bot.ts";
import { messageOf } from "./read-mail.ts";
import {
  type ReviewedReplay,
  readStretch,
  reviewStretch,
  type Stretch,
  stretchName,
  takePart,
} from "./replay.ts";
import { type ReplayFacts, replayText } from "./replay-summary.ts";
import { pause } from "./run.ts";
import { minutesAfter } from "./settings.ts";

const LOOK_AGAIN_MS = 1000;

/** @returns the summary; null when it was told to end before */
export async function runReplay(parts: BotParts, stretch: Stretch): Promise<string | null> {
  const { config, isEnding } = parts;
  const { settings, databaseUrl, state, tree } = config;
  const deciding = [
    parts.version,
    settings.profile,
    settings.list,
    tree,
    config.sources,
    parts.packs.drivers,
  ];
  const name = stretchName(stretch, deciding);
  const folder = join(state, "replay", name);
  const store = await openStore(
    databaseUrl === null
      ? { kind: "folder", folder }
      : { kind: "server", url: databaseUrl, schema: `${SCHEMAS}${name}` },
  );
  const sources = config.sources.map((source) => openSource(source, state));
  try {
    const replay = { ...replayOn(parts, store), stretch, sources };
    await readStretch(replay);
    const isDone = !isEnding() && (await reviewStretch(replay, () => pause(LOOK_AGAIN_MS, isEnding)));
    return isDone
      ? replayText(await factsOf(config, { store, stretch, folder: join(folder, "outbox") }))
      : null;
  } finally {
    for (const source of sources) await source.close();
    await store.close();
  }
}

const SCHEMAS = "lockspan_";

function replayOn(parts: BotParts, store: Store): ReviewedReplay {
  const workshop = { ...workshopOf(parts, store), modeFor: async () => "dry-run" as const };
  return { workshop, progress: parts.progress, isEnding: parts.isEnding };
}

/**
 * Between its rounds a worker works on the replays that are under way on its PostgreSQL, but not for
 * longer than until the next round.
 *
 * @returns how many pieces of work were done
 */
export async function helpReplays(parts: BotParts): Promise<number> {
  const url = parts.config.databaseUrl;
  if (url === null) return 0;
  const end = minutesAfter(parts.now(), parts.config.pollSeconds / 60);
  const isEnding = () => parts.isEnding() || parts.now() >= end;
  let done = 0;
  for (const schema of await openReplaySchemas(url, `${SCHEMAS}replay_`)) {
    const store = await openStore({ kind: "server", url, schema });
    try {
      done += await takePart({ ...replayOn(parts, store), isEnding });
    } finally {
      await store.close();
    }
  }
  return done;
}

interface Finished {
  readonly store: Store;
  readonly stretch: Stretch;
  readonly folder: string;
}

async function factsOf(config: BotConfig, { store, stretch, folder }: Finished): Promise<ReplayFacts> {
  const { settings, tree } = config;
  const replies = await repliesIn(store);
  await writeReplies(replies, folder, settings.from);
  return {
    stretch,
    where: store.where,
    tree,
    profile: settings.profile,
    counts: await store.counts(),
    reviews: await reviewsIn(store),
    replies,
    sections: parseMaintainers(await maintainersOf(tree)),
    caps: settings.caps,
    folder,
  };
}

async function reviewsIn(store: Store): Promise<ReplayFacts["reviews"]> {
  const found: ReplayFacts["reviews"][number][] = [];
  for (const review of await store.reviews()) {
    const files = new Set<string>();
    for (const part of review.parts) for (const file of await filesOf(part, store)) files.add(file);
    found.push({ review, files: [...files] });
  }
  return found;
}

async function filesOf(messageId: string, store: Store): Promise<string[]> {
  const mail = await store.mail(messageId);
  const files = mail === null ? [] : (messageOf(mail.raw)?.files ?? []);
  return files.flatMap(({ newPath, oldPath }) => newPath ?? oldPath ?? []);
}

const ALL = 1_000_000;

async function repliesIn(store: Store): Promise<ReplayFacts["replies"]> {
  const entries = [];
  for (const state of OUTBOX_STATES) entries.push(...(await store.inState(state, ALL)));
  entries.sort((left, right) => left.dueAt.getTime() - right.dueAt.getTime());
  const replies: ReplayFacts["replies"][number][] = [];
  for (const entry of entries) {
    const findings = await store.toldIn(entry.messageId);
    replies.push({ entry, findings, files: await filesOf(entry.parent, store) });
  }
  return replies;
}

/** As a dry run writes them, for people to read; written again they are the same files. */
async function writeReplies(replies: ReplayFacts["replies"], folder: string, from: string): Promise<void> {
  const outlet = folderOutlet(folder);
  for (const { entry } of replies) {
    const { messageId, recipients, attempts, dueAt: now } = entry;
    const parcel = { messageId, recipients, attempts, from, now, raw: dated(entry.raw, now) };
    await outlet.deliver(parcel, async () => true);
  }
}
