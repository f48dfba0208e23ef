/** What `lockspan bot explain` prints: the whole story of one mail. */
import type { KnownMail, KnownReview, OutboxEntry, Store } from "../review/index.ts";
import { messageOf } from "./read-mail.ts";

/** @returns null for an id that nothing is known of */
export async function storyOf(messageId: string, store: Store): Promise<string | null> {
  const id = messageId.startsWith("<") ? messageId : `<${messageId}>`;
  const own = await store.entry(id);
  if (own !== null) return printable([...entryLines(own), ...(await pastOf([id], store))]);
  const mail = await store.mail(id);
  if (mail === null) return null;
  const review = await store.reviewOf(id);
  const replies = await store.answersTo(id);
  const about = [id, ...(review === null ? [] : [review.id]), ...replies.map((reply) => reply.messageId)];
  return printable([
    ...mailLines(mail),
    ...(review === null ? [] : reviewLines(review, id)),
    ...(await replyLines(review, replies, store)),
    ...(await pastOf(about, store)),
  ]);
}

function mailLines(mail: KnownMail): string[] {
  const message = messageOf(mail.raw);
  const files = message?.files.map(({ newPath, oldPath }) => newPath ?? oldPath ?? "") ?? [];
  return [
    mail.messageId,
    row("subject", mail.subject),
    row("from", message?.author ?? mail.sender),
    row("came", `${mail.receivedAt.toISOString()} by ${mail.source}, ${mail.raw.length} bytes`),
    row("is", `${mail.kind}${message === null ? "" : numbersOf(message.parsedSubject)}`),
    ...(files.length === 0 ? [] : [row("files", files.join(", "))]),
    row("state", `${mail.state}${mail.reason === null ? "" : `: ${mail.reason}`}`),
    ...(mail.dueAt === null ? [] : [row("due", mail.dueAt.toISOString())]),
  ];
}

function numbersOf(subject: {
  readonly revision: number | null;
  readonly index: number | null;
  readonly total: number | null;
}): string {
  const { revision, index, total } = subject;
  return `${revision === null ? "" : `, v${revision}`}${index === null || total === null ? "" : `, part ${index}/${total}`}`;
}

function reviewLines(review: KnownReview, id: string): string[] {
  const others = review.parts.filter((part) => part !== id);
  return [
    row(
      "series",
      `"${review.subject}"${review.revision === 1 ? "" : ` v${review.revision}`}, ${review.parts.length} mails`,
    ),
    ...others.map((part) => row("", part)),
    row("review", `${review.outcome}, ${review.note}`),
    ...(review.id === review.lineage ? [] : [row("", "a new revision of a series that was reviewed")]),
  ];
}

async function replyLines(
  review: KnownReview | null,
  replies: readonly OutboxEntry[],
  store: Store,
): Promise<string[]> {
  if (replies.length === 0) return review === null ? [] : [row("reply", whyNone(review))];
  const lines: string[] = [];
  for (const reply of replies) {
    lines.push(row("reply", `${reply.messageId}, ${stateOf(reply)}`));
    for (const { check, function: name, state } of await store.toldIn(reply.messageId))
      lines.push(row("", `${check} in ${name}(): ${state}`));
  }
  return lines;
}

function whyNone({ outcome }: KnownReview): string {
  switch (outcome) {
    case "findings":
      return "none for this mail: its findings belong to another part, were told before, or nobody may be written to";
    case "silent":
      return "none: nothing to say";
    default:
      return "none: there was no review";
  }
}

function stateOf({ state, note, mode }: OutboxEntry): string {
  return `${state}${state === "ready" ? ` in mode ${mode}` : ""}${note === null ? "" : `: ${note}`}`;
}

function entryLines(entry: OutboxEntry): string[] {
  return [
    entry.messageId,
    row("is", `a ${entry.purpose} of ours, about ${entry.parent}`),
    row("subject", entry.subject),
    row("to", entry.recipients.join(", ")),
    row("state", stateOf(entry)),
    ...(entry.sentAt === null ? [] : [row("left", entry.sentAt.toISOString())]),
    ...(entry.answeredAt === null ? [] : [row("answered", entry.answeredAt.toISOString())]),
  ];
}

async function pastOf(about: readonly string[], store: Store): Promise<string[]> {
  const story = await store.story(about);
  return story.map(({ at, what }, index) => row(index === 0 ? "history" : "", `${at.toISOString()} ${what}`));
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(9)}${text}`;
}

/** Mails are strangers' texts: no control character of theirs reaches the terminal. */
function printable(lines: readonly string[]): string {
  return `${lines.join("\n").replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, "?")}\n`;
}
