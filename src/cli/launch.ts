/** What `lockspan` starts: runs the program beside it, with its compiled code when the build left it. */
import { readFileSync } from "node:fs";
import { CODE_CACHE, compileProgram, runProgram } from "./program.ts";

const folder = new URL(".", import.meta.url);

function readCodeCache(): Buffer | undefined {
  try {
    return readFileSync(new URL(CODE_CACHE, folder));
  } catch {
    // Without it the program starts slower and does the same.
    return undefined;
  }
}

runProgram(compileProgram(folder, readCodeCache()), folder);
