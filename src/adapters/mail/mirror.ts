/** A public-inbox archive behind an address, mirrored epoch by epoch with git. */
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SimpleGit } from "simple-git";
import { ServiceError } from "../../base/index.ts";
import { codeOf } from "../files/file-error.ts";

/** git gives up a transfer that stands still. */
const PATIENCE = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"];

/** Fetches the epochs that are there, and looks whether there is one more. @throws {ServiceError} when the address does not answer */
export async function mirrorEpochs(address: string, folder: string): Promise<void> {
  const { simpleGit } = await import("simple-git");
  const git = simpleGit({ baseDir: folder, timeout: { block: 120_000 } });
  const names = await readdir(join(folder, "git")).catch(() => []);
  const known = names.flatMap((name) => /^(\d+)\.git$/.exec(name)?.[1] ?? []).map(Number);
  for (const epoch of known) {
    const mirror = simpleGit({ baseDir: join(folder, "git", `${epoch}.git`), timeout: { block: 120_000 } });
    await unlocked(() => mirror.raw([...PATIENCE, "fetch", "--quiet", "--prune", "origin"])).catch(
      (cause: unknown) => Promise.reject(unreachable(address, cause)),
    );
  }
  for (let next = Math.max(-1, ...known) + 1; ; next += 1) {
    const url = `${address.replace(/\/+$/, "")}/${next}`;
    const isThere = await git.raw([...PATIENCE, "ls-remote", "--exit-code", url, "HEAD"]).then(
      () => true,
      (cause: unknown) => {
        if (next === 0) throw unreachable(address, cause);
        return false;
      },
    );
    if (!isThere) return;
    await cloned(git, url, join(folder, "git", `${next}.git`)).catch((cause: unknown) =>
      Promise.reject(unreachable(address, cause)),
    );
  }
}

/** The bot and a replay may make the same mirror at once: only a whole one gets its name. */
async function cloned(git: SimpleGit, url: string, folder: string): Promise<void> {
  await dropAbandoned(dirname(folder));
  const part = `${folder}.part-${crypto.randomUUID()}`;
  await git.raw([...PATIENCE, "clone", "--quiet", "--mirror", url, part]);
  await rename(part, folder).catch(async (cause: unknown) => {
    await rm(part, { recursive: true, force: true });
    if (codeOf(cause) !== "ENOTEMPTY" && codeOf(cause) !== "EEXIST") throw cause;
  });
}

const ABANDONED_MS = 24 * 3_600_000;

/** What a killed process left of a clone. */
async function dropAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const part = join(folder, name);
    if (!name.includes(".part-") || Date.now() - (await stat(part)).mtimeMs < ABANDONED_MS) continue;
    await rm(part, { recursive: true, force: true });
  }
}

const MOST_TRIES = 5;
const BETWEEN_TRIES_MS = 1000;

/** While another process fetches into the same mirror, git finds its references locked. */
async function unlocked(step: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await step();
      return;
    } catch (cause) {
      const isLocked = cause instanceof Error && /cannot lock ref|\.lock'?: File exists/.test(cause.message);
      if (!isLocked || tries === MOST_TRIES) throw cause;
      await new Promise((rested) => setTimeout(rested, BETWEEN_TRIES_MS));
    }
  }
}

function unreachable(address: string, cause: unknown): ServiceError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const line = message.split("\n").find((each) => /fatal|error/i.test(each)) ?? message.split("\n")[0] ?? "";
  return new ServiceError(`${address}: the archive cannot be fetched (${line.trim()})`, {
    hint: "It is tried again; what is there already is worked on.",
    cause,
  });
}
