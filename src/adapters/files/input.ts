/** What a person names on the command line: files to read, `-` for standard input. */
import { lstatSync, readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PatchError } from "../../base/index.ts";
import { codeOf } from "./file-error.ts";

export interface Input {
  /** As given; `-` for standard input. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * @param names paths, or `-` once
 * @throws {PatchError} when a named file is not there or cannot be read
 */
export async function readInputs(names: readonly string[]): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  // One after the other: their order is the order of the patches.
  for (const name of names)
    inputs.push({ name, bytes: name === "-" ? await readStandardInput() : readNamed(name) });
  return inputs;
}

function readNamed(name: string): Uint8Array {
  try {
    return readFileSync(name);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT")
      throw new PatchError(`${name}: there is no such file`, { hint: "Check the name.", cause });
    if (code === "EISDIR") {
      throw new PatchError(`${name}: is a folder, not a file`, { hint: "Name the files in it.", cause });
    }
    throw new PatchError(`${name}: cannot be read (${code})`, { hint: "Check its permissions.", cause });
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The top of the git checkout that holds a file or folder; null outside of one. Starts no process. */
export async function checkoutTopOf(path: string): Promise<string | null> {
  const start = await realpath(resolve(path)).catch(() => resolve(path));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isThere(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

/** Whether there is something of that name, be it a broken link. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
