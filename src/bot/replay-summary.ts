/** What a replay came to, as a table: by it a maintainer decides whether to switch the bot on. */
import type { Counts, KnownReview, OutboxEntry, ToldFinding } from "../review/index.ts";
import type { Section } from "./maintainers.ts";
import { sectionsOf } from "./maintainers.ts";
import type { Stretch } from "./replay.ts";

export interface ReplayFacts {
  readonly stretch: Stretch;
  /** Words: where its store is, which tree, which profile. */
  readonly where: string;
  readonly tree: string;
  readonly profile: string;
  readonly counts: Counts;
  readonly reviews: readonly ReviewedSeries[];
  readonly replies: readonly Reply[];
  readonly sections: readonly Section[];
  readonly caps: { readonly mailsPerAuthorDay: number; readonly mailsPerListDay: number };
  /** Where the replies lie as files. */
  readonly folder: string;
}

interface ReviewedSeries {
  readonly review: KnownReview;
  readonly files: readonly string[];
}

interface Reply {
  readonly entry: OutboxEntry;
  readonly findings: readonly ToldFinding[];
  readonly files: readonly string[];
}

export function replayText(facts: ReplayFacts): string {
  const { stretch, where, tree, profile, replies } = facts;
  const day = (date: Date) =>
    date
      .toISOString()
      .replace(/T00:00:00\.000Z$/, "")
      .replace(/\.\d+Z$/, "Z");
  const lines = [
    `${day(stretch.since)} to ${day(stretch.until)}, on ${tree}, profile ${profile}`,
    `kept in ${where}`,
    "",
    ...tallies(facts),
    "",
    ...table(["check", "findings"], checkRows(replies)),
    ...(facts.sections.length === 0
      ? []
      : ["", ...table(["section of MAINTAINERS", "series", "replies"], sectionRows(facts))]),
    ...(replies.length === 0 ? [] : ["", `would have been sent (files in ${facts.folder}):`]),
    ...replies.flatMap(replyLines),
  ];
  return `${lines.join("\n").replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, "?")}\n`;
}

function tallies({ counts, reviews, replies, caps }: ReplayFacts): string[] {
  const outcomes = (["findings", "silent", "not-applied", "damaged", "not-reviewed"] as const).flatMap(
    (word) => {
      const count = reviews.filter(({ review }) => review.outcome === word).length;
      return count === 0 ? [] : [`${count} ${word}`];
    },
  );
  const { kinds, mails } = counts;
  const all = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const named = ["patch", "cover"].flatMap((kind) => (kinds[kind] ? [`${kinds[kind]} ${kind}`] : []));
  const undone = (["incomplete", "held", "failed"] as const).flatMap((state) =>
    mails[state] ? [`${mails[state]} ${state}`] : [],
  );
  return [
    row("mails", [`${all} read`, ...named, ...undone].join(", ")),
    row("series", `${reviews.length} judged${outcomes.length === 0 ? "" : `: ${outcomes.join(", ")}`}`),
    row("replies", `${replies.length}${busiest(replies, caps)}`),
  ];
}

function row(name: string, text: string): string {
  return `${name.padEnd(9)}${text}`;
}

/** How close the stretch came to the caps of a day. */
function busiest(replies: readonly Reply[], caps: ReplayFacts["caps"]): string {
  const [list] = countsOf(replies.map(({ entry }) => dayOf(entry)));
  const [author] = countsOf(replies.map(({ entry }) => `${dayOf(entry)} ${entry.author}`));
  if (list === undefined || author === undefined) return "";
  return `, at most ${list[1]} on a day (${list[0]}; the cap is ${caps.mailsPerListDay}) and ${author[1]} to one author (the cap is ${caps.mailsPerAuthorDay})`;
}

function dayOf({ dueAt }: OutboxEntry): string {
  return dueAt.toISOString().slice(0, 10);
}

function checkRows(replies: readonly Reply[]): (readonly string[])[] {
  // What a later revision only repeats is counted once.
  const told = new Map(
    replies.flatMap(({ findings }) =>
      findings.map(({ lineage, fingerprint, check }) => [`${lineage} ${fingerprint}`, check] as const),
    ),
  );
  const counted = countsOf([...told.values()]);
  return counted.length === 0 ? [["none", "0"]] : counted.map(([check, count]) => [check, String(count)]);
}

function sectionRows({ sections, reviews, replies }: ReplayFacts): (readonly string[])[] {
  const namesOf = (files: readonly string[]) => [
    ...new Set(files.flatMap((file) => sectionsOf(file, sections).map(({ name }) => name))),
  ];
  const answered = new Map(countsOf(replies.flatMap(({ files }) => namesOf(files))));
  return countsOf(reviews.flatMap(({ files }) => namesOf(files)))
    .sort(([left], [right]) => (answered.get(right) ?? 0) - (answered.get(left) ?? 0))
    .slice(0, MOST_SECTIONS)
    .map(([name, count]) => [name, String(count), String(answered.get(name) ?? 0)]);
}

const MOST_SECTIONS = 15;

/** Most frequent first, then by name. */
function countsOf(words: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(
    ([left, many], [right, few]) => few - many || (left < right ? -1 : left > right ? 1 : 0),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((each) => each[at]?.length ?? 0)));
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  "),
  );
}

function replyLines({ entry, findings }: Reply): string[] {
  return [
    `  ${dayOf(entry)}  ${entry.subject.replace(/^Re: /, "")}`,
    ...findings.map(({ check, function: name }) => `              ${check} in ${name}()`),
  ];
}
