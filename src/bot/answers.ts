/**
 * What people answer to our mails, or write to us. An answer means that the finding was heard;
 * a line `lockspan: WORD` is a wish, and counts only when DKIM proves who sent it.
 */

import { parseMailbox } from "../reports/index.ts";
import { type Job, type KnownMail, MODES, type OutboxEntry } from "../review/index.ts";
import { moderationCode } from "./moderation.ts";
import { messageOf } from "./read-mail.ts";
import { retractionOf } from "./retraction.ts";
import type { Workshop } from "./workshop.ts";

const WORDS = ["wrong", "dismiss", "stop", "start", "section", "release", "drop"] as const;
type Word = (typeof WORDS)[number];

interface Wanted {
  readonly word: Word;
  /** What stands behind the word on its line. */
  readonly about: string;
}

const SWITCHES = ["off", ...MODES] as const;

/** These make sense without a mail of ours that they answer. */
const OF_THEIR_OWN: readonly Word[] = ["stop", "start", "section"];

/** @returns null for a sender who proved it, or else why not */
export type Prove = (raw: Uint8Array) => Promise<{ readonly address: string } | { readonly why: string }>;

/** Whether a mail that answers none of ours asks for something that it may ask for. */
export function isWish(text: string): boolean {
  return wishesIn(text).some(({ word }) => OF_THEIR_OWN.includes(word));
}

/** @throws {ServiceError} when DNS does not answer: the wish is heard later */
export async function hearAnswer(job: Job, mail: KnownMail, shop: Workshop, prove: Prove): Promise<void> {
  const { store } = shop;
  const entry = mail.parent === null ? null : await store.entry(mail.parent);
  const done = await whatWasDone(entry, { mail, shop, prove });
  await store.settle([mail.messageId], "left", done, shop.now());
  await store.finish(job);
}

interface Heard {
  readonly mail: KnownMail;
  readonly shop: Workshop;
  readonly prove: Prove;
}

async function whatWasDone(entry: OutboxEntry | null, { mail, shop, prove }: Heard): Promise<string> {
  const wanted = wishesIn(messageOf(mail.raw)?.text ?? "");
  const isModeration = mail.sender === parseMailbox(shop.settings.moderator ?? "")?.address.toLowerCase();
  if (entry !== null && !isModeration) await heard(entry, shop);
  if (wanted.length === 0) {
    if (entry === null) return "it answers a mail of ours that is not known any more";
    const said = isModeration ? "the moderator's, without a wish" : "its findings count as answered";
    return `it answers ${entry.messageId}: ${said}`;
  }
  const proof = await prove(mail.raw);
  const done =
    "why" in proof
      ? [`not done, ${proof.why}`]
      : await obey(wanted, entry, { by: proof.address, mail, shop });
  return `it says "${wanted.map(({ word }) => word).join(", ")}": ${done.join("; ")}`;
}

/** More in one mail are not meant. */
const MOST_WISHES = 10;

/** Quoted lines are somebody else's words. */
function wishesIn(text: string): Wanted[] {
  const lines = text.matchAll(/^[ \t]*lockspan:[ \t]*([a-z]+)\b[ \t]*([^\r\n]{0,200})/gim);
  const found = [...lines].flatMap(([, name = "", about = ""]): Wanted[] => {
    const word = WORDS.find((each) => each === name.toLowerCase());
    return word === undefined ? [] : [{ word, about: about.trim() }];
  });
  const isFirst = ({ word, about }: Wanted, at: number) =>
    found.findIndex((one) => one.word === word && one.about === about) === at;
  return found.filter(isFirst).slice(0, MOST_WISHES);
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

async function obey(wanted: readonly Wanted[], entry: OutboxEntry | null, wish: Wish): Promise<string[]> {
  const done: string[] = [];
  for (const each of wanted) {
    done.push((await obeyPerson(each, wish)) ?? (await obeyAbout(each, entry, wish)));
  }
  return done;
}

/** Everyone speaks for himself, a maintainer for his section; null for a wish about one of our mails. */
async function obeyPerson({ word, about }: Wanted, { by, mail, shop }: Wish): Promise<string | null> {
  const { store, now } = shop;
  switch (word) {
    case "stop":
      await store.optOut(by, mail.messageId, now());
      return `${by} gets no more mail`;
    case "start":
      await store.optIn(by, mail.messageId, now());
      return `${by} gets mail again`;
    case "section":
      return switchSection(about, { by, mail, shop });
    default:
      return null;
  }
}

/** Such as `ARM SMMU = moderate`. */
async function switchSection(about: string, { by, mail, shop }: Wish): Promise<string> {
  const { store, settings, now } = shop;
  const [, name = "", word = ""] = /^(.*\S)\s*=\s*([a-z-]+)\s*$/i.exec(about) ?? [];
  const mode = SWITCHES.find((each) => each === word.toLowerCase());
  if (mode === undefined) return `not done, a section is switched by "NAME = ${SWITCHES.join("|")}"`;
  const section = (await shop.sections()).find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (section === undefined) return `not done, MAINTAINERS has no section "${name}"`;
  if (!section.maintainers.includes(by)) return `not done, ${by} does not maintain ${section.name}`;
  if (mode === "moderate" && settings.moderator === null) return "not done, this bot has no moderator";
  await store.setSection(section.name, mode, mail.messageId, now());
  return `${section.name} is switched to ${mode}`;
}

/** About a reply may speak whom it was sent to, and the moderator about all. */
async function obeyAbout(
  { word, about }: Wanted,
  entry: OutboxEntry | null,
  { by, shop }: Wish,
): Promise<string> {
  const { store, settings, now } = shop;
  if (entry === null) return "not done, it answers no mail of ours that is known";
  const isModerator = by === parseMailbox(settings.moderator ?? "")?.address.toLowerCase();
  if (word === "wrong" || word === "dismiss") {
    if (!isModerator && !entry.recipients.includes(by)) return `not done, ${by} was not written to`;
    const told = await store.toldIn(entry.messageId);
    await store.mark(
      entry.messageId,
      told.map(({ fingerprint }) => fingerprint),
      "dismissed",
    );
    // A retraction is not retracted: two programs could go on like that for ever.
    if (word === "dismiss" || entry.purpose !== "review") return "its findings are dismissed";
    const added = await store.add(retractionOf(entry, settings, now()), now());
    return added ? "its findings are dismissed and retracted" : "its findings are dismissed";
  }
  if (!isModerator) return `not done, ${by} is not the moderator`;
  // The code is in the signed text; the field that says which mail is answered need not be signed.
  if (about !== moderationCode(entry.messageId))
    return `not done, it does not say the code of ${entry.messageId}`;
  const [to, done] =
    word === "release" ? (["ready", "released"] as const) : (["dropped", "dropped"] as const);
  const note = `${done} by ${by}`;
  const moved = await store.move(entry.messageId, { from: ["moderated"], to, note }, now());
  return moved ? note : "not done, it does not wait for that";
}
