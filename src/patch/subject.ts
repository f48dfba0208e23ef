/**
 * The subject of a patch mail: `[XEN PATCH for-4.17 v2 4/6] title` to its tags,
 * revision and place in the series.
 *
 * A capital or a blank more or less changes nothing: tags are in lower case,
 * and `[patch-4.16]` is tagged `for-4.16`, as `[PATCH for-4.16]` is.
 */

export interface Subject {
  /** The subject without reply marks and bracketed prefixes. */
  readonly title: string;
  readonly isReply: boolean;
  readonly isForward: boolean;
  /** Whether a bracket says PATCH or RFC. */
  readonly isTaggedPatch: boolean;
  /** In order of appearance, without the word `patch`, the revision and the counter. */
  readonly tags: readonly string[];
  /** 2.1 for `v2.1`; null when the subject names none. */
  readonly revision: number | null;
  /** `3/5`: null without a counter. */
  readonly index: number | null;
  readonly total: number | null;
}

const REPLY = /^\s*(re|aw|sv|antw|odp)(\[\d+\])?\s*:\s*/i;
const FORWARD = /^\s*(fwd?|wg)\s*:\s*/i;
/** Names that list software puts in front of every subject. */
const LIST_NAMES = new Set(["xen-devel", "xen-changelog", "minios-devel", "ext"]);

/** What stands further behind is no subject that a person wrote, and would be slow to read. */
const MAX_LENGTH = 10_000;

/** @param subject decoded; null for a mail without one. */
export function parseSubject(subject: string | null): Subject {
  let rest = (subject ?? "").slice(0, MAX_LENGTH).replace(/\s+/g, " ").trim();
  let isReply = false;
  let isForward = false;
  const words: string[] = [];
  for (;;) {
    const mark = REPLY.exec(rest) ?? FORWARD.exec(rest);
    const bracket = mark === null ? /^\s*\[([^\][]*)\]\s*:?\s*/.exec(rest) : null;
    const prefix = mark ?? bracket;
    if (prefix === null) break;
    isReply ||= REPLY.test(rest);
    isForward ||= FORWARD.test(rest);
    words.push(...wordsOf(bracket?.[1] ?? ""));
    rest = rest.slice(prefix[0].length);
  }
  return { title: rest.trim(), isReply, isForward, ...readWords(words) };
}

/** `PATCHv2` and `PATCH-4.16` are two words each, `v2,1/3` too, and `1 / 3` is one. */
function wordsOf(bracket: string): string[] {
  return bracket
    .toLowerCase()
    .replace(/(\d)\s*\/\s*(\d)/g, "$1/$2")
    .replace(/\b(patch|rfc)(v\d)/g, "$1 $2")
    .replace(/\b(patch|rfc)-(?=\d)/g, "$1 for-")
    .replace(/\b(patch|rfc)-(?=for-)/g, "$1 ")
    .replace(/\bfor\s+(?=\d)/g, "for-")
    .split(/[\s,;:]+/)
    .filter((word) => word !== "");
}

function readWords(
  words: readonly string[],
): Pick<Subject, "isTaggedPatch" | "tags" | "revision" | "index" | "total"> {
  let revision: number | null = null;
  let index: number | null = null;
  let total: number | null = null;
  let isTaggedPatch = false;
  const tags: string[] = [];
  for (const word of words) {
    // More than four digits is no series that a person sent.
    const counter = /^(\d{1,4})\/(\d{1,4})$/.exec(word);
    const version = /^(?:v|version)(\d{1,4}(?:\.\d{1,4})?)$/.exec(word);
    if (counter !== null) [index, total] = [Number(counter[1]), Number(counter[2])];
    else if (version !== null) revision = Number(version[1]);
    else if (word === "patch" || word === "patches") isTaggedPatch = true;
    else if (!LIST_NAMES.has(word)) tags.push(withoutFor(word));
    isTaggedPatch ||= word === "rfc";
  }
  return { isTaggedPatch, tags: [...new Set(tags)], revision, index, total };
}

/** `[PATCH-4.19-stable]` became `for-4.19-stable` above: a stable branch of Linux, not a release of Xen. */
function withoutFor(word: string): string {
  return word.endsWith("-stable") ? word.replace(/^for-/, "") : word;
}
