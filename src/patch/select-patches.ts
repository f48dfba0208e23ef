/**
 * The patches to review, out of what a person handed over: mails, an mbox with
 * replies among the patches, plain diffs.
 */
import { PatchError } from "../base/index.ts";
import type { Message } from "./message.ts";
import { describeDamage, type FileDiff } from "./patch.ts";
import { assembleSeries, type Series } from "./series.ts";

/** One patch of the series to review, in the words of the JSON document. */
export interface Patch {
  readonly message: Message;
  readonly subject: string;
  readonly messageId: string;
  readonly author: string;
  /** From 1; what the subject says, or else the place among the patches handed over. */
  readonly index: number;
  readonly total: number;
  readonly revision: number;
  readonly files: readonly FileDiff[];
  readonly alternatives: readonly (readonly FileDiff[])[];
}

export interface PatchSelection {
  /** In the order in which they are applied. */
  readonly patches: readonly Patch[];
  /** From a patch or its cover letter: the first that names one; null without. */
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
  /** Parts that were not handed over, such as `1/3`: why a later part may not apply. */
  readonly missing: readonly string[];
}

/**
 * Chooses what to apply: single patches in the order given, the parts of a
 * series by their number, extra parts last.
 *
 * @throws {PatchError} when there is no patch, one is damaged or names a file
 *   outside the tree, or two revisions of one series are mixed.
 */
export function selectPatches(messages: readonly Message[]): PatchSelection {
  const mailbox = assembleSeries(messages);
  refuseDamage(mailbox.messages);
  const series = withRerolls(mailbox.series);
  refuseMixedRevisions(series);
  const chosen = series.flatMap(membersOf);
  if (chosen.length === 0) throw noPatch(mailbox.messages);
  const covers = series.map((series) => series.cover).filter((cover) => cover !== null);
  const trailers = [...covers, ...chosen];
  return {
    patches: chosen.map((message, at) => patchOf(message, at, chosen.length)),
    baseCommit: trailers.find((message) => message.baseCommit !== null)?.baseCommit ?? null,
    prerequisites: trailers.flatMap((message) => message.prerequisites),
    missing: series.flatMap(missingParts),
  };
}

/** What was sent, then what else a `format=flowed` text may mean: the file diffs of each patch. */
export function readingsOf({ patches }: PatchSelection): readonly (readonly (readonly FileDiff[])[])[] {
  const most = Math.max(0, ...patches.map(({ alternatives }) => alternatives.length));
  const others = Array.from({ length: most }, (_, at) =>
    patches.map((patch) => patch.alternatives[at] ?? patch.files),
  );
  return [patches.map((patch) => patch.files), ...others];
}

/** A later `v2.1 3/5` replaces part 3 of v2, and `v2.1 6/5` is one part more. */
export function withRerolls(all: readonly Series[]): readonly Series[] {
  const rerolls = all
    .filter(({ revision }) => !Number.isInteger(revision))
    .sort((left, right) => left.revision - right.revision);
  const amended = all.map((series) =>
    rerolls.filter((reroll) => amends(reroll, series)).reduce(amend, series),
  );
  return amended.filter(
    (series) => !rerolls.includes(series) || all.every((other) => !amends(series, other)),
  );
}

function amends(reroll: Series, series: Series): boolean {
  const isBase = Number.isInteger(series.revision) && Math.floor(reroll.revision) === series.revision;
  return isBase && reroll.total === series.total && reroll.sender === series.sender;
}

function amend(series: Series, reroll: Series): Series {
  const parts = series.parts.map((part, at) => reroll.parts[at] ?? part);
  const complete = parts.every((part) => part !== null);
  return { ...series, parts, extra: [...series.extra, ...reroll.extra], complete };
}

function missingParts({ parts, total }: Series): readonly string[] {
  return parts.flatMap((part, at) => (part === null ? [`${at + 1}/${total}`] : []));
}

function membersOf(series: Series): readonly Message[] {
  return [...series.parts.filter((part) => part !== null), ...series.extra];
}

function patchOf(message: Message, at: number, count: number): Patch {
  const { index, total, revision } = message.parsedSubject;
  return {
    message,
    subject: message.subject,
    messageId: message.messageId,
    author: message.author,
    index: index ?? at + 1,
    total: total ?? count,
    revision: revision ?? 1,
    files: message.files,
    alternatives: message.alternatives,
  };
}

function refuseDamage(messages: readonly Message[]): void {
  for (const message of messages) {
    const unsafe = message.damage.find((damage) => damage.kind === "unsafe");
    const isMeant = message.kind === "patch" || (unsafe !== undefined && message.kind === "other");
    const [first] = message.damage;
    if (!isMeant || first === undefined) continue;
    if (unsafe !== undefined) {
      throw new PatchError(
        `${message.subject === "" ? "" : `${nameOf(message)}: `}the diff names ${describeDamage(unsafe)}`,
        {
          hint: "A patch may only name files inside the tree.",
        },
      );
    }
    throw new PatchError(`${nameOf(message)}: the patch is damaged: ${describeDamage(first)}`, {
      hint: "Save the raw mail (the archive's mbox or raw view) and try again.",
    });
  }
}

function refuseMixedRevisions(series: readonly Series[]): void {
  for (const one of series) {
    const other = series.find(
      (each) => each.author === one.author && each.subject === one.subject && each.revision !== one.revision,
    );
    if (other === undefined) continue;
    throw new PatchError(
      `"${one.subject}" is here in two revisions, v${one.revision} and v${other.revision}`,
      {
        hint: "Give the patches of one revision only.",
      },
    );
  }
}

function noPatch(messages: readonly Message[]): PatchError {
  const [first] = messages;
  const hint = "Give a patch mail, an mbox with a series, or a diff.";
  if (first === undefined) return new PatchError("there is no patch: the input is empty", { hint });
  const why = first.reason ?? "it holds no diff";
  const where = messages.length === 1 ? "" : ` in ${messages.length} mails`;
  return new PatchError(`there is no patch${where}: ${nameOf(first)}: ${why}`, { hint });
}

/** The subject in quotes, or what stands for one. */
function nameOf(message: Message): string {
  return message.subject === "" ? "a text without subject" : JSON.stringify(message.subject);
}
