/** A reply shown to the moderator, who releases it. */
import { createHash } from "node:crypto";
import { addressHeader, parseMailbox, textHeader, tokenHeader } from "../reports/index.ts";
import type { OutboxEntry } from "../review/index.ts";
import type { BotSettings } from "./settings.ts";

export interface ModerationMail {
  readonly recipients: readonly string[];
  readonly raw: Uint8Array;
}

/** What a moderation mail's id says of the reply that it shows. */
export function moderationId(messageId: string, domain: string): string {
  return `<moderate-${digestOf(messageId).slice(0, 32)}@${domain}>`;
}

/** Behind the moderator's word, so that what he signs says which reply he means. */
export function moderationCode(messageId: string): string {
  return digestOf(messageId).slice(32, 40);
}

function digestOf(messageId: string): string {
  return createHash("sha256").update(messageId).digest("hex");
}

export function moderationMail(entry: OutboxEntry, settings: BotSettings): ModerationMail {
  const moderator = settings.moderator ?? settings.human;
  const code = moderationCode(entry.messageId);
  const shown = Buffer.from(entry.raw).toString("utf8");
  const headers = [
    addressHeader("From", [settings.from]),
    addressHeader("To", [moderator]),
    textHeader("Subject", `[lockspan to release] ${entry.subject}`),
    tokenHeader("Message-ID", [moderationId(entry.messageId, settings.domain)]),
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: 8bit",
  ].filter((header) => header !== null);
  const body = [
    "This reply waits for you. To send it, answer this mail with a line",
    "",
    `    lockspan: release ${code}`,
    "",
    `or run: lockspan bot release '${entry.messageId}'`,
    `To drop it, answer "lockspan: drop ${code}" or do nothing.`,
    "",
    ...shown
      .trimEnd()
      .split("\n")
      .map((line) => `| ${line}`.trimEnd()),
  ];
  const address = parseMailbox(moderator)?.address ?? moderator;
  return { recipients: [address], raw: Buffer.from(`${headers.join("\n")}\n\n${body.join("\n")}\n`) };
}
