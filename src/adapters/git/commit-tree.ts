/** The tree of one commit, as the pipeline wants to read it. */
import { PatchError } from "../../base/index.ts";
import { unsafeNameReason } from "../../patch/index.ts";
import type { SourceTree } from "../../review/index.ts";
import type { Repository } from "./repository.ts";

/** @param how the words for the report, such as "HEAD 1234567890". */
export function commitTree(repository: Repository, commit: string, how: string): SourceTree {
  return {
    commit,
    how,
    read: (paths) => {
      for (const path of paths) refuseUnsafe(path);
      return repository.readFiles(commit, paths);
    },
    list: (under, endings) => {
      if (under !== "") refuseUnsafe(under);
      return repository.listFiles(commit, under, endings);
    },
  };
}

function refuseUnsafe(path: string): void {
  const why = unsafeNameReason(path);
  if (why !== null)
    throw new PatchError(`${JSON.stringify(path)} is ${why}`, {
      hint: "Only files inside the tree are read.",
    });
}

/** So much of an id tells commits of a large project apart. */
export function shortId(id: string): string {
  return id.slice(0, 10);
}
