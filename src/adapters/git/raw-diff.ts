/** What `git diff-tree -r -z --raw` and `git log -z --raw` list: files with their blobs before and after. */
import type { ChangedFile } from "../../review/index.ts";

export interface RawEntry {
  /** Null for a file that is new. */
  readonly oldPath: string | null;
  /** Null for a file that is deleted. */
  readonly newPath: string | null;
  readonly isCopy: boolean;
  /** Ids of the contents; null on the side where there is no file. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
}

/** Symbolic links and submodules are no files to read. */
const FILE_MODES = new Set(["100644", "100755", "100664", "000000"]);

/**
 * @param parts the listing at its NULs: a row of modes, blobs and a letter, then one or two names
 * @returns regular files only
 */
export function rawEntries(parts: readonly string[]): RawEntry[] {
  const entries: RawEntry[] = [];
  for (let at = 0; at < parts.length; ) {
    const row = /^\n?:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[at] ?? "");
    if (row === null) break;
    const [, oldMode = "", newMode = "", oldBlob = "", newBlob = "", letter = ""] = row;
    const isMove = letter === "R" || letter === "C";
    const [first = "", second = first] = parts.slice(at + 1, at + (isMove ? 3 : 2));
    at += isMove ? 3 : 2;
    if (!FILE_MODES.has(oldMode) || !FILE_MODES.has(newMode)) continue;
    entries.push({
      oldPath: letter === "A" ? null : first,
      newPath: letter === "D" ? null : second,
      isCopy: letter === "C",
      oldBlob: letter === "A" ? null : oldBlob,
      newBlob: letter === "D" ? null : newBlob,
    });
  }
  return entries;
}

export function changedFileOf({ oldPath, newPath, isCopy, newBlob }: RawEntry): ChangedFile {
  return { oldPath, newPath, isCopy, blob: newBlob, patch: null };
}
