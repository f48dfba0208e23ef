/**
 * What people answer to our mails. An answer means that the finding was heard; a
 * line `lockspan: WORD` is a wish, and counts only when DKIM proves who sent it.
 */

import { parseMailbox } from "../reports/index.ts";
import type { Job, KnownMail, OutboxEntry } from "../review/index.ts";
import { messageOf } from "./read-mail.ts";
import { retractionOf } from "./retraction.ts";
import type { Workshop } from "./workshop.ts";

const WORDS = ["wrong", "dismiss", "stop", "start", "release", "drop"] as const;
type Word = (typeof WORDS)[number];

/** @returns null for a sender who proved it, or else why not */
export type Prove = (raw: Uint8Array) => Promise<{ readonly address: string } | { readonly why: string }>;

/** @throws {ServiceError} when DNS does not answer: the wish is heard later */
export async function hearAnswer(job: Job, mail: KnownMail, shop: Workshop, prove: Prove): Promise<void> {
  const { store, settings } = shop;
  const entry = mail.parent === null ? null : await store.entry(mail.parent);
  const words = wordsOf(messageOf(mail.raw)?.text ?? "");
  const now = shop.now();
  if (entry === null) {
    await store.settle([mail.messageId], "left", "it answers a mail of ours that is not known any more", now);
    return store.finish(job);
  }
  const isModeration = mail.sender === parseMailbox(settings.moderator ?? "")?.address.toLowerCase();
  if (words.length === 0) {
    const done = isModeration ? "the moderator's, without a wish" : "its findings count as answered";
    if (!isModeration) await heard(entry, shop);
    await store.settle([mail.messageId], "left", `it answers ${entry.messageId}: ${done}`, now);
    return store.finish(job);
  }
  const proof = await prove(mail.raw);
  const done =
    "why" in proof ? [`not done, ${proof.why}`] : await obey(words, entry, { by: proof.address, mail, shop });
  if (!isModeration) await heard(entry, shop);
  await store.settle([mail.messageId], "left", `it says "${words.join(", ")}": ${done.join("; ")}`, now);
  return store.finish(job);
}

/** Quoted lines are somebody else's words. */
function wordsOf(text: string): Word[] {
  const found = [...text.matchAll(/^[ \t]*lockspan:[ \t]*([a-z]+)\b/gim)].map((match) =>
    match[1]?.toLowerCase(),
  );
  return WORDS.filter((word) => found.includes(word));
}

async function heard(entry: OutboxEntry, { store, now }: Workshop): Promise<void> {
  await store.answered(entry.messageId, now());
  const open = (await store.toldIn(entry.messageId)).filter(({ state }) => state === "open");
  await store.mark(
    entry.messageId,
    open.map(({ fingerprint }) => fingerprint),
    "answered",
  );
}

interface Wish {
  /** Proved. */
  readonly by: string;
  readonly mail: KnownMail;
  readonly shop: Workshop;
}

async function obey(words: readonly Word[], entry: OutboxEntry, wish: Wish): Promise<string[]> {
  const done: string[] = [];
  for (const word of words) done.push(await obeyOne(word, entry, wish));
  return done;
}

/** Everyone speaks for himself; about a reply also whom it was sent to, and the moderator about all. */
async function obeyOne(word: Word, entry: OutboxEntry, { by, mail, shop }: Wish): Promise<string> {
  const { store, settings, now } = shop;
  const isModerator = by === parseMailbox(settings.moderator ?? "")?.address.toLowerCase();
  switch (word) {
    case "stop":
      await store.optOut(by, mail.messageId, now());
      return `${by} gets no more mail`;
    case "start":
      await store.optIn(by, mail.messageId, now());
      return `${by} gets mail again`;
    case "wrong":
    case "dismiss": {
      if (!isModerator && !entry.recipients.includes(by)) return `not done, ${by} was not written to`;
      const told = await store.toldIn(entry.messageId);
      await store.mark(
        entry.messageId,
        told.map(({ fingerprint }) => fingerprint),
        "dismissed",
      );
      if (word === "dismiss") return "its findings are dismissed";
      const added = await store.add(retractionOf(entry, settings, now()), now());
      return added ? "its findings are dismissed and retracted" : "its findings are dismissed";
    }
    case "release":
    case "drop": {
      if (!isModerator) return `not done, ${by} is not the moderator`;
      const to = word === "release" ? "ready" : "dropped";
      const note = `${word === "release" ? "released" : "dropped"} by ${by}`;
      const moved = await store.move(entry.messageId, { from: ["moderated"], to, note }, now());
      return moved ? note : "not done, it does not wait for that";
    }
  }
}
