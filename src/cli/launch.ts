/**
 * What `lockspan` starts: runs the program beside it, with its compiled code when the build left it.
 * The version alone is told without: half of what is here would only be loaded for nothing.
 */
import { readFileSync, writeSync } from "node:fs";

const folder = new URL(".", import.meta.url);

/** @returns whether it is said; the program says what is wrong with the output otherwise */
function sayVersion(): boolean {
  try {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", folder), "utf8")) as {
      version: string;
    };
    const line = `lockspan ${version}\n`;
    return writeSync(1, line) === line.length;
  } catch {
    return false;
  }
}

async function start(): Promise<void> {
  const { CODE_CACHE, compileProgram, runProgram } = await import("./program.ts");
  const readCodeCache = (): Buffer | undefined => {
    try {
      return readFileSync(new URL(CODE_CACHE, folder));
    } catch {
      // Without it the program starts slower and does the same.
      return undefined;
    }
  };
  runProgram(compileProgram(folder, readCodeCache()), folder);
}

const isVersionAlone = process.argv.length === 3 && process.argv[2] === "--version";
if (!isVersionAlone || !sayVersion()) void start();
