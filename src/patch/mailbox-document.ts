/**
 * The JSON document of `lockspan series`: what was understood of the mails.
 * Its keys are fixed; other programs read them.
 */
import type { Message } from "./message.ts";
import { describeDamage, pathOf } from "./patch.ts";
import type { Mailbox } from "./series.ts";

export interface MessageEntry {
  readonly messageId: string;
  readonly subject: string;
  readonly author: string;
  readonly kind: Message["kind"];
  readonly reason: string | null;
  readonly tags: readonly string[];
  readonly revision: number | null;
  readonly index: number | null;
  readonly total: number | null;
  readonly files: readonly string[];
  readonly hunks: number;
  readonly damaged: string | null;
}

export interface SeriesEntry {
  readonly subject: string;
  readonly author: string;
  readonly revision: number;
  readonly total: number;
  readonly cover: string | null;
  readonly parts: readonly (string | null)[];
  readonly extra: readonly string[];
  readonly complete: boolean;
}

export interface MailboxDocument {
  readonly version: 1;
  readonly messages: readonly MessageEntry[];
  readonly series: readonly SeriesEntry[];
}

/** Ids stand for the messages; nothing depends on the time or the machine. */
export function mailboxDocument({ messages, series }: Mailbox): MailboxDocument {
  return {
    version: 1,
    messages: messages.map(messageEntry),
    series: series.map((each) => ({
      subject: each.subject,
      author: each.author,
      revision: each.revision,
      total: each.total,
      cover: each.cover?.messageId ?? null,
      parts: each.parts.map((part) => part?.messageId ?? null),
      extra: each.extra.map((part) => part.messageId),
      complete: each.complete,
    })),
  };
}

function messageEntry(message: Message): MessageEntry {
  const { tags, revision, index, total } = message.parsedSubject;
  const isPart = message.kind === "patch" || message.kind === "cover";
  const [first] = message.damage;
  return {
    messageId: message.messageId,
    subject: message.subject,
    author: message.author,
    kind: message.kind,
    reason: message.reason,
    tags,
    revision: revision ?? (isPart ? 1 : null),
    index: index ?? (message.kind === "patch" ? 1 : null),
    total: total ?? (message.kind === "patch" ? 1 : null),
    files: message.files.map(pathOf),
    hunks: message.files.reduce((count, file) => count + file.hunks.length, 0),
    damaged: first === undefined ? null : describeDamage(first),
  };
}
