/** The rule packs that ship with the program, and those that a user adds. */
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, InvariantError } from "../../base/index.ts";
import { type CompiledPacks, compilePacks, type LoadedPacks, loadCompiledPacks } from "../../rules/index.ts";
import { codeOf } from "../files/file-error.ts";

/**
 * @param shipped where the compiled packs lie
 * @param folders `--rules`: each holds packs as in `rules/`; a rule of the same id replaces the shipped one
 * @throws {InputError} for a folder that is not there or a pack that is wrong, with file and line
 */
export async function loadPacks(shipped: URL, folders: readonly string[]): Promise<LoadedPacks> {
  return loadPackTexts(shipped, (await Promise.all(folders.map(packFiles))).flat());
}

/** As `loadPacks`, with packs whose texts are at hand. @throws {InputError} for a pack that is wrong */
export async function loadPackTexts(
  shipped: URL,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<LoadedPacks> {
  const compiled = readShipped(shipped);
  return loadCompiledPacks(files.length === 0 ? compiled : await compilePacks([...files], compiled));
}

function readShipped(shipped: URL): CompiledPacks {
  try {
    return JSON.parse(readFileSync(shipped, "utf8")) as CompiledPacks;
  } catch (cause) {
    throw new InvariantError("the rule packs that ship with the program cannot be read", { cause });
  }
}

/** The YAML files of a folder. @throws {InputError} when it cannot be read or has none */
export async function packFiles(folder: string): Promise<{ path: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause, "Name a folder with rule packs (YAML files).");
  });
  const packs = entries
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (packs.length === 0) {
    throw new InputError(`${folder}: there is no rule pack in it`, {
      hint: "Packs are YAML files, as in rules/.",
    });
  }
  return Promise.all(packs.map(readPack));
}

async function readPack(path: string): Promise<{ path: string; text: string }> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unreadable(path, cause, "Check its permissions.");
  });
  return { path, text };
}

function unreadable(path: string, cause: unknown, hint: string): InputError {
  return new InputError(`${path}: the rule packs cannot be read (${codeOf(cause)})`, { hint, cause });
}
