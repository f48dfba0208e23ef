/** What came in, as rows: mails, their copies, how far each source was read, and their story. */
import { type Kysely, sql, type Transaction } from "kysely";
import type { KnownMail, MailMemory, NewMail, ReceivedBatch, Reception } from "../../review/index.ts";
import { mailOf, mailRow, text } from "./rows.ts";
import type { Tables } from "./tables.ts";

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** More of one thread or one sender are not looked at together. */
const MOST_NEIGHBOURS = 400;

export function mailMemory(db: Db): MailMemory {
  return {
    positionOf: async (source) => {
      const row = await db
        .selectFrom("source")
        .select("position")
        .where("name", "=", source)
        .executeTakeFirst();
      return row?.position ?? null;
    },
    receive: (batch) => db.transaction().execute((tx) => receive(tx, batch)),
    mail: (messageId) => mailIn(db, messageId),
    neighbours: async ({ roots, ids, sender, from, until }) => {
      const rows = await db
        .selectFrom("mail")
        .selectAll()
        .where("state", "not in", ["held"])
        .where("kind", "in", ["patch", "cover", "other"])
        .where(({ or, and, eb }) =>
          or([
            eb("root", "in", listed(roots)),
            eb("message_id", "in", listed([...roots, ...ids])),
            and([
              eb("sender", "=", text(sender)),
              eb("received_at", ">=", from),
              eb("received_at", "<=", until),
            ]),
          ]),
        )
        .orderBy("received_at")
        .orderBy("message_id")
        .limit(MOST_NEIGHBOURS)
        .execute();
      return rows.map(mailOf);
    },
    queuedBefore: async ({ sender, before, except }) => {
      const row = await db
        .selectFrom("mail")
        .select("message_id")
        .where("sender", "=", text(sender))
        .where("received_at", "<", before)
        .where("state", "=", "queued")
        .where("kind", "in", ["patch", "cover"])
        .where("message_id", "not in", listed(except))
        .orderBy("received_at")
        .limit(1)
        .executeTakeFirst();
      return row?.message_id ?? null;
    },
    unseen: async (source, items) => {
      if (items.length === 0) return [];
      const rows = await db
        .selectFrom("source_item")
        .select("item")
        .where("source", "=", source)
        .where("item", "in", items)
        .execute();
      const seen = new Set(rows.map(({ item }) => item));
      return items.filter((item) => !seen.has(item));
    },
    settle: (messageIds, state, reason, at) =>
      db.transaction().execute(async (tx) => {
        for (const messageId of messageIds) {
          await tx
            .updateTable("mail")
            .set({ state, reason: text(reason), due_at: null })
            .where("message_id", "=", messageId)
            .execute();
          await tell(tx, at, messageId, reason);
        }
      }),
    setRight: (now) => setRight(db, now),
    story: async (about) => {
      if (about.length === 0) return [];
      const rows = await db
        .selectFrom("happening")
        .selectAll()
        .where("about", "in", about)
        .orderBy("id")
        .execute();
      return rows.map(({ at, about: id, what }) => ({ at, about: id, what }));
    },
  };
}

/** Clocks of machines that share a database differ by less. */
const CLOCKS_DIFFER_MS = 3_600_000;

async function setRight(db: Db, now: Date): Promise<number> {
  const ahead = new Date(now.getTime() + CLOCKS_DIFFER_MS);
  const mails = await db
    .updateTable("mail")
    .set({ received_at: now, due_at: sql`${now}::timestamptz + (due_at - received_at)` })
    .where("state", "in", ["waiting", "held"])
    .where("received_at", ">", ahead)
    .executeTakeFirst();
  const replies = await db
    .updateTable("outbox")
    .set({ created_at: now, due_at: sql`${now}::timestamptz + (due_at - created_at)` })
    .where("state", "=", "ready")
    .where("created_at", ">", ahead)
    .executeTakeFirst();
  await db.updateTable("outbox").set({ claimed_at: now }).where("claimed_at", ">", ahead).execute();
  return Number(mails.numUpdatedRows + replies.numUpdatedRows);
}

/** An empty list matches nothing, and SQL has no empty list. */
function listed(values: readonly string[]): readonly string[] {
  return values.length === 0 ? [""] : [...new Set(values.map(text))];
}

