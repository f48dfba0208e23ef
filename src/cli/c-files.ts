/** The C files that a command names, with the packs and the other files that these speak of. */
import { readBeside, readSources } from "../adapters/index.ts";
import { InputError } from "../base/index.ts";
import { filesBeside } from "../review/index.ts";
import type { Surroundings } from "./command.ts";
import type { Options } from "./options.ts";
import { tuneForLongRuns } from "./tuning.ts";

/** With up to so many the run is a short one. */
const FEW_FILES = 10;

export function isLongRun(files: readonly unknown[]): boolean {
  return files.length > FEW_FILES;
}

/**
 * @param usage how the command is called, for the complaint that no file is named
 * @throws {InputError} no path, a path that cannot be read, or a pack that is wrong
 */
export async function readCFiles(
  { paths, tree, rules }: Options,
  around: Surroundings,
  usage: { readonly nothing: string; readonly hint: string },
) {
  if (paths.length === 0) throw new InputError(usage.nothing, { hint: usage.hint });
  const files = await readSources(paths, tree);
  if (isLongRun(files)) tuneForLongRuns();
  const packs = await around.packs(rules);
  const names = files.map(({ path }) => path);
  const beside = await filesBeside(packs, names, (wanted) => readBeside(wanted, files));
  return { files, packs, ...beside };
}
