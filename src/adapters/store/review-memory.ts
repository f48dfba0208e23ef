/** Verdicts on series, and what was told of them. */
import { sql } from "kysely";
import type { NewReview, ReviewMemory, ToldFinding } from "../../review/index.ts";
import { type Db, type Tx, tell } from "./mail-memory.ts";
import { outboxRow, reviewOf, reviewRow, text } from "./rows.ts";
import type { ToldFindingTable } from "./tables.ts";

/** Revisions of one series older than so many reviews of its author are not looked for. */
const MOST_REVIEWS = 500;

export function reviewMemory(db: Db): ReviewMemory {
  return {
    review: async (id) => {
      const row = await db.selectFrom("review").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : reviewOf(row);
    },
    reviewsBy: async (author) => {
      const rows = await db
        .selectFrom("review")
        .selectAll()
        .where("author", "=", text(author))
        .orderBy("created_at", "desc")
        .orderBy("id")
        .limit(MOST_REVIEWS)
        .execute();
      return rows.map(reviewOf);
    },
    reviews: async () => {
      const rows = await db
        .selectFrom("review")
        .select(["id", "lineage", "subject", "author", "revision", "parts", "base", "outcome", "note"])
        .select(["created_at", sql<null>`null`.as("document")])
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(reviewOf);
    },
    reviewOf: async (messageId) => {
      const row = await db
        .selectFrom("mail")
        .innerJoin("review", "review.id", "mail.review_id")
        .selectAll("review")
        .where("mail.message_id", "=", text(messageId))
        .executeTakeFirst();
      return row === undefined ? null : reviewOf(row);
    },
    keepReview: (review) => db.transaction().execute((tx) => keepReview(tx, review)),
    told: async (lineage) => {
      // What was dropped or refused has told nobody anything.
      const rows = await db
        .selectFrom("told_finding")
        .innerJoin("outbox", "outbox.message_id", "told_finding.told_in")
        .selectAll("told_finding")
        .where("told_finding.lineage", "=", lineage)
        .where("outbox.state", "not in", ["dropped", "refused"])
        .orderBy("outbox.created_at")
        .execute();
      return rows.map(toldOf);
    },
    toldIn: async (messageId) => {
      const rows = await db
        .selectFrom("told_finding")
        .selectAll()
        .where("told_in", "=", text(messageId))
        .orderBy("fingerprint")
        .execute();
      return rows.map(toldOf);
    },
    mark: async (toldIn, fingerprints, state) => {
      if (fingerprints.length === 0) return;
      await db
        .updateTable("told_finding")
        .set({ state })
        .where("told_in", "=", text(toldIn))
        .where("fingerprint", "in", fingerprints)
        .execute();
    },
  };
}

function toldOf(row: ToldFindingTable): ToldFinding {
  return {
    fingerprint: row.fingerprint,
    toldIn: row.told_in,
    lineage: row.lineage,
    check: row.check_id,
    function: row.function_name,
    state: row.state,
  };
}

async function keepReview(tx: Tx, { review, mails, replies }: NewReview): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("review")
    .values(reviewRow(review))
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  const isFirst = Number(numInsertedOrUpdatedRows ?? 0) > 0;
  for (const messageId of mails) {
    await tx
      .updateTable("mail")
      .set({ state: "reviewed", reason: null, due_at: null, review_id: review.id })
      .where("message_id", "=", text(messageId))
      .execute();
  }
  if (!isFirst) return false;
  await tell(tx, review.createdAt, review.id, `reviewed: ${review.outcome}; ${review.note}`);
  for (const { mail, findings } of replies) {
    const { numInsertedOrUpdatedRows: added } = await tx
      .insertInto("outbox")
      .values(outboxRow(mail, { reviewId: review.id, now: review.createdAt }))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (Number(added ?? 0) === 0) {
      await tell(tx, review.createdAt, mail.parent, "it has had its reply; no second one is sent");
      continue;
    }
    for (const { fingerprint, check, function: name } of findings) {
      await tx
        .insertInto("told_finding")
        .values({
          fingerprint,
          told_in: mail.messageId,
          lineage: review.lineage,
          check_id: check,
          function_name: text(name),
          state: "open",
        })
        .execute();
    }
  }
  return true;
}
