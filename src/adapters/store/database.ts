/**
 * The two engines behind the store: PGlite in a folder, or a PostgreSQL server.
 * Both are reached through node-postgres' pool, so that all SQL above is the same.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import { InputError, ServiceError } from "../../base/index.ts";
import { codeOf } from "../files/file-error.ts";
import { lockFolder } from "./folder-lock.ts";
import { makeCluster } from "./new-cluster.ts";

export interface Database {
  /** Words for people; never a password. */
  readonly where: string;
  /** One process alone has an embedded database: what another left unfinished is nobody's now. */
  readonly isAlone: boolean;
  /** Of the tables; null for the database's own. */
  readonly schema: string | null;
  readonly pool: Pool;
  readonly close: () => Promise<void>;
}

export type DatabasePlace =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "memory" }
  /** `schema`: a memory of its own in the same database, made when it is first opened. */
  | { readonly kind: "server"; readonly url: string; readonly schema?: string };

/** @throws {InputError} for a folder or address that cannot be used @throws {ServiceError} when the server does not answer */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  switch (place.kind) {
    case "server":
      return openServer(place.url, place.schema ?? null);
    case "memory":
      return openEmbedded("memory://", "memory", async () => {});
    case "folder": {
      const unlock = await lockFolder(await existingFolder(place.folder));
      const dataDir = join(place.folder, "database");
      await makeCluster(dataDir).catch((cause: unknown) => notStarted(place.folder, cause, unlock));
      return openEmbedded(dataDir, place.folder, unlock);
    }
  }
}

async function existingFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new InputError(`state ${folder}: the folder cannot be made (${codeOf(cause)})`, {
      hint: "Name a folder that this user may write to.",
      cause,
    });
  });
  return folder;
}

async function openEmbedded(dataDir: string, where: string, unlock: () => Promise<void>): Promise<Database> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { createPgConfig } = await import("@electric-sql/pglite/node-postgres");
  const pg = (await import("pg")).default;
  const lite = await PGlite.create(dataDir).catch((cause: unknown) => notStarted(where, cause, unlock));
  const limits = { query_timeout: EMBEDDED_TIMEOUT_MS, connectionTimeoutMillis: EMBEDDED_TIMEOUT_MS };
  const pool = new pg.Pool({ ...createPgConfig(lite), ...limits });
  return {
    where: `the folder ${where}`,
    isAlone: true,
    schema: null,
    pool,
    close: async () => {
      await Promise.race([pool.end().then(() => lite.close()), patience(CLOSE_TIMEOUT_MS)]);
      await unlock();
    },
  };
}

/** An engine that a full disk stopped answers nothing, not even to its end. */
const EMBEDDED_TIMEOUT_MS = 20_000;
const CLOSE_TIMEOUT_MS = 10_000;

async function patience(ms: number): Promise<void> {
  await new Promise<void>((done) => setTimeout(done, ms).unref());
}

async function notStarted(where: string, cause: unknown, unlock: () => Promise<void>): Promise<never> {
  await unlock();
  throw new ServiceError(`state ${where}: the embedded database does not start (${lineOf(cause)})`, {
    hint: "Check that the disk has room, and that the folder is this version's.",
    cause,
  });
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A statement of the store that takes longer hangs. */
const STATEMENT_TIMEOUT_MS = 60_000;

async function openServer(url: string, schema: string | null): Promise<Database> {
  const where = withoutPassword(url);
  const pg = (await import("pg")).default;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "lockspan",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    max: 5,
    ...(schema === null ? {} : { options: `-c search_path=${schema}` }),
  });
  // A connection that dies while idle is replaced; whoever needs one next learns of a dead server.
  pool.on("error", () => {});
  await pool.query("select 1").catch(async (cause: unknown) => {
    await pool.end();
    throw new ServiceError(`DATABASE_URL ${where}: the database does not answer (${lineOf(cause)})`, {
      hint: "Check that PostgreSQL runs there and lets this user in.",
      cause,
    });
  });
  if (schema !== null) await makeSchema(pool, schema);
  const place = schema === null ? "" : `, schema ${schema}`;
  return { where: `the database ${where}${place}`, isAlone: false, schema, pool, close: () => pool.end() };
}

/** Two that make it at once trip over each other, in spite of the `if`. */
async function makeSchema(pool: Pool, schema: string): Promise<void> {
  await pool.query(`create schema if not exists ${schema}`).catch((cause: unknown) => {
    if (codeOf(cause) !== "23505") throw cause;
  });
}

function withoutPassword(url: string): string {
  try {
    const { protocol, username, host, pathname, searchParams } = new URL(url);
    const socket = searchParams.get("host");
    return `${protocol}//${username === "" ? "" : `${username}@`}${socket ?? host}${pathname}`;
  } catch (cause) {
    throw new InputError("DATABASE_URL is no address", {
      hint: "Write postgres://USER@HOST/DATABASE.",
      cause,
    });
  }
}

function lineOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message || codeOf(cause) : String(cause);
  return message.split("\n")[0] ?? "";
}
