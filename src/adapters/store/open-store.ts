/** The store over either engine: its tables brought up to date, its queue running. */
import { Kysely, Migrator, PostgresDialect } from "kysely";
import { ServiceError } from "../../base/index.ts";
import type { Counts, Store } from "../../review/index.ts";
import { type Database, type DatabasePlace, openDatabase } from "./database.ts";
import { type Db, mailMemory } from "./mail-memory.ts";
import { MIGRATIONS } from "./migrations.ts";
import { outbox } from "./outbox.ts";
import { reviewMemory } from "./review-memory.ts";
import type { Tables } from "./tables.ts";
import { wishes } from "./wishes.ts";
import { openQueue } from "./work-queue.ts";

/**
 * @throws {InputError} for a place that cannot be used
 * @throws {ServiceError} when the database does not answer or cannot be migrated
 */
export async function openStore(place: DatabasePlace): Promise<Store> {
  return storeOver(await openDatabase(place));
}

/** The store closes the database with itself. */
export async function storeOver(database: Database): Promise<Store> {
  const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: database.pool }) });
  await migrate(db, database).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const queue = await openQueue(db, database);
  if (database.isAlone) await queue.releaseAll();
  return {
    where: database.where,
    ...mailMemory(db),
    ...reviewMemory(db),
    ...outbox(db),
    ...wishes(db),
    plan: queue.plan,
    take: queue.take,
    finish: queue.finish,
    defer: queue.defer,
    counts: () => countsOf(db),
    close: async () => {
      await queue.stop();
      await database.close();
    },
  };
}

/** Kysely's migrator holds a lock in the database: of several workers one migrates. */
async function migrate(db: Db, { where, schema }: Database): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    ...(schema === null ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const message = error instanceof Error ? error.message : String(error);
  throw new ServiceError(`${where}: its tables cannot be brought up to date (${message})`, {
    hint: "Is it the database of a newer version? Use that version, or another database.",
    cause: error,
  });
}

async function countsOf(db: Db): Promise<Counts> {
  const [mails, kinds, entries, reviews, findings, sources, optedOut] = await Promise.all([
    db
      .selectFrom("mail")
      .select(["state as key", ({ fn }) => fn.countAll<string>().as("n")])
      .groupBy("state")
      .execute(),
    db
      .selectFrom("mail")
      .select(["kind as key", ({ fn }) => fn.countAll<string>().as("n")])
      .groupBy("kind")
      .execute(),
    db
      .selectFrom("outbox")
      .select(["state as key", ({ fn }) => fn.countAll<string>().as("n")])
      .groupBy("state")
      .execute(),
    db
      .selectFrom("review")
      .select(["outcome as key", ({ fn }) => fn.countAll<string>().as("n")])
      .groupBy("outcome")
      .execute(),
    db
      .selectFrom("told_finding")
      .select(["state as key", ({ fn }) => fn.countAll<string>().as("n")])
      .groupBy("state")
      .execute(),
    db.selectFrom("source").selectAll().orderBy("name").execute(),
    db
      .selectFrom("opt_out")
      .select(({ fn }) => fn.countAll<string>().as("n"))
      .executeTakeFirst(),
  ]);
  return {
    mails: tally(mails),
    kinds: tally(kinds),
    outbox: tally(entries),
    reviews: tally(reviews),
    findings: tally(findings),
    sources: sources.map(({ name, position, at }) => ({ name, position, at })),
    optedOut: Number(optedOut?.n ?? 0),
  };
}

function tally(rows: readonly { readonly key: string; readonly n: string }[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ key, n }) => [key, Number(n)]));
}
