/**
 * Mail headers: encoded (RFC 2047), folded at 78 columns (RFC 5322), and without
 * anything that could end a header early. Lines end in LF; who sends the mail
 * makes CRLF of it.
 */

const LINE = 78;
const HARD_LINE = 998;
const ENCODED_WORD = 75;
/** What is longer is no name: the address stands alone. */
export const LONGEST_NAME = 200;
const encoder = new TextEncoder();

/** @returns `Name: text`, folded; characters that are not printable become blanks. */
export function textHeader(name: string, text: string): string {
  const words = cleaned(text).split(" ");
  const plain = words.findIndex((word) => needsEncoding(word));
  if (plain === -1) return fold(name, words);
  // From the first word that needs it to the end, so that no blank is lost between encoded words.
  return fold(name, [
    ...words.slice(0, plain),
    ...encodedWords(words.slice(plain).join(" "), name.length + 2),
  ]);
}

/** Whether an id can stand in a header of ours: printable, and short enough for a line. */
export function isMessageId(id: string): boolean {
  return /^<[!-;=?-~]{1,900}>$/.test(id);
}

/** A header of tokens that may be folded between any two, such as message ids. */
export function tokenHeader(name: string, tokens: readonly string[]): string {
  return fold(
    name,
    tokens.map((token) => cleaned(token).replaceAll(" ", "")).filter((token) => token !== ""),
  );
}

/** @returns null when none of the addresses can be written in a header */
export function addressHeader(name: string, addresses: readonly string[]): string | null {
  const mailboxes = addresses.map(parseMailbox).filter((mailbox) => mailbox !== null);
  if (mailboxes.length === 0) return null;
  const tokens = mailboxes.flatMap((mailbox, index) => {
    const parts = mailboxTokens(mailbox, name.length + 2);
    const comma = index < mailboxes.length - 1 ? "," : "";
    return parts.map((part, at) => (at === parts.length - 1 ? part + comma : part));
  });
  return fold(name, tokens);
}

export interface Mailbox {
  /** Decoded; empty when there is only an address. */
  readonly name: string;
  readonly address: string;
}

/** @returns null for what is not one plain address with or without a name */
export function parseMailbox(text: string): Mailbox | null {
  const clean = cleaned(text);
  const [, name = "", bracketed] = /^(.*?)\s*<([^<>]*)>$/.exec(clean) ?? [];
  const address = bracketed ?? clean;
  if (!/^[\w.!#$%&'*+/=?^`{|}~-]+@(?:[A-Za-z0-9.-]+|\[[\d.]+\])$/.test(address)) return null;
  const quoted = /^"(.*)"$/.exec(name)?.[1];
  return { name: quoted === undefined ? name : quoted.replace(/\\(.)/g, "$1"), address };
}

function mailboxTokens({ name, address }: Mailbox, used: number): string[] {
  if (name === "" || name.length > LONGEST_NAME) return [address];
  const angle = `<${address}>`;
  if (needsEncoding(name)) return [...encodedWords(name, used), angle];
  if (/^[\w !#$%&'*+/=?^`{|}~-]+$/.test(name)) return [...name.split(" "), angle];
  return [`"${name.replace(/["\\]/g, "\\$&")}"`, angle];
}

/** One line, no controls, single blanks: what comes from a mail must not start a header of its own. */
function cleaned(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function needsEncoding(text: string): boolean {
  return /[^ -~]/.test(text) || text.includes("=?") || text.length > HARD_LINE - LINE;
}

/** Encoded words of whole characters; the first leaves room for what stands before it on the line. */
function encodedWords(text: string, used: number): string[] {
  const words: string[] = [];
  const frame = "=?UTF-8?Q??=".length;
  let word = "";
  for (const character of text) {
    const next = quotedPrintable(character);
    const room = (words.length === 0 ? Math.min(ENCODED_WORD, LINE - used) : ENCODED_WORD) - frame;
    if (word.length + next.length > room) {
      words.push(word);
      word = "";
    }
    word += next;
  }
  return [...words, word].map((each) => `=?UTF-8?Q?${each}?=`);
}

/** The characters that stay are those that RFC 2047 allows in every header. */
function quotedPrintable(character: string): string {
  if (/^[A-Za-z0-9!*+/-]$/.test(character)) return character;
  if (character === " ") return "_";
  return [...encoder.encode(character)]
    .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

function fold(name: string, tokens: readonly string[]): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const token of tokens) {
    // The first token stays beside the name: a folded line of blanks alone is not allowed.
    if (line !== `${name}:` && line.length + 1 + token.length > LINE) {
      lines.push(line);
      line = "";
    }
    line += ` ${token}`;
  }
  return [...lines, line].join("\n");
}
