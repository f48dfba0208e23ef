/** The pages of the checks, which ship as one document beside the program. */
import { readFile } from "node:fs/promises";
import { InvariantError } from "../../base/index.ts";

/** @returns Markdown by check id */
export async function readCheckPages(shipped: URL): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(shipped, "utf8")) as Record<string, string>));
  } catch (cause) {
    throw new InvariantError("the pages that ship with the program cannot be read", { cause });
  }
}
