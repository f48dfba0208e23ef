/**
 * A stretch of archive as the bot would have met it: read, reviewed, and nothing mailed.
 *
 * It has a store of its own, so that the bot's memory knows nothing of it. Each series is
 * looked at when it was new: the clock of a piece of work is the time at which its mail
 * was due. Whoever opens the same stretch on the same PostgreSQL takes part.
 */
import { createHash } from "node:crypto";
import { Failure, type OnProgress } from "../base/index.ts";
import type { Job, MailSource, Store } from "../review/index.ts";
import { keepBatch } from "./cycle.ts";
import { END_OF_TIME, minutesAfter } from "./settings.ts";
import { workOn } from "./work.ts";
import type { Workshop } from "./workshop.ts";

export interface Stretch {
  readonly since: Date;
  readonly until: Date;
}

/** The part that any number of workers take. */
export interface ReviewedReplay {
  /** Its store is the stretch's own. */
  readonly workshop: Workshop;
  readonly progress: OnProgress;
  readonly isEnding: () => boolean;
}

export interface Replay extends ReviewedReplay {
  readonly stretch: Stretch;
  readonly sources: readonly MailSource[];
}

/** Of a folder or a schema; what decides the outcome is in it, so that a changed rule starts anew. */
export function stretchName({ since, until }: Stretch, deciding: readonly unknown[]): string {
  const day = (date: Date) => date.toISOString().slice(0, 10).replaceAll("-", "");
  const digest = createHash("sha256").update(JSON.stringify([since, until, ...deciding]));
  return `replay_${day(since)}_${day(until)}_${digest.digest("hex").slice(0, 8)}`;
}

/** Remembered in place of a source: all of the stretch was read. */
const ALL_READ = "the stretch";

/** @throws {Failure} when a source or the tree cannot be read; called again it goes on where it was */
export async function readStretch({ stretch, workshop, sources, progress, isEnding }: Replay): Promise<void> {
  const { store } = workshop;
  if ((await store.positionOf(ALL_READ)) !== null) return;
  for (const source of sources) {
    let read = 0;
    const asked = { ...stretch, now: workshop.now(), unseen: store.unseen };
    for await (const batch of source.read(await store.positionOf(source.name), asked)) {
      await keepBatch(source, batch, workshop);
      read += batch.mails.length;
      progress({ what: `reading ${source.name}`, done: read, left: batch.left });
      if (isEnding()) return;
    }
  }
  await store.receive({ source: ALL_READ, position: "read", at: workshop.now(), mails: [] });
}

/** @returns whether nothing is left to do; false when it was told to end */
export async function reviewStretch(replay: ReviewedReplay, pause: () => Promise<void>): Promise<boolean> {
  const { store } = replay.workshop;
  for (;;) {
    const done = await takePart(replay);
    const { mails } = await store.counts();
    if ((mails.waiting ?? 0) + (mails.queued ?? 0) === 0) return true;
    if (replay.isEnding()) return false;
    // What other workers have may come back, or be put off and fall due.
    if (done === 0) await pause();
  }
}

/** Works on what is there now. @returns how many pieces of work were done */
export async function takePart({ workshop, progress, isEnding }: ReviewedReplay): Promise<number> {
  const { store } = workshop;
  let done = 0;
  // All that is there is due: the archive's time is over.
  while ((await store.plan(END_OF_TIME)) > 0);
  let left = await leftIn(store);
  for (let job = isEnding() ? null : await store.take(); job !== null; job = await store.take()) {
    await workAtItsTime(job, workshop);
    done += 1;
    // Others work too: what is left is looked up now and then.
    left = done % LOOK_EVERY === 0 ? await leftIn(store) : Math.max(0, left - 1);
    progress({ what: "reviewing", done, left });
    if (isEnding()) break;
  }
  return done;
}

const LOOK_EVERY = 50;

async function leftIn(store: Store): Promise<number> {
  const { mails } = await store.counts();
  return (mails.waiting ?? 0) + (mails.queued ?? 0);
}

async function workAtItsTime(job: Job, workshop: Workshop): Promise<void> {
  const mail = await workshop.store.mail(job.messageId);
  const at = mail?.dueAt ?? workshop.now();
  try {
    await workOn(job, mail, { ...workshop, now: () => at });
  } catch (error) {
    // Given back: the next one to take part has it at once.
    if (error instanceof Failure && error.status === 4)
      await workshop.store.defer(job, minutesAfter(at, 0), error.message, at);
    throw error;
  }
}
