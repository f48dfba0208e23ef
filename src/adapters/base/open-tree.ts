/** What a person names with `--tree`: a plain folder, a git work tree, or a bare repository. */
import { join } from "node:path";
import type { SourceTree } from "../../review/index.ts";
import { openFolder } from "../files/folder-tree.ts";
import { isThere } from "../files/input.ts";
import { openGitDoor } from "../git/git-door.ts";
import { rememberingDoor } from "../git/remembering-door.ts";
import { openRepository, type Repository, repositoryBehind } from "../git/repository.ts";

export type NamedTree =
  | { readonly kind: "folder"; readonly tree: SourceTree }
  /** `head` is null in a repository without commits. */
  | {
      readonly kind: "repository";
      readonly repository: Repository;
      readonly head: string | null;
      readonly folder: SourceTree;
    };

/** Repositories by path, with what was asked of them: for a process that looks at one tree again and again. */
export type TreeMemory = Map<string, KnownTree>;

interface KnownTree {
  readonly head: string;
  readonly repository: Repository;
}

export function createTreeMemory(): TreeMemory {
  return new Map();
}

/**
 * Looks at the folder itself only: a folder inside a checkout is a plain folder.
 * No process is started for a plain one.
 *
 * @throws {PatchError} when there is no such folder
 */
export async function openTree(path: string, memory: TreeMemory | null = null): Promise<NamedTree> {
  const folder = await openFolder(path);
  if (!isRepository(path)) return { kind: "folder", tree: folder };
  const repository = await openRepository(path);
  const head = await repository.commitOf("HEAD");
  if (memory === null || head === null) return { kind: "repository", repository, head, folder };
  return { kind: "repository", repository: await rememberedAt(path, head, memory), head, folder };
}

async function rememberedAt(path: string, head: string, memory: TreeMemory): Promise<Repository> {
  const known = memory.get(path);
  if (known?.head === head) return known.repository;
  const repository = repositoryBehind(rememberingDoor(await openGitDoor(path)), path);
  memory.set(path, { head, repository });
  return repository;
}

function isRepository(path: string): boolean {
  return (
    isThere(join(path, ".git")) || ["HEAD", "objects", "refs"].every((name) => isThere(join(path, name)))
  );
}
