/** Run by the build as the program is run: leaves the compiled code of all that the run used. */
import { writeFileSync } from "node:fs";
import { CODE_CACHE, compileProgram, runProgram } from "./program.ts";

const folder = new URL(".", import.meta.url);
const script = compileProgram(folder, undefined);
process.on("exit", () => writeFileSync(new URL(CODE_CACHE, folder), script.createCachedData()));
runProgram(script, folder);
