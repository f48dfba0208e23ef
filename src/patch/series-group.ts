/**
 * How likely a patch belongs to a series that is being put together: by thread,
 * by the message ids that one run of a sending tool gives, or by counters alone.
 */
import type { Message } from "./message.ts";

export interface Group {
  readonly cover: Message | null;
  /** In order of arrival. */
  readonly members: Message[];
  readonly sender: string;
  readonly revision: number;
  readonly total: number;
  readonly root: string;
  readonly batch: string | null;
  readonly tags: string;
}

/** Message id -> the id of the mail that started its thread. */
export type Threads = ReadonlyMap<string, string>;

/** The oldest mail that References name; chased further through the mails at hand. */
export function threadsOf(messages: readonly Message[]): Threads {
  const up = new Map(
    messages.map((message) => [message.messageId, message.references[0] ?? message.inReplyTo]),
  );
  const rootOf = (id: string): string => {
    const seen = new Set<string>();
    let at = id;
    // Mails may name each other in a circle.
    for (let next = up.get(at); next != null && !seen.has(next); next = up.get(at)) {
      seen.add(at);
      at = next;
    }
    return at;
  };
  return new Map(messages.map(({ messageId }) => [messageId, rootOf(messageId)]));
}

export function startGroup(cover: Message, threads: Threads): Group {
  return { ...newGroup(cover, threads), cover, members: [] };
}

/** A group for a patch that fits none; its caller adds the patch itself. */
export function newGroup(message: Message, threads: Threads): Group {
  const { revision, total, tags } = message.parsedSubject;
  return {
    cover: null,
    members: [],
    sender: message.sender,
    revision: revision ?? 1,
    total: total ?? 1,
    root: threads.get(message.messageId) ?? message.messageId,
    batch: batchOf(message.messageId),
    tags: tags.join(" "),
  };
}

/** Same revision and total, and the part's place is free. */
export function isOpenFor(group: Group, message: Message): boolean {
  const { revision, total, index } = message.parsedSubject;
  return (
    group.revision === (revision ?? 1) &&
    group.total === (total ?? 1) &&
    group.members.every((member) => (member.parsedSubject.index ?? 1) !== (index ?? 1))
  );
}

/** 0 when the patch has nothing to do with the group; the most telling sign counts most. */
export function affinity(group: Group, message: Message, threads: Threads): number {
  const related = new Set([group.cover?.messageId, ...group.members.map((member) => member.messageId)]);
  const siblings = new Set(group.members.map((member) => member.inReplyTo));
  const parent = message.inReplyTo;
  const isChild = parent !== null && (related.has(parent) || siblings.has(parent));
  const isParent = group.members.some((member) => member.inReplyTo === message.messageId);
  const batch = batchOf(message.messageId);
  const sameBatch = batch !== null && batch === group.batch;
  const sameThread = threads.get(message.messageId) === group.root;
  const isLoose = parent === null && message.references.length === 0;
  const looseGroup = group.root === (group.cover ?? group.members[0])?.messageId;
  const counters = isLoose && looseGroup ? 1 : 0;
  // A thread or a sending run binds patches of several authors; counters alone do not, unless
  // the mails were never sent: then "From" is each patch's author.
  const isStranger = group.sender !== message.sender && !isChild && !isParent && !sameBatch;
  const isUnsent = !message.hasOwnId && group.members.every((member) => !member.hasOwnId) && counters === 1;
  if (isStranger && !isUnsent) return 0;
  const telling = (isChild || isParent ? 16 : 0) + (sameBatch ? 8 : 0) + (sameThread ? 4 : 0) + counters;
  return telling === 0 ? 0 : telling + (message.parsedSubject.tags.join(" ") === group.tags ? 0.5 : 0);
}

/**
 * `20211026122903.15042-1-name@example.org` -> `20211026122903.15042-`: what
 * `git send-email` gives all mails of one run. Null for ids of another shape.
 */
function batchOf(messageId: string): string | null {
  return /^<(\d{14}\.\d+-)\d+-/.exec(messageId)?.[1] ?? null;
}
