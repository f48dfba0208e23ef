/**
 * The bundled program and V8's compiled code of it.
 *
 * A review runs for a fraction of a second, and compiling its functions was a sixth of
 * that. The build runs one review and keeps what V8 compiled in `program.cache`; V8 takes
 * it when its version and flags are the same, and compiles as usual when they are not.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";
import { tuneForShortRuns } from "./tuning.ts";

/** What the bundle, a CommonJS module, uses of its surroundings; the build names `import.meta.url` so. */
const PARAMETERS = "require, module, exports, bundleUrl";

type Bundle = (require: NodeJS.Require, module: object, exports: object, bundleUrl: string) => void;

export const CODE_CACHE = "program.cache";

/**
 * Compiles `program.cjs`.
 *
 * @param folder the URL of the folder with the program, with its closing slash
 * @param cachedData V8's compiled code of an earlier run
 */
export function compileProgram(folder: URL, cachedData: Buffer | undefined): Script {
  tuneForShortRuns();
  const url = new URL("program.cjs", folder);
  // The bundle is ASCII, and a string of single bytes is read and scanned twice as fast.
  const text = readFileSync(url, "latin1");
  const opening = `(function (${PARAMETERS}) {`;
  return new Script(`${opening}${text}\n})`, {
    filename: url.href,
    // So that a stack names the columns of the file.
    columnOffset: -opening.length,
    ...(cachedData && { cachedData }),
  });
}

export function runProgram(script: Script, folder: URL): void {
  const url = new URL("program.cjs", folder).href;
  const bundle = script.runInThisContext() as Bundle;
  const module = { exports: {} };
  bundle(createRequire(url), module, module.exports, url);
}
