/** A change between two commits of a checkout: read from git's objects, never from the work tree. */
import { join } from "node:path";
import type { ChangeSource } from "../../review/index.ts";
import { isThere } from "../files/input.ts";
import { commitTree } from "./commit-tree.ts";
import { openGitDoor } from "./git-door.ts";
import { changedFileOf, rawEntries } from "./raw-diff.ts";
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
    files: rawEntries(listing.split("\0")).map(changedFileOf),
    isWhole: true,
    tree: commitTree(repository, parting, `commit ${parting.slice(0, 12)}`),
    after: async (files) => {
      const paths = files.map(({ newPath }) => newPath).filter((path) => path !== null);
      const texts = await after.read(paths);
      return new Map([...texts].flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])));
    },
  };
}
