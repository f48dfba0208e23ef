/**
 * One mail, or one diff without a mail header, as a value. It is parsed once;
 * whoever needs a fact of it finds the fact here.
 */
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex } from "@noble/hashes/utils";
import { formatPerson, inBodyAuthor, senderOf } from "./address.ts";
import { type MailBody, readBody } from "./body.ts";
import { classify, type MessageKind } from "./classify.ts";
import { splitMbox } from "./mbox.ts";
import { type Entity, type HeaderFields, type Leaf, parseMail } from "./mime.ts";
import type { Damage, FileDiff } from "./patch.ts";
import { parseSubject, type Subject } from "./subject.ts";
import { binaryOf, bytesOf } from "./text-codec.ts";
import { type BaseTrailers, parseBaseTrailers } from "./trailers.ts";

export interface Message extends BaseTrailers {
  /** With angle brackets. A mail without one gets an id made of its bytes, the same each time. */
  readonly messageId: string;
  /** False for the id that was made of the bytes. */
  readonly hasOwnId: boolean;
  /** Decoded, with its prefixes; empty when there is none. */
  readonly subject: string;
  readonly parsedSubject: Subject;
  /** `Name <address>` of the person who wrote the patch; empty when unknown. */
  readonly author: string;
  /** Lower-case address of the person who sent it; empty when unknown. */
  readonly sender: string;
  /** Header fields as they came, decoded: what a reply needs. */
  readonly from: string | null;
  readonly replyTo: string | null;
  readonly to: string | null;
  readonly cc: string | null;
  readonly date: string | null;
  readonly listId: string | null;
  /** RFC 3834: what a program sent says so; null for a person's mail. */
  readonly autoSubmitted: string | null;
  readonly inReplyTo: string | null;
  /** Oldest first, with angle brackets. */
  readonly references: readonly string[];
  readonly kind: MessageKind;
  /** Why it is not a patch, or not one for this tree; null for a patch without reservations. */
  readonly reason: string | null;
  readonly files: readonly FileDiff[];
  readonly damage: readonly Damage[];
  /** Other readings of the same diff, for `format=flowed`; tried when `files` do not apply. */
  readonly alternatives: readonly (readonly FileDiff[])[];
  /** The commit that `git format-patch` wrote into its first line; null elsewhere. */
  readonly commit: string | null;
  /** The text that the diff stands in. */
  readonly text: string;
}

/** All mails and diffs of one file, in its order. Never throws on content. */
export function readMessages(bytes: Uint8Array): readonly Message[] {
  return splitMbox(binaryOf(asNarrow(bytes))).map((mail) => readMail(mail.binary, mail.commit, 0));
}

/** Some shells write what a command prints as UTF-16, which its byte order mark tells. */
function asNarrow(bytes: Uint8Array): Uint8Array {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return Buffer.from(new TextDecoder("utf-16le").decode(bytes));
  if (first === 0xfe && second === 0xff) return Buffer.from(new TextDecoder("utf-16be").decode(bytes));
  return bytes;
}

/** Whole mails inside a mail are read this deep. */
const MAX_NESTING = 4;

function readMail(binary: string, commit: string | null, depth: number): Message {
  const entity = parseMail(binary);
  const subject = parseSubject(entity.fields.get("subject"));
  const nested = depth < MAX_NESTING ? nestedMails(entity, depth) : [];
  const own = messageOf(binary, commit, entity.fields, readBody(plainLeaves(entity)));
  const inner = nested.length === 1 ? nested[0] : undefined;
  if (inner === undefined || own.files.length > 0 || own.damage.length > 0) return own;
  return wrapped(own, inner, subject);
}

/** A mail that only carries another one: the patch is the inner mail's, the thread the outer one's. */
function wrapped(outer: Message, inner: Message, subject: Subject): Message {
  const keepsSubject = subject.isReply || subject.isForward || subject.isTaggedPatch;
  const chosen = keepsSubject ? subject : inner.parsedSubject;
  const merged = {
    ...outer,
    subject: keepsSubject ? outer.subject : inner.subject,
    parsedSubject: chosen,
    author: inner.author === "" ? outer.author : inner.author,
    files: inner.files,
    damage: inner.damage,
    alternatives: inner.alternatives,
    commit: inner.commit,
    text: `${outer.text}\n${inner.text}`,
    baseCommit: inner.baseCommit ?? outer.baseCommit,
    prerequisites: [...outer.prerequisites, ...inner.prerequisites],
  };
  return { ...merged, ...classify(merged) };
}

function isNestedMail(leaf: Leaf): boolean {
  if (leaf.type === "message/rfc822") return true;
  if (!leaf.isAttachment && leaf.type !== "application/octet-stream") return false;
  const start = binaryOf(leaf.content.subarray(0, 4096));
  return (
    /^(From [0-9a-f]{40} .*\n)?[A-Za-z-]+: /.test(start) && /^From: /m.test(start) && /^Subject:/m.test(start)
  );
}

function plainLeaves(entity: Entity): readonly Leaf[] {
  return entity.leaves.filter((leaf) => !isNestedMail(leaf));
}

function nestedMails(entity: Entity, depth: number): readonly Message[] {
  return entity.leaves
    .filter(isNestedMail)
    .flatMap((leaf) => splitMbox(binaryOf(leaf.content)))
    .map((mail) => readMail(mail.binary, mail.commit, depth + 1));
}

function messageOf(binary: string, commit: string | null, fields: HeaderFields, body: MailBody): Message {
  const sender = senderOf({
    from: fields.get("from"),
    originalFrom: fields.get("x-original-from"),
    replyTo: fields.get("reply-to"),
  });
  const author = inBodyAuthor(body.text) ?? sender;
  const ownId = idsOf(fields.get("message-id"))[0];
  const message = {
    messageId: ownId ?? idOfContent(binary),
    hasOwnId: ownId !== undefined,
    subject: (fields.get("subject") ?? "").replace(/\s+/g, " ").trim(),
    parsedSubject: parseSubject(fields.get("subject")),
    author: formatPerson(author),
    sender: sender.address.toLowerCase(),
    from: fields.get("from"),
    replyTo: fields.get("reply-to"),
    to: fields.get("to"),
    cc: fields.get("cc"),
    date: fields.get("date"),
    listId: fields.get("list-id"),
    autoSubmitted: fields.get("auto-submitted"),
    inReplyTo: idsOf(fields.get("in-reply-to"))[0] ?? null,
    references: idsOf(fields.get("references")),
    files: body.reading.files,
    damage: body.reading.damage,
    alternatives: body.alternatives,
    commit,
    text: body.text,
    ...parseBaseTrailers(body.text),
  };
  return { ...message, ...classify(message) };
}

function idsOf(field: string | null): readonly string[] {
  return field?.match(/<[^<>\s]+>/g) ?? [];
}

function idOfContent(binary: string): string {
  const digest = bytesToHex(sha256(bytesOf(binary)));
  return `<${digest.slice(0, 32)}@no-message-id.invalid>`;
}