async function mailIn(db: Db | Tx, messageId: string): Promise<KnownMail | null> {
  const row = await db
    .selectFrom("mail")
    .selectAll()
    .where("message_id", "=", text(messageId))
    .executeTakeFirst();
  return row === undefined ? null : mailOf(row);
}

export async function tell(db: Db | Tx, at: Date, about: string, what: string): Promise<void> {
  await db
    .insertInto("happening")
    .values({ at, about: text(about), what: text(what) })
    .execute();
}

async function receive(
  tx: Tx,
  { source, position, at, mails, items = [] }: ReceivedBatch,
): Promise<Reception[]> {
  const receptions: Reception[] = [];
  for (const run of runsOf(mails)) receptions.push(...(await receiveRun(tx, run, at)));
  for (const run of runsOf(items)) {
    await tx
      .insertInto("source_item")
      .values(run.map((item) => ({ source, item })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await tx
    .insertInto("source")
    .values({ name: source, position, at })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ position, at }))
    .execute();
  return receptions;
}

/** A statement takes so many rows: PostgreSQL counts its parameters with 16 bits. */
const ROWS_AT_ONCE = 500;

function runsOf<T>(all: readonly T[]): (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / ROWS_AT_ONCE) }, (_, at) =>
    all.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE),
  );
}

/** Most mails are new and not ours: two statements keep them all. */
async function receiveRun(tx: Tx, mails: readonly NewMail[], at: Date): Promise<Reception[]> {
  const sent = await tx
    .selectFrom("outbox")
    .select("message_id")
    .where("message_id", "in", listed(mails.map(({ messageId }) => messageId)))
    .execute();
  const own = new Set(sent.map(({ message_id: id }) => id));
  const others = mails.filter(({ messageId }) => !own.has(text(messageId)));
  const fresh = await insertNew(tx, others);
  const receptions: Reception[] = [];
  for (const mail of mails) {
    if (own.has(text(mail.messageId))) receptions.push(await receiveOwn(tx, mail, at));
    // The second of one id in a batch is a copy of the first.
    else if (fresh.delete(text(mail.messageId))) receptions.push("new");
    else receptions.push(await receiveAgain(tx, mail, at));
  }
  return receptions;
}

async function insertNew(tx: Tx, mails: readonly NewMail[]): Promise<Set<string>> {
  if (mails.length === 0) return new Set();
  const rows = await tx
    .insertInto("mail")
    .values(mails.map(mailRow))
    .onConflict((conflict) => conflict.column("message_id").doNothing())
    .returning("message_id")
    .execute();
  return new Set(rows.map(({ message_id: id }) => id));
}

/** The first text of an id counts; the list's copy frees a direct one that waits for it. */
async function receiveAgain(tx: Tx, mail: NewMail, at: Date): Promise<Reception> {
  const first = await mailIn(tx, mail.messageId);
  if (first === null) return "copy";
  const same = first.digest === mail.digest;
  await tx
    .insertInto("mail_copy")
    .values({ message_id: text(mail.messageId), digest: mail.digest, source: mail.source, seen_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (!same) {
    await tell(
      tx,
      at,
      mail.messageId,
      `the same message id came again with another text, by ${mail.source}; the first one counts`,
    );
    return "other-body";
  }
  if (first.state !== "held" || mail.state === "held") return "copy";
  await tx
    .updateTable("mail")
    .set({
      state: mail.state,
      reason: mail.reason === null ? null : text(mail.reason),
      due_at: mail.dueAt,
      kind: mail.kind,
    })
    .where("message_id", "=", text(mail.messageId))
    .execute();
  await tell(tx, at, mail.messageId, `the list's copy came by ${mail.source}`);
  return "released";
}

/** A mail of ours that comes back over the list did arrive: what was uncertain is known. */
async function receiveOwn(tx: Tx, mail: NewMail, at: Date): Promise<Reception> {
  const entry = await tx
    .selectFrom("outbox")
    .select(["message_id", "state"])
    .where("message_id", "=", text(mail.messageId))
    .executeTakeFirst();
  if (entry?.state === "uncertain" || entry?.state === "offered") {
    const note = `it was seen on the list, by ${mail.source}`;
    await tx
      .updateTable("outbox")
      .set({ state: "sent", sent_at: mail.receivedAt, note })
      .where("message_id", "=", entry.message_id)
      .execute();
    await tell(tx, at, entry.message_id, note);
  }
  return "own";
}
