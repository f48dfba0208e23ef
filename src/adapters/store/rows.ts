/** Rows of the tables to values of the ports, and back. */
import type { Insertable, Selectable } from "kysely";
import type {
  ClaimedEntry,
  KnownMail,
  KnownReview,
  NewMail,
  OutboxEntry,
  Outgoing,
} from "../../review/index.ts";
import type { MailTable, OutboxTable, ReviewTable } from "./tables.ts";

export function mailOf(row: Selectable<MailTable>): KnownMail {
  return {
    messageId: row.message_id,
    raw: row.raw,
    digest: row.digest,
    source: row.source,
    receivedAt: row.received_at,
    sender: row.sender,
    subject: row.subject,
    root: row.root,
    parent: row.parent,
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    dueAt: row.due_at,
    reviewId: row.review_id,
  };
}

export function mailRow(mail: NewMail): Insertable<MailTable> {
  return {
    message_id: text(mail.messageId),
    raw: Buffer.from(mail.raw),
    digest: mail.digest,
    source: mail.source,
    received_at: mail.receivedAt,
    sender: text(mail.sender),
    subject: text(mail.subject),
    root: text(mail.root),
    parent: mail.parent === null ? null : text(mail.parent),
    kind: mail.kind,
    state: mail.state,
    reason: mail.reason === null ? null : text(mail.reason),
    due_at: mail.dueAt,
    review_id: null,
  };
}

/** PostgreSQL's text holds no NUL; what a mail says there is not worth a failure. */
export function text(value: string): string {
  return value
    .replaceAll("\0", "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

export function outboxOf(row: Selectable<OutboxTable>): OutboxEntry {
  return {
    messageId: row.message_id,
    parent: row.parent,
    purpose: row.purpose,
    author: row.author,
    subject: row.subject,
    raw: row.raw,
    recipients: JSON.parse(row.recipients) as string[],
    mode: row.mode,
    dueAt: row.due_at,
    reviewId: row.review_id,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    note: row.note,
    answeredAt: row.answered_at,
  };
}

export function claimedOf(row: Selectable<OutboxTable>): ClaimedEntry {
  return { ...outboxOf(row), token: row.token ?? "" };
}

export function outboxRow(
  mail: Outgoing,
  { reviewId, now }: { readonly reviewId: string | null; readonly now: Date },
): Insertable<OutboxTable> {
  return {
    message_id: mail.messageId,
    parent: text(mail.parent),
    purpose: mail.purpose,
    author: text(mail.author),
    subject: text(mail.subject),
    raw: Buffer.from(mail.raw),
    recipients: JSON.stringify(mail.recipients.map(text)),
    mode: mail.mode,
    due_at: mail.dueAt,
    review_id: reviewId,
    state: "ready",
    attempts: 0,
    created_at: now,
    claimed_at: null,
    token: null,
    sent_at: null,
    note: null,
    answered_at: null,
  };
}

export function reviewOf(row: Selectable<ReviewTable>): KnownReview {
  return {
    id: row.id,
    lineage: row.lineage,
    subject: row.subject,
    author: row.author,
    revision: row.revision,
    parts: JSON.parse(row.parts) as string[],
    base: row.base,
    outcome: row.outcome,
    note: row.note,
    document: row.document,
    createdAt: row.created_at,
  };
}

export function reviewRow(review: KnownReview): Insertable<ReviewTable> {
  return {
    id: review.id,
    lineage: review.lineage,
    subject: text(review.subject),
    author: text(review.author),
    revision: review.revision,
    parts: JSON.stringify(review.parts.map(text)),
    base: review.base,
    outcome: review.outcome,
    note: text(review.note),
    document: review.document === null ? null : text(review.document),
    created_at: review.createdAt,
  };
}
