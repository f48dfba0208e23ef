/** A public-inbox archive behind an address, mirrored epoch by epoch with git. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "../../base/index.ts";

/** git gives up a transfer that stands still. */
const PATIENCE = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"];

/** Fetches the epochs that are there, and looks whether there is one more. @throws {ServiceError} when the address does not answer */
export async function mirrorEpochs(address: string, folder: string): Promise<void> {
  const { simpleGit } = await import("simple-git");
  const git = simpleGit({ baseDir: folder, timeout: { block: 120_000 } });
  const names = await readdir(join(folder, "git")).catch(() => []);
  const known = names.flatMap((name) => /^(\d+)\.git$/.exec(name)?.[1] ?? []).map(Number);
  for (const epoch of known) {
    await simpleGit({ baseDir: join(folder, "git", `${epoch}.git`), timeout: { block: 120_000 } })
      .raw([...PATIENCE, "fetch", "--quiet", "--prune", "origin"])
      .catch((cause: unknown) => Promise.reject(unreachable(address, cause)));
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
    await git
      .raw([...PATIENCE, "clone", "--quiet", "--mirror", url, join("git", `${next}.git`)])
      .catch((cause: unknown) => Promise.reject(unreachable(address, cause)));
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
