/** The series that a settled mail belongs to, out of the mails around it. */
import { assembleSeries, type Message, type Series, withRerolls } from "../patch/index.ts";
import type { KnownMail, MailMemory } from "../review/index.ts";
import { messageOf } from "./read-mail.ts";
import { DAY_MS } from "./settings.ts";

export interface FoundSeries {
  readonly series: Series;
  /** Cover, parts and extra parts that are there. */
  readonly members: readonly KnownMail[];
  readonly messages: readonly Message[];
  /** Newer revisions of the same series that are here already. */
  readonly newer: readonly Series[];
  /** Of the series around it, those of the same thread or title with a lower revision: their mails. */
  readonly older: readonly string[];
}

/** Mails of one sender that lie further apart are of different sendings. */
const WINDOW_MS = 3 * DAY_MS;

/**
 * @param now mails that came later are not seen: a replay looks at each series when it was new
 * @returns null when the mail is part of no series, such as a part that a later mail replaced
 */
export async function findSeries(
  mail: KnownMail,
  memory: MailMemory,
  now: Date,
): Promise<FoundSeries | null> {
  const around = (await neighboursOf(mail, memory)).filter(({ receivedAt }) => receivedAt <= now);
  const known = new Map(around.map((each) => [each.messageId, each]));
  const messages = around.flatMap(({ raw }) => messageOf(raw) ?? []);
  const all = withRerolls(assembleSeries(messages).series);
  const series = all.find((each) => idsOf(each).includes(mail.messageId));
  if (series === undefined) return null;
  const own = membersOf(series);
  const related = all.filter((each) => each !== series && isSameWork(each, series, known));
  return {
    series,
    members: own.flatMap(({ messageId }) => known.get(messageId) ?? []),
    messages: own,
    newer: related.filter(({ revision }) => revision > series.revision),
    older: related.filter(({ revision }) => revision < series.revision).flatMap(idsOf),
  };
}

async function neighboursOf(mail: KnownMail, memory: MailMemory): Promise<readonly KnownMail[]> {
  const question = {
    sender: mail.sender,
    from: new Date(mail.receivedAt.getTime() - WINDOW_MS),
    until: new Date(mail.receivedAt.getTime() + WINDOW_MS),
  };
  const ids = mail.parent === null ? [] : [mail.parent];
  const first = await memory.neighbours({ ...question, roots: [mail.root], ids });
  // An untagged cover letter is known by the parts that answer it, which name it in any case.
  const seen = new Set([...ids, ...first.map(({ messageId }) => messageId)]);
  const parents = first.flatMap(({ parent }) => (parent === null || seen.has(parent) ? [] : [parent]));
  if (parents.length === 0) return first;
  return memory.neighbours({ ...question, roots: [mail.root], ids: [mail.messageId, ...ids, ...parents] });
}

export function membersOf(series: Series): Message[] {
  const parts = series.parts.filter((part) => part !== null);
  return [...(series.cover === null ? [] : [series.cover]), ...parts, ...series.extra];
}

function idsOf(series: Series): string[] {
  return membersOf(series).map(({ messageId }) => messageId);
}

function isSameWork(left: Series, right: Series, known: ReadonlyMap<string, KnownMail>): boolean {
  if (left.sender !== right.sender) return false;
  if (left.subject !== "" && left.subject.toLowerCase() === right.subject.toLowerCase()) return true;
  const rootOf = (series: Series) => known.get(idsOf(series)[0] ?? "")?.root ?? null;
  return rootOf(left) !== null && rootOf(left) === rootOf(right);
}
