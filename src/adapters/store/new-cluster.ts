/**
 * The first start of an embedded database, in a process of its own: making the files takes a
 * gigabyte of memory that a process does not give back, and the bot stays for months.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";

const MAKE = `
  const { PGlite } = require(process.argv[1]);
  PGlite.create(process.argv[2]).then((lite) => lite.close());
`;

/** Killed half-way, it starts anew the next time. */
export async function makeCluster(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  const half = `${dataDir}.part`;
  await rm(half, { recursive: true, force: true });
  const lite = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  await promisify(execFile)(process.execPath, ["-e", MAKE, lite, half]).catch((cause: unknown) => {
    throw new Error(whyFailed(cause), { cause });
  });
  await rm(dataDir, { recursive: true, force: true });
  await rename(half, dataDir);
}

/** What the process wrote before it ended: the line that names the error. */
function whyFailed(cause: unknown): string {
  const written: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "stderr") : null;
  const lines = typeof written === "string" ? written.split("\n") : [];
  const named =
    lines.find((line) => /space left|FATAL|PANIC/.test(line)) ?? lines.find((line) => /Error/.test(line));
  return named?.trim() ?? "the process that makes it ended";
}
