/** One sentence in our own thread: what we said was wrong. It goes to whom the mail went, and to nobody else. */
import { createHash } from "node:crypto";
import { addressHeader, textHeader, tokenHeader } from "../reports/index.ts";
import type { OutboxEntry, Outgoing } from "../review/index.ts";
import type { BotSettings } from "./settings.ts";

export function retractionOf(entry: OutboxEntry, settings: BotSettings, now: Date): Outgoing {
  const raw = Buffer.from(entry.raw).toString("utf8");
  const digest = createHash("sha256").update(`retraction of ${entry.messageId}`).digest("hex").slice(0, 32);
  const messageId = `<${digest}@${settings.domain}>`;
  const headers = [
    addressHeader("From", [settings.from]),
    ...["To", "Cc"].map((name) => headerOf(raw, name)),
    textHeader("Subject", entry.subject),
    tokenHeader("Message-ID", [messageId]),
    tokenHeader("In-Reply-To", [entry.messageId]),
    tokenHeader("References", [...idsOf(headerOf(raw, "References") ?? ""), entry.messageId]),
    "Auto-Submitted: auto-generated",
    "X-Patchwork-Hint: ignore",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: 7bit",
  ].filter((header) => header !== null);
  const body = "What this check said about the patch was wrong; please disregard it.";
  return {
    messageId,
    parent: entry.messageId,
    purpose: "retraction",
    author: entry.author,
    subject: entry.subject,
    raw: Buffer.from(`${headers.join("\n")}\n\n${body}\n`),
    recipients: entry.recipients,
    mode: entry.mode,
    dueAt: now,
  };
}

/** One field of our own mail, with its folded lines. */
function headerOf(raw: string, name: string): string | null {
  const head = raw.slice(0, raw.indexOf("\n\n"));
  return new RegExp(`^${name}: .*(?:\\n[ \\t].*)*`, "m").exec(head)?.[0] ?? null;
}

function idsOf(field: string): string[] {
  return field.match(/<[^<>\s]+>/g) ?? [];
}
