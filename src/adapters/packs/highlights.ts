/** The grammar's own query for colours, which ships beside the program. */
import { readFile } from "node:fs/promises";
import { InvariantError } from "../../base/index.ts";

/** @returns `highlights.scm` as text */
export async function readHighlights(shipped: URL): Promise<string> {
  try {
    return await readFile(shipped, "utf8");
  } catch (cause) {
    throw new InvariantError("the colours that ship with the program cannot be read", { cause });
  }
}
