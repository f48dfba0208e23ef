/**
 * Where the mails of an mbox begin and end, for one that is too large to be read at once.
 * The mails are those that `mailsOfMbox` finds in the whole.
 */
import { FROM_LINE_REACH, isFromLine } from "./mbox.ts";

export interface MailBounds {
  /** Bytes from the start of the file: of the `From ` line, and of the end. */
  readonly start: number;
  readonly end: number;
  /** Whether it starts with a `From ` line. */
  readonly isMarked: boolean;
}

/** @param pieces the file from its start, in order: binary strings of any length */
export async function* mboxBounds(pieces: AsyncIterable<string>): AsyncGenerator<MailBounds> {
  const scan: Scan = { text: "", offset: 0, start: null, isOne: false };
  for await (const piece of pieces) {
    scan.text += piece;
    yield* settled(scan, false);
  }
  yield* settled(scan, true);
  const end = scan.offset + scan.text.length;
  if (scan.start !== null) yield { start: scan.start, end, isMarked: !scan.isOne };
}

interface Scan {
  /** What was not looked at yet. */
  text: string;
  /** Of the text's first byte. */
  offset: number;
  /** Of the mail that is under way; null before the first. */
  start: number | null;
  /** Without a `From ` line at the start, the file is one mail. */
  isOne: boolean;
}

/** Mails whose end is sure. */
function* settled(scan: Scan, isAll: boolean): Generator<MailBounds> {
  if (scan.start === null && !findStart(scan, isAll)) return;
  for (;;) {
    const found = scan.isOne ? -1 : scan.text.indexOf(MARK);
    if (found === -1) return dropTo(scan, scan.text.length - MARK.length + 1);
    if (!isAll && found + 1 + FROM_LINE_REACH > scan.text.length) return dropTo(scan, found);
    const begins = isFromLine(scan.text, found + 1);
    dropTo(scan, found + 1);
    if (!begins) continue;
    yield { start: scan.start ?? 0, end: scan.offset, isMarked: true };
    scan.start = scan.offset;
  }
}

const MARK = "\nFrom ";

/** @returns false while it is not known where the first mail begins */
function findStart(scan: Scan, isAll: boolean): boolean {
  const blank = /^(\xef\xbb\xbf)?(\r?\n)*/.exec(scan.text)?.[0].length ?? 0;
  if (scan.text.length === blank || (!isAll && scan.text.length < blank + FROM_LINE_REACH)) return false;
  if (scan.text.trim() === "") return false;
  scan.isOne = !(scan.text.startsWith("From ", blank) && isFromLine(scan.text, blank));
  scan.start = scan.offset + blank;
  dropTo(scan, blank);
  return true;
}

function dropTo(scan: Scan, at: number): void {
  if (at <= 0) return;
  scan.text = scan.text.slice(at);
  scan.offset += at;
}
