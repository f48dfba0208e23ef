/**
 * The queue of settled mails, kept by pg-boss in the same database: a mail is
 * planned and its job made in one transaction.
 */
import { CompiledQuery } from "kysely";
import type { Pool } from "pg";
import type PgBoss from "pg-boss";
import { ServiceError } from "../../base/index.ts";
import type { Job, WorkQueue } from "../../review/index.ts";
import type { Database } from "./database.ts";
import { type Db, type Tx, tell } from "./mail-memory.ts";

const QUEUE = "settled-mail";
/** A review takes a second; a job that is held longer belongs to a worker that is gone. */
const JOB_SECONDS = 300;
/** So many workers may die on one mail before it is set aside. */
const MOST_ATTEMPTS = 4;
const PLANNED_AT_ONCE = 500;

export interface RunningQueue extends WorkQueue {
  /** Jobs that a killed process of an embedded database held are free again. */
  readonly releaseAll: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface SqlDoor {
  readonly executeSql: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;
}

export async function openQueue(
  db: Db,
  { pool, where, schema, isAlone }: Pick<Database, "pool" | "where" | "schema" | "isAlone">,
): Promise<RunningQueue> {
  const { default: Boss } = await import("pg-boss");
  const door = watchedDoor(pool);
  const own = schema === null ? "pgboss" : `${schema}_queue`;
  const options = { db: door, schema: own, supervise: true, schedule: false, maintenanceIntervalSeconds: 60 };
  const boss = new Boss(options);
  // Whoever asks the queue next is told; an event has nobody to tell.
  boss.on("error", () => {});
  const start = async () => {
    await boss.start();
    const queue = { name: QUEUE, retryLimit: 1000, retryDelay: 0, expireInSeconds: JOB_SECONDS };
    if ((await boss.getQueue(QUEUE)) === null) await boss.createQueue(QUEUE, queue);
  };
  await (isAlone ? start() : oneAtATime(pool, own, start));
  return {
    plan: (now) => db.transaction().execute((tx) => plan(tx, boss, now)),
    take: () => take(db, boss, door, where),
    finish: async ({ id }) => {
      await boss.deleteJob(QUEUE, id);
    },
    defer: ({ id, messageId }, until, reason, now) =>
      db.transaction().execute(async (tx) => {
        await tx
          .updateTable("mail")
          .set({ state: "waiting", reason, due_at: until })
          .where("message_id", "=", messageId)
          .where("state", "=", "queued")
          .execute();
        await tell(tx, now, messageId, `waits until ${until.toISOString()}: ${reason}`);
        await boss.deleteJob(QUEUE, id, { db: doorOf(tx) });
      }),
    releaseAll: async () => {
      const { rows } = await pool.query<{ id: string }>(
        `select id from "${own}".job where name = $1 and state = 'active'`,
        [QUEUE],
      );
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await boss.fail(QUEUE, ids);
    },
    stop: () => boss.stop({ graceful: false, wait: false, close: false }),
  };
}

/** Two workers that make the queue's tables at once would trip over each other. */
async function oneAtATime(pool: Pool, name: string, step: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    await step();
    await client.query("select pg_advisory_unlock(hashtext($1))", [name]);
    client.release();
  } catch (error) {
    // With its connection goes the lock.
    client.release(true);
    throw error;
  }
}

interface WatchedDoor extends SqlDoor {
  /** pg-boss takes a failed question for an empty queue; this keeps the failure. */
  readonly takeFailure: () => unknown;
}

function watchedDoor(pool: Pool): WatchedDoor {
  let failure: unknown = null;
  return {
    executeSql: async (text, values) => {
      try {
        const result: unknown = await pool.query(text, values);
        return { rows: rowsOf(result) };
      } catch (cause) {
        failure = cause;
        throw cause;
      }
    },
    takeFailure: () => {
      const found = failure;
      failure = null;
      return found;
    },
  };
}

/** Several statements in one text have several results. */
function rowsOf(result: unknown): unknown[] {
  const results = (Array.isArray(result) ? result : [result]) as { readonly rows: unknown[] }[];
  return results.flatMap(({ rows }) => rows);
}

function doorOf(tx: Tx): SqlDoor {
  return {
    executeSql: async (text, values) => {
      const { rows } = await tx.executeQuery(CompiledQuery.raw(text, values));
      return { rows };
    },
  };
}

async function plan(tx: Tx, boss: PgBoss, now: Date): Promise<number> {
  const due = await tx
    .selectFrom("mail")
    .select(["message_id", "due_at"])
    .where("state", "=", "waiting")
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .orderBy("message_id")
    .limit(PLANNED_AT_ONCE)
    .forUpdate()
    .skipLocked()
    .execute();
  if (due.length === 0) return 0;
  const ids = due.map(({ message_id: id }) => id);
  await tx.updateTable("mail").set({ state: "queued" }).where("message_id", "in", ids).execute();
  const jobs = due.map(({ message_id: messageId, due_at: dueAt }) => ({
    name: QUEUE,
    data: { messageId },
    priority: priorityOf(dueAt ?? now),
  }));
  await boss.insert(jobs, { db: doorOf(tx) } as object);
  return due.length;
}

/** What was due first is taken first: a revision before the next one. */
function priorityOf(dueAt: Date): number {
  return -Math.floor(dueAt.getTime() / 1000);
}

async function take(db: Db, boss: PgBoss, door: WatchedDoor, where: string): Promise<Job | null> {
  door.takeFailure();
  const [job] = await boss.fetch<{ messageId: string }>(QUEUE, { includeMetadata: true, batchSize: 1 });
  const failure = door.takeFailure();
  if (failure !== null) {
    throw new ServiceError(`${where}: the queue cannot be read`, {
      hint: "Check the database.",
      cause: failure,
    });
  }
  if (job === undefined) return null;
  const taken = { id: job.id, messageId: job.data.messageId };
  if (job.retryCount < MOST_ATTEMPTS) return taken;
  await db
    .updateTable("mail")
    .set({ state: "failed", reason: `${job.retryCount} workers stopped while they had it`, due_at: null })
    .where("message_id", "=", taken.messageId)
    .where("state", "=", "queued")
    .execute();
  await boss.deleteJob(QUEUE, job.id);
  return take(db, boss, door, where);
}
