/**
 * The cache of results that audits, the bot, editors and backtests share, loaded when it is asked
 * for: its digests take longer to load than a review of one patch would gain.
 */
import { readdirSync, readFileSync } from "node:fs";
import { NO_CACHE, type ResultCache } from "../../base/index.ts";
import { cacheFolder } from "./cache-folder.ts";

interface CacheOwner {
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** The folder of the program's scripts, with its closing slash: their bytes are its build. */
  readonly program: URL;
  /** The rules in force, written out: `packsText` of the packs, and the profile where it counts. */
  readonly rules: readonly string[];
}

/** @throws {InputError} when LOCKSPAN_CACHE is no whole path */
export async function openResultCache({ env, version, program, rules }: CacheOwner): Promise<ResultCache> {
  const folder = cacheFolder(env);
  if (folder === null) return NO_CACHE;
  const { FolderCache } = await import("./folder-cache.ts");
  return new FolderCache({ folder, seal: [version, process.versions.node, ...buildOf(program), ...rules] });
}

/** Two builds of one version are two programs. */
function buildOf(folder: URL): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(c?js|ts|json)$/.test(name))
    .sort()
    .flatMap((name) => [name, readFileSync(new URL(name, folder), "latin1")]);
}
