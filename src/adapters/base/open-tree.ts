/** What a person names with `--tree`: a plain folder, a git work tree, or a bare repository. */
import { join } from "node:path";
import type { SourceTree } from "../../review/index.ts";
import { openFolder } from "../files/folder-tree.ts";
import { isThere } from "../files/input.ts";
import { openRepository, type Repository } from "../git/repository.ts";

export type NamedTree =
  | { readonly kind: "folder"; readonly tree: SourceTree }
  /** `head` is null in a repository without commits. */
  | {
      readonly kind: "repository";
      readonly repository: Repository;
      readonly head: string | null;
      readonly folder: SourceTree;
    };

/**
 * Looks at the folder itself only: a folder inside a checkout is a plain folder.
 * No process is started for a plain one.
 *
 * @throws {PatchError} when there is no such folder
 */
export async function openTree(path: string): Promise<NamedTree> {
  const folder = await openFolder(path);
  if (!isRepository(path)) return { kind: "folder", tree: folder };
  const repository = await openRepository(path);
  return { kind: "repository", repository, head: await repository.commitOf("HEAD"), folder };
}

function isRepository(path: string): boolean {
  return (
    isThere(join(path, ".git")) || ["HEAD", "objects", "refs"].every((name) => isThere(join(path, name)))
  );
}
