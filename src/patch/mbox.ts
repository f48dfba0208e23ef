/**
 * Cuts a file into mails: an mbox, a `git format-patch` file, one raw mail, or
 * a diff without any mail header.
 */

export interface RawMail {
  /** The mail as a binary string, without its `From ` line, mboxrd quoting undone. */
  readonly binary: string;
  /** The commit that `git format-patch` names in the `From ` line; null in other mails. */
  readonly commit: string | null;
}

/** The fixed date of `git format-patch`, or any date with a time, as git's own splitter asks for. */
const FROM_LINE = /^From (\S*) .*\d{1,2}:\d\d(?::\d\d)?.*\d{4}\s*$/;
const FIELD_LINE = /^[!-9;-~]+\s*:|^>?From /;

/** @param binary the whole file, one character a byte; an empty file has no mails. */
export function splitMbox(binary: string): readonly RawMail[] {
  const text = binary.replace(/^(\xef\xbb\xbf)?(\r?\n)*/, "");
  if (text.trim() === "") return [];
  const starts = fromLines(text);
  if (starts[0] !== 0) return [{ binary: text, commit: null }];
  return starts.map((start, index) => rawMail(text.slice(start, starts[index + 1] ?? text.length)));
}

function fromLines(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.startsWith("From ") ? 0 : nextFrom(text, 0); at !== -1; at = nextFrom(text, at)) {
    if (isFromLine(text, at)) starts.push(at);
  }
  return starts;
}

function nextFrom(text: string, after: number): number {
  const found = text.indexOf("\nFrom ", after);
  return found === -1 ? -1 : found + 1;
}

/** Longer lines are prose, and slow to match. */
const MAX_FROM_LINE = 300;

/** So many characters from its start decide whether a line is one. */
export const FROM_LINE_REACH = MAX_FROM_LINE + 201;

/** Prose may start with "From " too: the date and a header field below tell them apart. */
export function isFromLine(text: string, at: number): boolean {
  const end = text.indexOf("\n", at);
  if (end === -1 || end - at > MAX_FROM_LINE || !FROM_LINE.test(text.slice(at, end))) return false;
  return FIELD_LINE.test(text.slice(end + 1, end + 200));
}

/** @param text one mail with its `From ` line */
export function rawMail(text: string): RawMail {
  const end = text.indexOf("\n");
  const [, sender = ""] = FROM_LINE.exec(text.slice(0, end)) ?? [];
  const binary = text.slice(end + 1).replace(/^>(>*From )/gm, "$1");
  return { binary, commit: /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sender) ? sender : null };
}
