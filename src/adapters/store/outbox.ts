/**
 * The outbox: what is to leave, exactly once.
 *
 * A worker claims an entry, says before the text goes out that it is offered, and
 * concludes. Each step asks for the claim's token, so that a worker that slept
 * through its lease cannot send what another has sent.
 */
import { sql } from "kysely";
import type { Conclusion, Outbox, OutboxState } from "../../review/index.ts";
import { type Db, type Tx, tell } from "./mail-memory.ts";
import { claimedOf, outboxOf, outboxRow, text } from "./rows.ts";

export function outbox(db: Db): Outbox {
  return {
    entry: async (messageId) => {
      const row = await db
        .selectFrom("outbox")
        .selectAll()
        .where("message_id", "=", text(messageId))
        .executeTakeFirst();
      return row === undefined ? null : outboxOf(row);
    },
    answersTo: async (parent) => {
      const rows = await db
        .selectFrom("outbox")
        .selectAll()
        .where("parent", "=", text(parent))
        .orderBy("created_at")
        .execute();
      return rows.map(outboxOf);
    },
    inState: async (state, limit) => {
      const rows = await db
        .selectFrom("outbox")
        .selectAll()
        .where("state", "=", state)
        .orderBy("created_at")
        .orderBy("message_id")
        .limit(limit)
        .execute();
      return rows.map(outboxOf);
    },
    add: async (mail, now) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("outbox")
        .values(outboxRow(mail, { reviewId: null, now }))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(numInsertedOrUpdatedRows ?? 0) > 0;
    },
    claim: async (now) => {
      const token = crypto.randomUUID();
      const row = await db
        .updateTable("outbox")
        .set({ state: "claimed", claimed_at: now, token })
        .where("message_id", "=", (from) =>
          from
            .selectFrom("outbox")
            .select("message_id")
            .where("state", "=", "ready")
            .where("due_at", "<=", now)
            .orderBy("due_at")
            .orderBy("message_id")
            .limit(1)
            .forUpdate()
            .skipLocked(),
        )
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : claimedOf(row);
    },
    offer: async ({ messageId, token }, now) => {
      const { numUpdatedRows } = await db
        .updateTable("outbox")
        .set({ state: "offered", claimed_at: now })
        .where("message_id", "=", messageId)
        .where("token", "=", token)
        .where("state", "=", "claimed")
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    conclude: ({ messageId, token }, conclusion, now) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("outbox")
          .set(changeOf(conclusion, now))
          .set({ attempts: sql`attempts + 1` })
          .where("message_id", "=", messageId)
          .where("token", "=", token)
          .where("state", "in", ["claimed", "offered", "uncertain"])
          .executeTakeFirst();
        if (numUpdatedRows > 0n) await tell(tx, now, messageId, saidOf(conclusion));
      }),
    recover: (since, now) => db.transaction().execute((tx) => recover(tx, since, now)),
    move: (messageId, { from, to, note }, now) =>
      db.transaction().execute(async (tx) => {
        const change = { state: to, note: text(note), token: null };
        const { numUpdatedRows } = await tx
          .updateTable("outbox")
          .set(to === "ready" ? { ...change, mode: "send" as const, due_at: now } : change)
          .where("message_id", "=", text(messageId))
          .where("state", "in", from)
          .executeTakeFirst();
        if (numUpdatedRows > 0n) await tell(tx, now, messageId, note);
        return numUpdatedRows > 0n;
      }),
    answered: async (messageId, at) => {
      await db
        .updateTable("outbox")
        .set({ answered_at: at })
        .where("message_id", "=", text(messageId))
        .where("answered_at", "is", null)
        .execute();
    },
    leftSince: async (since, author) => {
      const base = db
        .selectFrom("outbox")
        .select(({ fn }) => fn.countAll<string>().as("count"))
        .where("purpose", "=", "review")
        .where("state", "in", ["offered", "sent", "written", "moderated", "uncertain"])
        .where("claimed_at", ">", since);
      const row = await (author === null ? base : base.where("author", "=", text(author))).executeTakeFirst();
      return Number(row?.count ?? 0);
    },
  };
}

interface OutboxChange {
  readonly state: OutboxState;
  readonly note: string;
  readonly token?: null;
  readonly sent_at?: Date;
  readonly due_at?: Date;
}

function changeOf(conclusion: Conclusion, now: Date): OutboxChange {
  const note = text(conclusion.note);
  switch (conclusion.kind) {
    case "sent":
    case "written":
      return { state: conclusion.kind, note, sent_at: now };
    case "later":
      return { state: "ready", note, token: null, due_at: conclusion.until };
    case "moderated":
    case "refused":
    case "uncertain":
      return { state: conclusion.kind, note };
  }
}

function saidOf(conclusion: Conclusion): string {
  return conclusion.kind === "later"
    ? `put off until ${conclusion.until.toISOString()}: ${conclusion.note}`
    : `${conclusion.kind}: ${conclusion.note}`;
}

/** A claim that was not offered yet is free again; for one that was, only a person can tell. */
async function recover(tx: Tx, since: Date, now: Date): Promise<string[]> {
  await tx
    .updateTable("outbox")
    .set({ state: "ready", token: null, note: "its worker stopped before it was offered" })
    .where(({ or, and, eb }) =>
      // A file that is written twice is the same file.
      or([eb("state", "=", "claimed"), and([eb("state", "=", "offered"), eb("mode", "=", "dry-run")])]),
    )
    .where("claimed_at", "<=", since)
    .execute();
  const note = "its worker stopped while the server may have taken it; look for it, then release or drop it";
  const rows = await tx
    .updateTable("outbox")
    .set({ state: "uncertain", note })
    .where("state", "=", "offered")
    .where("claimed_at", "<=", since)
    .returning("message_id")
    .execute();
  for (const { message_id: id } of rows) await tell(tx, now, id, note);
  return rows.map(({ message_id: id }) => id);
}
