/** Which mails are for us, and in words why the others are not. */
import type { Message } from "../patch/index.ts";
import { isMessageId, parseMailbox } from "../reports/index.ts";
import type { MailState } from "../review/index.ts";
import type { BotSettings } from "./settings.ts";

export interface MailOrigin {
  readonly source: string;
  readonly isList: boolean;
}

export interface Triage {
  readonly state: Extract<MailState, "waiting" | "left" | "held">;
  readonly reason: string | null;
}

/** Other lists' mails lie in shared mailboxes; a direct copy has no List-Id and waits for the list's. */
export function triage(message: Message, origin: MailOrigin, settings: BotSettings): Triage {
  const reason = whyLeft(message, settings);
  if (reason !== null) return { state: "left", reason };
  const list = listIdOf(message);
  if (list !== null && list !== settings.list.id.toLowerCase()) {
    return { state: "left", reason: `it came over another list, ${list}` };
  }
  if (list === null && !origin.isList) {
    return { state: "held", reason: "it is a direct copy: the list's copy is waited for" };
  }
  return { state: "waiting", reason: null };
}

function whyLeft(message: Message, { from, moderator }: BotSettings): string | null {
  const own = addressOf(from);
  if (message.sender === own || addressOf(message.from ?? "") === own) return "it is a mail of ours";
  if (moderator !== null && message.kind !== "patch" && message.sender === addressOf(moderator))
    return "it is the moderator's";
  const auto = message.autoSubmitted?.trim().toLowerCase() ?? "no";
  if (!/^no\b/.test(auto)) return `a program sent it (Auto-Submitted: ${auto.slice(0, 60)})`;
  if (message.kind !== "patch" && message.kind !== "cover")
    return message.reason ?? `it is a ${message.kind}`;
  if (!message.hasOwnId) return "it has no Message-ID, so that nothing can answer it";
  if (!isMessageId(message.messageId)) return "its Message-ID cannot stand in the header of an answer";
  return message.kind === "patch" ? message.reason : null;
}

function listIdOf({ listId }: Message): string | null {
  if (listId === null) return null;
  return (/<([^<>]*)>/.exec(listId)?.[1] ?? listId).trim().toLowerCase();
}

function addressOf(text: string): string {
  return parseMailbox(text)?.address.toLowerCase() ?? "";
}
