/** The mails of a file as bytes, for whoever keeps them and reads them later. */
import { splitMbox } from "./mbox.ts";
import { binaryOf, bytesOf } from "./text-codec.ts";

export interface RawMailText {
  /** Without the `From ` line, mboxrd quoting undone. */
  readonly bytes: Uint8Array;
  /** The Date header as it was sent; null without. */
  readonly date: string | null;
}

/** @param bytes an mbox, or one mail */
export function mailsOfMbox(bytes: Uint8Array): readonly RawMailText[] {
  return splitMbox(binaryOf(bytes)).map(({ binary }) => ({ bytes: bytesOf(binary), date: dateOf(binary) }));
}

function dateOf(binary: string): string | null {
  const end = /\r?\n\r?\n/.exec(binary)?.index ?? binary.length;
  return /^date:[ \t]*(.*)$/im.exec(binary.slice(0, end))?.[1]?.trim() ?? null;
}
