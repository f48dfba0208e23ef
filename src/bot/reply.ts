/**
 * What is mailed about a review: one reply for each patch that brings something
 * new, in the thread, to whom the patch went, and never twice about the same.
 */
import type { Message } from "../patch/index.ts";
import { type ListReply, type MailOptions, parseMailbox, renderMail } from "../reports/index.ts";
import type { NewReview, Outgoing, Review, ReviewedPatch, ToldFinding } from "../review/index.ts";
import type { FoundSeries } from "./find-series.ts";
import { copiesOf, recipientOf } from "./recipients.ts";
import { type BotSettings, minutesAfter } from "./settings.ts";
import type { Workshop } from "./workshop.ts";

export interface ReplyContext {
  readonly shop: Workshop;
  readonly lineage: string;
}

export async function repliesTo(
  review: Review,
  found: FoundSeries,
  { shop, lineage }: ReplyContext,
): Promise<NewReview["replies"]> {
  const told = await shop.store.told(lineage);
  const optedOut = await shop.store.optedOut();
  const replies: NewReview["replies"][number][] = [];
  for (const patch of review.patches) {
    const message = found.messages.find(({ messageId }) => messageId === patch.messageId);
    const mode = message === undefined ? "off" : await shop.modeFor(patch.files);
    if (message === undefined || mode === "off") continue;
    const reply = replyTo(patch, message, { review, told, optedOut, shop });
    if (reply === null) continue;
    const member = found.members.find(({ messageId }) => messageId === patch.messageId);
    const mail: Outgoing = {
      ...reply.mail,
      mode,
      author: message.sender,
      dueAt: minutesAfter(member?.receivedAt ?? shop.now(), shop.settings.times.embargoMinutes),
    };
    replies.push({ mail, findings: reply.findings });
  }
  return replies;
}

interface ReplyFacts {
  readonly review: Review;
  readonly told: readonly ToldFinding[];
  readonly optedOut: ReadonlySet<string>;
  readonly shop: Workshop;
}

type Reply = NewReview["replies"][number];
interface BareReply {
  readonly mail: Omit<Outgoing, "mode" | "author" | "dueAt">;
  readonly findings: Reply["findings"];
}

function replyTo(
  patch: ReviewedPatch,
  message: Message,
  { review, told, optedOut, shop: { settings, version } }: ReplyFacts,
): BareReply | null {
  const to = recipientOf(message, settings);
  if (to === null || optedOut.has(addressOf(to))) return null;
  const known = new Map(told.map((each) => [each.fingerprint, each]));
  const closed = new Set(told.filter(({ state }) => state !== "open").map(({ fingerprint }) => fingerprint));
  const ofPatch = review.findings.filter(
    ({ patch: index, change }) => index === patch.index && (change === "introduced" || change === "exposed"),
  );
  const fresh = ofPatch.filter(({ fingerprint }) => !known.has(fingerprint));
  const open = ofPatch.filter(({ fingerprint }) => known.has(fingerprint) && !closed.has(fingerprint));
  const list: ListReply = {
    to: [to],
    cc: copiesOf(message, { to, settings, optedOut }),
    most: settings.caps.commentsPerMail,
    repeated: open.map((finding) => ({
      fingerprint: finding.fingerprint,
      sentence: stillOpen(finding, known.get(finding.fingerprint)?.toldIn ?? "", settings),
    })),
  };
  const only = { ...review, findings: review.findings.filter((each) => fresh.includes(each)) };
  const raw = renderMail(only, patch, mailOptions(settings, version), list);
  const messageId = raw === null ? null : /^Message-ID: (<[^>]+>)$/m.exec(raw)?.[1];
  if (raw === null || messageId == null) return null;
  const recipients = [...list.to, ...list.cc].map(addressOf).filter((address) => address !== "");
  return {
    mail: {
      messageId,
      parent: message.messageId,
      purpose: "review",
      subject: `Re: ${patch.subject}`,
      raw: Buffer.from(raw),
      recipients: [...new Set(recipients)],
    },
    findings: [...fresh, ...open].map(({ fingerprint, check, function: name }) => ({
      fingerprint,
      check,
      function: name,
    })),
  };
}

function stillOpen(
  { lock, function: name }: { readonly lock: string; readonly function: string },
  toldIn: string,
  { list }: BotSettings,
): string {
  const where = list.link === null ? toldIn : `${list.link}${toldIn.slice(1, -1)}`;
  return `Unchanged since the earlier revision, about ${lock} in ${name}(): ${where}`;
}

function mailOptions(settings: BotSettings, version: string): MailOptions {
  return {
    tool: { name: "lockspan", version },
    from: settings.from,
    domain: settings.domain,
    date: null,
    closing: `Answer "lockspan: wrong" or "lockspan: stop" to say so; run by ${settings.human}.`,
  };
}

function addressOf(text: string): string {
  return parseMailbox(text)?.address.toLowerCase() ?? "";
}
