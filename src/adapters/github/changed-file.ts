/** GitHub's list of changed files, in our words. */
import type { ChangedFile } from "../../review/index.ts";

export interface ListedFile {
  readonly filename: string;
  readonly status: string;
  readonly sha: string | null;
  readonly patch?: string;
  readonly previous_filename?: string;
}

export function changedFileOf(file: ListedFile): ChangedFile {
  const { filename, status, sha, patch = null, previous_filename: previous = filename } = file;
  const isGone = status === "removed";
  return {
    oldPath: status === "added" ? null : previous,
    newPath: isGone ? null : filename,
    isCopy: status === "copied",
    blob: isGone ? null : sha,
    patch,
  };
}
