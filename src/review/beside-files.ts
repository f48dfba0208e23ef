/** Other files of a tree that the packs of the files under analysis want read along. */
import { callersFor, headersFor, type LoadedPacks } from "../rules/index.ts";
import type { FilesBeside } from "./audit-files.ts";
import { headerFiles } from "./header-types.ts";

/**
 * @param paths the files under analysis
 * @param read texts by name; a file that is not there is null or left out
 */
export async function filesBeside(
  { drivers }: LoadedPacks,
  paths: readonly string[],
  read: (names: readonly string[]) => Promise<ReadonlyMap<string, string | null>>,
): Promise<FilesBeside> {
  const wanted = headersFor(drivers, paths);
  const calling = callersFor(drivers, paths);
  const names = [...wanted.map(({ path }) => path), ...calling];
  const texts = names.length === 0 ? new Map<string, string | null>() : await read(names);
  const callers = calling.flatMap((path) => {
    const text = texts.get(path) ?? null;
    return text === null ? [] : [{ path, text }];
  });
  return { headers: headerFiles(wanted, texts), callers };
}
