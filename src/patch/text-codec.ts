/**
 * Bytes to text: character sets, base64, quoted-printable.
 *
 * A "binary string" here has one character a byte (0 to 255); headers and raw
 * bodies are handled in that form until their character set is known.
 */

/** Strict UTF-8 where the bytes allow it; else line by line, with Latin-1 for the lines that are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  return strictUtf8(bytes) ?? decodeByLine(bytes);
}

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: an answer about the bytes, and the caller goes on with Latin-1.
    return null;
  }
}

function decodeByLine(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const lf = bytes.indexOf(10, start);
    const end = lf === -1 ? bytes.length : lf + 1;
    const line = bytes.subarray(start, end);
    pieces.push(strictUtf8(line) ?? binaryOf(line));
    start = end;
  }
  return pieces.join("");
}

/** Decodes with a named character set; an unknown or absent one is guessed as in `decodeText`. */
export function decodeCharset(bytes: Uint8Array, charset: string | null): string {
  const name = charset?.trim().toLowerCase() ?? "";
  // Mailers write these when they did not look; the bytes know better.
  if (["", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "x-unknown"].includes(name))
    return decodeText(bytes);
  try {
    return new TextDecoder(name, { ignoreBOM: true }).decode(bytes);
  } catch {
    // RangeError: no such character set on this machine.
    return decodeText(bytes);
  }
}

/** One character a byte. */
export function binaryOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The bytes of a binary string. */
export function bytesOf(binary: string): Uint8Array {
  return Buffer.from(binary, "latin1");
}

/** Undoes a Content-Transfer-Encoding; an unknown one leaves the bytes as they are. */
export function decodeTransfer(body: string, encoding: string): Uint8Array {
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return decodeBase64(body);
    case "quoted-printable":
      return decodeQuotedPrintable(body);
    default:
      return bytesOf(body);
  }
}

/** Lines are decoded in groups that end in padding: list footers are glued behind encoded bodies. */
function decodeBase64(body: string): Uint8Array {
  const clean = body.replace(/[^A-Za-z0-9+/=]/g, "");
  const pieces = clean.match(/[^=]+=*/g) ?? [];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, "base64")));
}

function decodeQuotedPrintable(body: string): Uint8Array {
  // Blanks at the end of a line were added on the way: real ones are encoded.
  const joined = body
    .split("\n")
    .map((line) => (line.endsWith("\r") ? `${line.trimEnd()}\r` : line.trimEnd()))
    .join("\n")
    .replace(/=\r?\n/g, "");
  return bytesOf(
    joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

const WORD = /=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=/;

/** Decodes the encoded words of a header value, and raw 8-bit text beside them. */
export function decodeHeader(binary: string): string {
  // Splitting at a group puts every second piece on an encoded word.
  const pieces = binary.split(/(=\?[^?\s]+\?[BbQq]\?[^?]*\?=)/).map((piece, at, all): HeaderPiece => {
    const isGap = at % 2 === 0 && at > 0 && at < all.length - 1 && /^\s*$/.test(piece);
    return at % 2 === 1 ? encodedWord(piece) : { charset: null, bytes: bytesOf(isGap ? "" : piece) };
  });
  return joinedPieces(pieces)
    .map(({ charset, bytes }) => (charset === null ? decodeText(bytes) : decodeCharset(bytes, charset)))
    .join("");
}

interface HeaderPiece {
  /** Null outside of encoded words. */
  readonly charset: string | null;
  readonly bytes: Uint8Array;
}

function encodedWord(word: string): HeaderPiece {
  const [, charset = "", encoding = "", text = ""] = WORD.exec(word) ?? [];
  const bytes = encoding.toLowerCase() === "b" ? decodeBase64(text) : wordBytes(text);
  return { charset: charset.replace(/\*.*$/, "").toLowerCase(), bytes };
}

/** A character may be split over two neighbouring words of one character set; blanks between them do not count. */
function joinedPieces(pieces: readonly HeaderPiece[]): readonly HeaderPiece[] {
  const runs: { charset: string | null; bytes: Uint8Array[] }[] = [];
  for (const { charset, bytes } of pieces.filter((piece) => piece.bytes.length > 0)) {
    const last = runs.at(-1);
    if (last?.charset === charset) last.bytes.push(bytes);
    else runs.push({ charset, bytes: [bytes] });
  }
  return runs.map(({ charset, bytes }) => ({ charset, bytes: Buffer.concat(bytes) }));
}

function wordBytes(text: string): Uint8Array {
  return decodeQuotedPrintable(text.replaceAll("_", "=20"));
}
