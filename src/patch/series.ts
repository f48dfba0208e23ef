/**
 * Mails to series: which patches belong together, in which order, and what is missing.
 *
 * In:  messages in any order. Out: the messages, each id once, and the series.
 * Never throws: mails come out of order, twice, in parts, and in the wrong thread.
 */
import type { Message } from "./message.ts";
import {
  affinity,
  type Group,
  isOpenFor,
  newGroup,
  startGroup,
  type Threads,
  threadsOf,
} from "./series-group.ts";

export interface Series {
  /** The title of the cover letter or else of the first part, without prefixes. */
  readonly subject: string;
  /** `Name <address>` of the cover's author, or else of the first part's. */
  readonly author: string;
  /** Lower-case address that the mails came from. */
  readonly sender: string;
  /** 1 when no subject names one; 2.1 for `v2.1`. */
  readonly revision: number;
  readonly total: number;
  readonly cover: Message | null;
  /** Part n at index n - 1; null for a missing one. */
  readonly parts: readonly (Message | null)[];
  /** Parts beyond the total, such as `3/2`, by their number. */
  readonly extra: readonly Message[];
  readonly complete: boolean;
}

export interface Mailbox {
  readonly messages: readonly Message[];
  readonly series: readonly Series[];
}

/** A message id counts once, the first time. Series are in the order in which they first appear. */
export function assembleSeries(messages: readonly Message[]): Mailbox {
  const once = [
    ...new Map([...messages].reverse().map((message) => [message.messageId, message])).values(),
  ].reverse();
  const threads = threadsOf(once);
  const groups: Group[] = once
    .filter(({ kind }) => kind === "cover")
    .map((cover) => startGroup(cover, threads));
  for (const message of once) {
    if (message.kind === "patch") place(message, groups, threads);
  }
  const withCovers = groups.map((group) => adoptCover(group, once));
  const covers = new Set(withCovers.map((group) => group.cover));
  const order = new Map(once.map((message, index) => [message.messageId, index]));
  return {
    messages: once.map((message) => (covers.has(message) ? asCover(message) : message)),
    series: withCovers.sort((left, right) => firstOf(left, order) - firstOf(right, order)).map(seriesOf),
  };
}

function place(message: Message, groups: Group[], threads: Threads): void {
  const isAlone = (message.parsedSubject.total ?? 1) === 1 && (message.parsedSubject.index ?? 1) === 1;
  const open = isAlone
    ? groups.filter((group) => group.cover !== null && isOpenFor(group, message))
    : groups.filter((group) => isOpenFor(group, message));
  const ranked = open
    .map((group, index) => ({ group, index, score: affinity(group, message, threads) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score || right.index - left.index);
  const best = ranked[0]?.group ?? newGroup(message, threads);
  if (ranked.length === 0) groups.push(best);
  best.members.push(message);
}

/** A cover letter without a counter: the mail without a diff that the parts answer. */
function adoptCover(group: Group, messages: readonly Message[]): Group {
  if (group.cover !== null || group.total < 2) return group;
  const parents = new Set(group.members.map((member) => member.inReplyTo));
  const cover = messages.find(
    (message) =>
      parents.has(message.messageId) &&
      message.files.length === 0 &&
      message.damage.length === 0 &&
      message.kind === "other",
  );
  return cover === undefined ? group : { ...group, cover };
}

function asCover(message: Message): Message {
  return message.kind === "cover"
    ? message
    : { ...message, kind: "cover", reason: "the parts of a series answer it" };
}

function firstOf(group: Group, order: ReadonlyMap<string, number>): number {
  const all = group.cover === null ? group.members : [group.cover, ...group.members];
  return all.reduce((first, { messageId }) => Math.min(first, order.get(messageId) ?? 0), order.size);
}

function seriesOf(group: Group): Series {
  const numberOf = (message: Message) => message.parsedSubject.index ?? 1;
  const parts = Array.from(
    { length: group.total },
    (_, at) => group.members.find((member) => numberOf(member) === at + 1) ?? null,
  );
  const extra = group.members
    .filter((member) => numberOf(member) > group.total)
    .sort((left, right) => numberOf(left) - numberOf(right));
  const head = group.cover ?? parts.find((part) => part !== null) ?? extra[0];
  return {
    subject: head?.parsedSubject.title ?? "",
    author: head?.author ?? "",
    sender: group.sender,
    revision: group.revision,
    total: group.total,
    cover: group.cover,
    parts,
    extra,
    complete: parts.every((part) => part !== null),
  };
}
