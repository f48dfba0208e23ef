/** C files that a user names, one by one or by their folders. */
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { PatchError } from "../../base/index.ts";
import { decodeText } from "../../patch/index.ts";
import { codeOf } from "./file-error.ts";
import { checkoutTopOf } from "./input.ts";

export interface NamedSource {
  /** Relative to the tree, or to the checkout's top, or as it was named. */
  readonly path: string;
  readonly text: string;
  /** The folder that `path` starts from. */
  readonly top: string;
}

/**
 * @param tree the folder that names are relative to, or null to find the checkout
 * @throws {PatchError} when a named path is not there, or a folder has no C file
 */
export async function readSources(names: readonly string[], tree: string | null): Promise<NamedSource[]> {
  const files = new Map<string, string>();
  for (const name of names) for (const path of await cFilesAt(name)) files.set(resolve(path), path);
  const sources = [...files].map(async ([absolute, path]): Promise<NamedSource> => {
    const text = decodeText(await readFile(absolute));
    return { text, ...(await nameInTree(absolute, path, tree)) };
  });
  return Promise.all(sources);
}

async function cFilesAt(name: string): Promise<string[]> {
  const info = await stat(name).catch((cause: unknown) => {
    const why =
      codeOf(cause) === "ENOENT" ? "there is no such file or folder" : `cannot be read (${codeOf(cause)})`;
    throw new PatchError(`${name}: ${why}`, { hint: "Check the name.", cause });
  });
  if (!info.isDirectory()) return [name];
  const entries = await readdir(name, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0)
    throw new PatchError(`${name}: there is no C file in it`, { hint: "Name a folder with .c files." });
  return files.sort();
}

async function nameInTree(
  absolute: string,
  asNamed: string,
  tree: string | null,
): Promise<Pick<NamedSource, "path" | "top">> {
  const top = tree === null ? await checkoutTopOf(absolute) : resolve(tree);
  const inside = top === null ? ".." : relative(top, absolute);
  if (top !== null && !inside.startsWith("..")) return { path: inside.split(sep).join("/"), top };
  return { path: asNamed.split(sep).join("/"), top: isAbsolute(asNamed) ? "/" : "." };
}
