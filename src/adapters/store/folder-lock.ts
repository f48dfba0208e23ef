/**
 * An embedded database belongs to one process. The lock is a file with that
 * process's number; one that a killed process left behind does not count.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/index.ts";
import { codeOf } from "../files/file-error.ts";

/** @returns what gives the folder free again @throws {InputError} while another process has it */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await created(file, folder)) return () => rm(file, { force: true });
    const owner = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
    if (owner !== process.pid && isRunning(owner)) throw inUse(folder, owner);
    await rm(file, { force: true });
  }
  throw inUse(folder, null);
}

async function created(file: string, folder: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw new InputError(`state ${folder}: cannot be written (${codeOf(cause)})`, {
      hint: "Name a folder that this user may write to.",
      cause,
    });
  }
}

function isRunning(id: number): boolean {
  if (!Number.isInteger(id) || id <= 0) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function inUse(folder: string, owner: number | null): InputError {
  const who = owner === null ? "another process" : `process ${owner}`;
  return new InputError(`state ${folder}: ${who} is using it`, {
    hint: "End that process first, or set DATABASE_URL to share a PostgreSQL.",
  });
}
