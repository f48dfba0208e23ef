/** Who wrote a mail: the real author behind rewritten senders, and plain addresses. */

export interface Person {
  readonly name: string;
  /** As written; empty when the field holds none. */
  readonly address: string;
}

/** The first person of an address field such as `From`. */
export function parsePerson(field: string): Person {
  const angle = /^(.*?)<([^<>]*)>/s.exec(field);
  if (angle !== null) return { name: unquote(angle[1] ?? ""), address: (angle[2] ?? "").trim() };
  const comment = /^\s*([^\s,()]+@[^\s,()]+)\s*(?:\((.*)\))?/s.exec(field);
  if (comment !== null) return { name: (comment[2] ?? "").trim(), address: comment[1] ?? "" };
  return { name: unquote(field), address: "" };
}

function unquote(name: string): string {
  const trimmed = name.trim();
  const inner =
    trimmed.startsWith('"') && trimmed.endsWith('"') && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed;
  return inner.replace(/\\(.)/g, "$1").replace(/\s+/g, " ");
}

/** `Name <address>`, or whichever of the two there is. */
export function formatPerson({ name, address }: Person): string {
  if (address === "") return name;
  return name === "" ? address : `${name} <${address}>`;
}

interface SenderFields {
  readonly from: string | null;
  readonly originalFrom: string | null;
  readonly replyTo: string | null;
}

/**
 * Who sent the mail. Relays put their own address into From and the sender's
 * into X-Original-From; list software writes "Name via List" and sets Reply-To.
 */
export function senderOf({ from, originalFrom, replyTo }: SenderFields): Person {
  if (originalFrom !== null) return parsePerson(originalFrom);
  const person = parsePerson(from ?? "");
  const via = /^(.+?) via .+$/i.exec(person.name);
  if (via === null || replyTo === null) return person;
  return { name: via[1] ?? "", address: parsePerson(replyTo).address };
}

/** `From:` in the first lines of the body: the author of a patch that someone else sends. */
export function inBodyAuthor(text: string): Person | null {
  for (const line of text.replace(/^\s+/, "").split("\n", 5)) {
    const field = /^(From|Subject|Date):\s*(.*)$/i.exec(line.trimEnd());
    if (field === null) return null;
    if (field[1]?.toLowerCase() === "from") return parsePerson(field[2] ?? "");
  }
  return null;
}
