/** C files that a user names, one by one or by their folders. */
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { PatchError } from "../../base/index.ts";
import { decodeText } from "../../patch/index.ts";
import { codeOf } from "./file-error.ts";
import { openFolder } from "./folder-tree.ts";
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
  if (tree !== null) await openFolder(tree);
  const files = new Map<string, string>();
  for (const name of names) for (const path of await cFilesAt(name)) files.set(resolve(path), path);
  const sources: NamedSource[] = [];
  const named = [...files];
  for (let at = 0; at < named.length; at += FILES_AT_ONCE) {
    const run = named.slice(at, at + FILES_AT_ONCE);
    const read = run.map(([absolute, path]) => readSource(absolute, path, tree));
    for (const source of await Promise.all(read)) sources.push(source);
  }
  return sources;
}

/** A process may not have more than a thousand files open in many places. */
const FILES_AT_ONCE = 100;

async function readSource(absolute: string, path: string, tree: string | null): Promise<NamedSource> {
  const bytes = await readFile(absolute).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  return { text: decodeText(bytes), ...(await placeOfSource(absolute, path, tree)) };
}

function unreadable(path: string, cause: unknown): PatchError {
  return new PatchError(`${path}: cannot be read (${codeOf(cause)})`, {
    hint: "Check its permissions.",
    cause,
  });
}

async function cFilesAt(name: string): Promise<string[]> {
  const info = await stat(name).catch((cause: unknown) => {
    if (codeOf(cause) !== "ENOENT") throw unreadable(name, cause);
    throw new PatchError(`${name}: there is no such file or folder`, { hint: "Check the name.", cause });
  });
  if (!info.isDirectory()) return [name];
  const entries = await readdir(name, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const where = cause instanceof Error && "path" in cause ? String(cause.path) : name;
    throw unreadable(where, cause);
  });
  const files = entries
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0)
    throw new PatchError(`${name}: there is no C file in it`, { hint: "Name a folder with .c files." });
  return files.sort();
}

/** @returns the name of a file that need not be there, as reports have it, and the folder that it starts from */
export async function placeOfSource(
  absolute: string,
  asNamed: string,
  tree: string | null,
): Promise<Pick<NamedSource, "path" | "top">> {
  const top = tree === null ? await checkoutTopOf(absolute) : resolve(tree);
  const inside = top === null ? ".." : relative(top, absolute);
  if (top !== null && !inside.startsWith("..")) return { path: inside.split(sep).join("/"), top };
  return { path: asNamed.split(sep).join("/"), top: isAbsolute(asNamed) ? "/" : "." };
}
