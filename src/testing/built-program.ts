/** The program as the build makes it, in a folder of its own, for tests that run it as people do. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PROJECT_ROOT } from "./project-root.ts";

export interface BuiltProgram {
  /** A folder for the test's own files, with the program in `dist/`. */
  readonly home: string;
  /** What `node` is to run. */
  readonly script: string;
  readonly remove: () => void;
}

/** @throws {Error} with what the build said */
export function buildProgram(): BuiltProgram {
  const home = mkdtempSync(path.join(tmpdir(), "lockspan-program-"));
  copyFileSync(path.join(PROJECT_ROOT, "package.json"), path.join(home, "package.json"));
  symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(home, "node_modules"));
  const built = spawnSync(process.execPath, ["src/build.mjs", path.join(home, "dist")], {
    cwd: PROJECT_ROOT,
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(built.stderr);
  return {
    home,
    script: path.join(home, "dist/lockspan.js"),
    remove: () => rmSync(home, { recursive: true }),
  };
}
