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
export interface TreeMemory {
  readonly known: Map<string, KnownTree>;
  /** Milliseconds; a clock that is never set back. */
  readonly now: () => number;
}

interface KnownTree {
  readonly head: string;
  /** When git was asked for it. */
  readonly askedAt: number;
  readonly repository: Repository;
}

/** To start git, a large process is copied: with a question for each review, that cost a seventh of its time. */
const HEAD_HOLDS_MS = 1000;

export function createTreeMemory(now: () => number = () => performance.now()): TreeMemory {
  return { known: new Map(), now };
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
  const known = memory?.known.get(path);
  if (memory !== null && known !== undefined && memory.now() - known.askedAt < HEAD_HOLDS_MS)
    return { kind: "repository", repository: known.repository, head: known.head, folder };
  const askedAt = memory?.now() ?? 0;
  const repository = await openRepository(path);
  const head = await repository.commitOf("HEAD");
  if (memory === null || head === null) return { kind: "repository", repository, head, folder };
  const remembered =
    known?.head === head
      ? known.repository
      : repositoryBehind(rememberingDoor(await openGitDoor(path)), path);
  memory.known.set(path, { head, askedAt, repository: remembered });
  return { kind: "repository", repository: remembered, head, folder };
}

function isRepository(path: string): boolean {
  return (
    isThere(join(path, ".git")) || ["HEAD", "objects", "refs"].every((name) => isThere(join(path, name)))
  );
}
