/** A change between two commits of a checkout: read from git's objects, never from the work tree. */
import { join } from "node:path";
import type { ChangedFile, ChangeSource } from "../../review/index.ts";
import { isThere } from "../files/input.ts";
import { commitTree } from "./commit-tree.ts";
import { openGitDoor } from "./git-door.ts";
import { openRepository } from "./repository.ts";

export interface CommitPair {
  readonly base: string;
  readonly head: string;
}

/** @returns null where there is no checkout, or its history does not reach back to where the two part */
export async function checkedOutChange(
  folder: string,
  { base, head }: CommitPair,
): Promise<ChangeSource | null> {
  if (!isThere(join(folder, ".git"))) return null;
  const repository = await openRepository(folder);
  const [from, to] = [await repository.commitOf(base), await repository.commitOf(head)];
  if (from === null || to === null) return null;
  const git = await openGitDoor(folder);
  const parting = (await git.ask(["merge-base", from, to]))?.trim() ?? "";
  if (!/^[0-9a-f]{40,64}$/.test(parting)) return null;
  const listing = await git.text([
    "diff-tree",
    "-r",
    "-z",
    "-M",
    "--raw",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    parting,
    to,
  ]);
  const after = commitTree(repository, to, `commit ${to.slice(0, 12)}`);
  return {
    base: parting,
    how: "the checkout",
    files: rawEntries(listing),
    isWhole: true,
    tree: commitTree(repository, parting, `commit ${parting.slice(0, 12)}`),
    after: async (files) => {
      const paths = files.map(({ newPath }) => newPath).filter((path) => path !== null);
      const texts = await after.read(paths);
      return new Map([...texts].flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])));
    },
  };
}

/** Symbolic links and submodules are no files to read. */
const FILE_MODES = new Set(["100644", "100755", "000000"]);

/** The rows of `git diff-tree -r -z --raw`: modes, blobs, a letter, and one or two names. */
function rawEntries(listing: string): ChangedFile[] {
  const parts = listing.split("\0");
  const files: ChangedFile[] = [];
  for (let at = 0; at < parts.length; ) {
    const row = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[at] ?? "");
    if (row === null) break;
    const [, oldMode = "", newMode = "", , blob = "", letter = ""] = row;
    const isMove = letter === "R" || letter === "C";
    const [first = "", second = first] = parts.slice(at + 1, at + (isMove ? 3 : 2));
    at += isMove ? 3 : 2;
    if (!FILE_MODES.has(oldMode) || !FILE_MODES.has(newMode)) continue;
    files.push({
      oldPath: letter === "A" ? null : first,
      newPath: letter === "D" ? null : second,
      isCopy: letter === "C",
      blob: letter === "D" ? null : blob,
      patch: null,
    });
  }
  return files;
}
