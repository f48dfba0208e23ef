/** Where results of earlier runs lie: as the environment says, else where the system keeps such things. */
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../base/index.ts";

/** @returns a whole path; null where LOCKSPAN_CACHE is `off` or there is no home */
export function cacheFolder(env: NodeJS.ProcessEnv): string | null {
  const named = env["LOCKSPAN_CACHE"];
  if (named === "off") return null;
  if (named !== undefined && named !== "") {
    if (named.startsWith("/") || /^[A-Za-z]:[\\/]/.test(named)) return named;
    throw new InputError(`LOCKSPAN_CACHE is "${named}", which is no whole path`, {
      hint: "Name a folder from / on, or say off.",
    });
  }
  const base = env["XDG_CACHE_HOME"];
  // The specification of XDG says that a path which is not whole does not count.
  if (base?.startsWith("/")) return join(base, "lockspan");
  const home = homeOf(env);
  if (home === null) return null;
  if (process.platform === "win32") return join(env["LOCALAPPDATA"] ?? home, "lockspan", "cache");
  if (process.platform === "darwin") return join(home, "Library", "Caches", "lockspan");
  return join(home, ".cache", "lockspan");
}

function homeOf(env: NodeJS.ProcessEnv): string | null {
  try {
    const home = env["HOME"] ?? homedir();
    return home === "" ? null : home;
  } catch {
    return null;
  }
}
