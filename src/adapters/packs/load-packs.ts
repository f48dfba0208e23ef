/** The rule packs that ship with the program, and those that a user adds. */
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
  const compiled = await readShipped(shipped);
  if (folders.length === 0) return loadCompiledPacks(compiled);
  const files = (await Promise.all(folders.map(packFiles))).flat();
  return loadCompiledPacks(await compilePacks(files, compiled));
}

async function readShipped(shipped: URL): Promise<CompiledPacks> {
  try {
    return JSON.parse(await readFile(shipped, "utf8")) as CompiledPacks;
  } catch (cause) {
    throw new InvariantError("the rule packs that ship with the program cannot be read", { cause });
  }
}

/** The YAML files of a folder. @throws {InputError} when it cannot be read or has none */
export async function packFiles(folder: string): Promise<{ path: string; text: string }[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new InputError(`--rules ${folder}: cannot be read (${codeOf(cause)})`, {
      hint: "Name a folder with rule packs (YAML files).",
      cause,
    });
  });
  const packs = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  if (packs.length === 0) {
    throw new InputError(`--rules ${folder}: there is no rule pack in it`, {
      hint: "Packs are YAML files, as in rules/.",
    });
  }
  return Promise.all(
    packs.map(async (name) => ({
      path: join(folder, name),
      text: await readFile(join(folder, name), "utf8"),
    })),
  );
}
