/**
 * A mail as it came to what the store keeps of it, with the verdict whether it is
 * for us. Nothing of a mail's content throws.
 */
import { createHash } from "node:crypto";
import { type Message, readMessages } from "../patch/index.ts";
import type { NewMail, RawMail } from "../review/index.ts";
import { type BotSettings, minutesAfter } from "./settings.ts";
import { type MailOrigin, triage } from "./triage.ts";

export interface ReadMail {
  readonly kept: NewMail;
  readonly message: Message | null;
}

/** Patches are smaller; what is larger is not read, and its beginning is kept as evidence. */
const MOST_BYTES = 8 * 1024 * 1024;
const KEPT_OF_HUGE = 64 * 1024;
/** An id, a subject or an address is looked up and shown: nobody needs more of it. */
const MOST_OF_FIELD = 900;

export function readMail(mail: RawMail, origin: MailOrigin, settings: BotSettings): ReadMail {
  const isHuge = mail.bytes.length > MOST_BYTES;
  const message = firstMessage(isHuge ? headOf(mail.bytes) : mail.bytes);
  if (message === null) return { kept: unreadable(mail, origin), message: null };
  const verdict = isHuge
    ? { state: "left" as const, reason: `it has ${mail.bytes.length} bytes, and no patch is as large` }
    : triage(message, origin, settings);
  const kept: NewMail = {
    messageId: clipped(message.messageId),
    raw: isHuge ? mail.bytes.subarray(0, KEPT_OF_HUGE) : mail.bytes,
    digest: digestOf(message),
    source: origin.source,
    receivedAt: mail.receivedAt,
    sender: clipped(message.sender),
    subject: clipped(message.subject),
    root: clipped(message.references[0] ?? message.inReplyTo ?? message.messageId),
    parent: message.inReplyTo === null ? null : clipped(message.inReplyTo),
    kind: message.kind,
    state: verdict.state,
    reason: verdict.reason,
    dueAt: verdict.state === "waiting" ? minutesAfter(mail.receivedAt, settings.times.settleMinutes) : null,
  };
  return { kept, message: isHuge ? null : message };
}

/** What a kept mail says; null for one that was never read. */
export function messageOf(raw: Uint8Array): Message | null {
  return raw.length > MOST_BYTES ? null : firstMessage(raw);
}

function firstMessage(bytes: Uint8Array): Message | null {
  return readMessages(bytes)[0] ?? null;
}

/** The header of a huge mail, without cutting one of its lines. */
function headOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, KEPT_OF_HUGE);
  const end = Buffer.from(head.buffer, head.byteOffset, head.byteLength).indexOf("\n\n");
  return end === -1 ? head : head.subarray(0, end + 2);
}

/** Servers add fields above a mail, and lists change To and Cc: neither makes it another mail. */
function digestOf({ from, date, subject, text }: Message): string {
  const hash = createHash("sha256");
  for (const part of [from ?? "", date ?? "", subject, text.trimEnd()]) hash.update(`${part.length}:${part}`);
  return hash.digest("hex");
}

function clipped(text: string): string {
  return text.length <= MOST_OF_FIELD ? text : text.slice(0, MOST_OF_FIELD);
}

function unreadable(mail: RawMail, { source }: MailOrigin): NewMail {
  const digest = createHash("sha256").update(mail.bytes).digest("hex");
  const messageId = `<${digest.slice(0, 32)}@no-message-id.invalid>`;
  return {
    messageId,
    raw: mail.bytes.subarray(0, KEPT_OF_HUGE),
    digest,
    source,
    receivedAt: mail.receivedAt,
    sender: "",
    subject: "",
    root: messageId,
    parent: null,
    kind: "other",
    state: "left",
    reason: "it is empty",
    dueAt: null,
  };
}
