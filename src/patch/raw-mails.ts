/** The mails of a file as bytes, for whoever keeps them and reads them later. */
import { rawMail, splitMbox } from "./mbox.ts";
import { binaryOf, bytesOf } from "./text-codec.ts";

export interface RawMailText {
  /** Without the `From ` line, mboxrd quoting undone. */
  readonly bytes: Uint8Array;
  /** The Date header as it was sent; null without. */
  readonly date: string | null;
}

/** @param bytes an mbox, or one mail */
export function mailsOfMbox(bytes: Uint8Array): readonly RawMailText[] {
  return splitMbox(binaryOf(bytes)).map(({ binary }) => mailOfBinary(binary));
}

/** One mail of an mbox, cut out by `mboxBounds`. @param isMarked whether it starts with a `From ` line */
export function mailInMbox(bytes: Uint8Array, isMarked: boolean): RawMailText {
  const text = binaryOf(bytes);
  return mailOfBinary(isMarked ? rawMail(text).binary : text);
}

function mailOfBinary(binary: string): RawMailText {
  return { bytes: bytesOf(binary), date: dateOf(binary) };
}

function dateOf(binary: string): string | null {
  const end = /\r?\n\r?\n/.exec(binary)?.index ?? binary.length;
  return /^date:[ \t]*(.*)$/im.exec(binary.slice(0, end))?.[1]?.trim() ?? null;
}
