/**
 * How the tables came to be, step by step; Kysely's migrator runs what a database
 * lacks. A step that was released is never edited: a change is a new step.
 */
import { type Kysely, type Migration, sql } from "kysely";

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-mails-reviews-outbox": { up: firstTables },
};

async function firstTables(db: Kysely<unknown>): Promise<void> {
  await mailTables(db);
  await reviewTables(db);
  await outboxTables(db);
  await wishTables(db);
}

async function mailTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("mail")
    .addColumn("message_id", "text", (column) => column.primaryKey())
    .addColumn("raw", "bytea", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("received_at", "timestamptz", (column) => column.notNull())
    .addColumn("sender", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("root", "text", (column) => column.notNull())
    .addColumn("parent", "text")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("due_at", "timestamptz")
    .addColumn("review_id", "text")
    .execute();
  await db.schema.createIndex("mail_by_root").on("mail").column("root").execute();
  await db.schema.createIndex("mail_by_sender").on("mail").columns(["sender", "received_at"]).execute();
  await sql`create index mail_waiting on mail (due_at) where state = 'waiting'`.execute(db);
  await db.schema
    .createTable("mail_copy")
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("seen_at", "timestamptz", (column) => column.notNull())
    .addPrimaryKeyConstraint("mail_copy_key", ["message_id", "digest", "source"])
    .execute();
  await db.schema
    .createTable("source")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("position", "text", (column) => column.notNull())
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("source_item")
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("item", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("source_item_key", ["source", "item"])
    .execute();
  await db.schema
    .createTable("happening")
    .addColumn("id", "bigserial", (column) => column.primaryKey())
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .addColumn("about", "text", (column) => column.notNull())
    .addColumn("what", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("happening_about").on("happening").column("about").execute();
}

async function reviewTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("review")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("lineage", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("author", "text", (column) => column.notNull())
    .addColumn("revision", "float8", (column) => column.notNull())
    .addColumn("parts", "text", (column) => column.notNull())
    .addColumn("base", "text")
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("note", "text", (column) => column.notNull())
    .addColumn("document", "text")
    .addColumn("created_at", "timestamptz", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("review_by_author").on("review").columns(["author", "created_at"]).execute();
  await db.schema
    .createTable("told_finding")
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("told_in", "text", (column) => column.notNull())
    .addColumn("lineage", "text", (column) => column.notNull())
    .addColumn("check_id", "text", (column) => column.notNull())
    .addColumn("function_name", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("told_finding_key", ["told_in", "fingerprint"])
    .execute();
  await db.schema.createIndex("told_by_lineage").on("told_finding").column("lineage").execute();
}

async function outboxTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("outbox")
    .addColumn("message_id", "text", (column) => column.primaryKey())
    .addColumn("parent", "text", (column) => column.notNull())
    .addColumn("purpose", "text", (column) => column.notNull())
    .addColumn("author", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("raw", "bytea", (column) => column.notNull())
    .addColumn("recipients", "text", (column) => column.notNull())
    .addColumn("mode", "text", (column) => column.notNull())
    .addColumn("due_at", "timestamptz", (column) => column.notNull())
    .addColumn("review_id", "text")
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull())
    .addColumn("claimed_at", "timestamptz")
    .addColumn("token", "text")
    .addColumn("sent_at", "timestamptz")
    .addColumn("note", "text")
    .addColumn("answered_at", "timestamptz")
    .execute();
  // At most one mail of a kind for each patch, whoever tries.
  await db.schema.createIndex("outbox_once").on("outbox").columns(["parent", "purpose"]).unique().execute();
  await db.schema.createIndex("outbox_by_state").on("outbox").columns(["state", "due_at"]).execute();
}

async function wishTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("opt_out")
    .addColumn("address", "text", (column) => column.primaryKey())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("section_switch")
    .addColumn("section", "text", (column) => column.primaryKey())
    .addColumn("mode", "text", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .execute();
}
