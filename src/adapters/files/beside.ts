/** Other files that rule packs want, from the tree that named files lie in. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeText } from "../../patch/index.ts";
import type { NamedSource } from "./source-files.ts";

/**
 * @param beside a file of the same tree, which shows where names start
 * @returns the files that are there; a tree without one is analysed without it
 */
export async function readBeside(
  names: readonly string[],
  beside: readonly Pick<NamedSource, "top">[],
): Promise<ReadonlyMap<string, string>> {
  const top = beside[0]?.top ?? ".";
  const read = names.map(async (name): Promise<[string, string][]> => {
    const bytes = await readFile(join(top, name)).catch(() => null);
    return bytes === null ? [] : [[name, decodeText(bytes)]];
  });
  return new Map((await Promise.all(read)).flat());
}
