/** Empties the outbox: what is due leaves, once, within the caps, unless someone said stop. */

import { parseMailbox } from "../reports/index.ts";
import type { ClaimedEntry, Conclusion, Outlet, Store } from "../review/index.ts";
import { moderationMail } from "./moderation.ts";
import { type BotSettings, DAY_MS, END_OF_TIME, minutesAfter } from "./settings.ts";
import type { Checkpoint } from "./workshop.ts";

export interface PostOffice {
  readonly store: Store;
  readonly settings: BotSettings;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
  /** Whether somebody said stop. */
  readonly isStopped: () => Promise<boolean>;
  readonly folder: Outlet;
  /** Null where no mail server is configured. */
  readonly smtp: Outlet | null;
}

export interface Delivery {
  readonly messageId: string;
  readonly conclusion: Conclusion;
}

/** A worker whose claim is older is gone. */
const LEASE_MINUTES = 10;
/** A reply that could not leave for so long would surprise its reader. */
const STALE_DAYS = 7;

export async function deliverDue(office: PostOffice, isAlone: boolean): Promise<readonly Delivery[]> {
  // Alone, nobody else can be at work, whatever the clock was when he began.
  const since = isAlone ? END_OF_TIME : minutesAfter(office.now(), -LEASE_MINUTES);
  await office.store.recover(since, office.now());
  const delivered: Delivery[] = [];
  for (;;) {
    if (await office.isStopped()) return delivered;
    const entry = await office.store.claim(office.now());
    if (entry === null) return delivered;
    await office.checkpoint(8);
    const conclusion = (await whyNotNow(entry, office)) ?? (await deliver(entry, office));
    await office.checkpoint(10);
    await office.store.conclude(entry, conclusion, office.now());
    await office.checkpoint(11);
    delivered.push({ messageId: entry.messageId, conclusion });
  }
}

async function whyNotNow(
  entry: ClaimedEntry,
  { store, settings, now }: PostOffice,
): Promise<Conclusion | null> {
  if (now().getTime() - entry.createdAt.getTime() > STALE_DAYS * DAY_MS) {
    return { kind: "refused", note: `it could not leave for ${STALE_DAYS} days` };
  }
  if (entry.purpose !== "review") return null;
  if ((await store.optedOut()).has(entry.author))
    return { kind: "refused", note: "its author wants no mail" };
  const day = new Date(now().getTime() - DAY_MS);
  const { mailsPerAuthorDay, mailsPerListDay } = settings.caps;
  const until = minutesAfter(now(), 60);
  if ((await store.leftSince(day, entry.author)) >= mailsPerAuthorDay)
    return { kind: "later", until, note: `its author got ${mailsPerAuthorDay} mails in a day` };
  if ((await store.leftSince(day, null)) >= mailsPerListDay)
    return { kind: "later", until, note: `the list got ${mailsPerListDay} mails in a day` };
  return null;
}

async function deliver(entry: ClaimedEntry, office: PostOffice): Promise<Conclusion> {
  const { settings, smtp, folder, store, now, checkpoint } = office;
  const offer = async () => {
    // The last moment in which a stop still stops it.
    if (await office.isStopped()) return false;
    const mayGo = await store.offer(entry, now());
    await checkpoint(9);
    return mayGo;
  };
  const from = parseMailbox(settings.from)?.address ?? "";
  const parcel = { messageId: entry.messageId, from, now: now(), attempts: entry.attempts };
  if (entry.mode === "dry-run")
    return folder.deliver({ ...parcel, recipients: entry.recipients, raw: dated(entry.raw, now()) }, offer);
  if (smtp === null) {
    return { kind: "later", until: minutesAfter(now(), 60), note: "no mail server is configured (smtp)" };
  }
  if (entry.mode === "send")
    return smtp.deliver({ ...parcel, recipients: entry.recipients, raw: dated(entry.raw, now()) }, offer);
  const wrapped = moderationMail(entry, settings);
  const conclusion = await smtp.deliver(
    { ...parcel, recipients: wrapped.recipients, raw: dated(wrapped.raw, now()) },
    offer,
  );
  return conclusion.kind === "sent"
    ? { kind: "moderated", note: `sent to the moderator: ${conclusion.note}` }
    : conclusion;
}

/** The day on which it leaves is known only now. */
export function dated(raw: Uint8Array, now: Date): Uint8Array {
  const date = now.toUTCString().replace("GMT", "+0000");
  return Buffer.concat([Buffer.from(`Date: ${date}\n`), raw]);
}
