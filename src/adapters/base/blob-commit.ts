/**
 * The commit around the blobs that a patch names: the state of all the other
 * files when the patch was made.
 */
import type { Repository } from "../git/repository.ts";

export interface NamedBlob {
  readonly path: string;
  /** The whole id. */
  readonly id: string;
  /** As the `index` line writes it. */
  readonly written: string;
}

interface Hints {
  /** Commits that are likely: of the trailer, HEAD. */
  readonly commits: readonly string[];
  /** The mail's Date; null when unknown. */
  readonly sent: string | null;
}

/**
 * A commit in which every path is the named blob: a likely one, the newest
 * before the mail was sent, or the last before the first file changed again.
 * When no commit holds all the blobs, one that holds the first; null without.
 */
export async function commitOfBlobs(
  repository: Repository,
  blobs: readonly NamedBlob[],
  hints: Hints,
): Promise<string | null> {
  const [first] = blobs;
  if (first === undefined) return null;
  for (const commit of hints.commits) {
    if (await holdsAll(repository, commit, blobs)) return commit;
  }
  const before = await commitAt(repository, hints.sent);
  if (before !== null && (await holdsAll(repository, before, blobs))) return before;
  return repository.commitHolding(first.id, first.path);
}

async function holdsAll(
  repository: Repository,
  commit: string,
  blobs: readonly NamedBlob[],
): Promise<boolean> {
  const entries = await repository.entriesOf(
    commit,
    blobs.map(({ path }) => path),
  );
  return blobs.every(({ path, id }) => entries.get(path)?.blob === id);
}

async function commitAt(repository: Repository, sent: string | null): Promise<string | null> {
  const time = sent === null ? Number.NaN : Date.parse(sent);
  return Number.isNaN(time) ? null : repository.commitBefore(new Date(time).toISOString());
}
