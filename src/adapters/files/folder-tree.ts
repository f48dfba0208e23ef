/**
 * A plain folder as a tree of sources. Reads only; names and symbolic links
 * that lead out of the folder are refused.
 *
 * A review reads a handful of files. Without waiting for each that takes less time than
 * starting the threads which would read them beside it.
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { compareText, PatchError } from "../../base/index.ts";
import { decodeText, unsafeNameReason } from "../../patch/index.ts";
import type { SourceTree } from "../../review/index.ts";
import { codeOf } from "./file-error.ts";

/** @throws {PatchError} when there is no such folder. */
export async function openFolder(folder: string): Promise<SourceTree> {
  const root = rootOf(folder);
  return {
    commit: null,
    how: "the folder as it is",
    read: async (paths) => new Map(paths.map((path) => [path, readInside(root, path)])),
    list: async (under, endings) => (await filesBelow(root, under, endings)).sort(compareText),
  };
}

function rootOf(folder: string): string {
  try {
    const root = realpathSync.native(folder);
    if (statSync(root).isDirectory()) return root;
  } catch (cause) {
    const code = codeOf(cause);
    const why =
      code === "ENOENT" || code === "ENOTDIR" ? "there is no such folder" : `cannot be read (${code})`;
    throw new PatchError(`${folder}: ${why}`, { hint: "Name the tree with --tree DIR.", cause });
  }
  throw new PatchError(`${folder}: is not a folder`, { hint: "Name the top of the tree with --tree DIR." });
}

/** The text of a file; null when there is none. */
function readInside(root: string, path: string): string | null {
  const why = unsafeNameReason(path);
  if (why !== null) throw outside(path, why);
  try {
    const real = realpathSync.native(join(root, path));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw outside(path, "a symbolic link that leads out of the tree");
    }
    return decodeText(readFileSync(real));
  } catch (cause) {
    if (cause instanceof PatchError) throw cause;
    const code = codeOf(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new PatchError(`${path}: cannot be read (${code})`, {
      hint: "Check the tree's permissions.",
      cause,
    });
  }
}

function outside(path: string, why: string): PatchError {
  return new PatchError(`${JSON.stringify(path)} is ${why}`, {
    hint: "Only files inside the tree are read.",
  });
}

/** Symbolic links are not followed: what they lead to is listed where it stands. */
async function filesBelow(root: string, under: string, endings: readonly string[]): Promise<string[]> {
  const why = under === "" ? null : unsafeNameReason(under);
  if (why !== null) throw outside(under, why);
  const entries = await readdir(join(root, under), { withFileTypes: true }).catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return [];
    throw new PatchError(`${under}: cannot be listed (${codeOf(cause)})`, {
      hint: "Check the tree's permissions.",
      cause,
    });
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = under === "" ? entry.name : `${under}/${entry.name}`;
      if (entry.isDirectory()) return unsafeNameReason(path) === null ? filesBelow(root, path, endings) : [];
      return entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
    }),
  );
  return found.flat();
}
