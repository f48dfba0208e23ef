/**
 * Commits as pieces of work: those of one file together, in their order, since the versions of a
 * file have most of their text in common.
 */
import type { WalkedCommit } from "../adapters/index.ts";

/** So many commits are looked at together; more need more memory. */
const WINDOW = 4_000;
const MOST_IN_CHUNK = 40;

/** @param threads that share the work: each is to get several pieces, so that none is left with a long one */
export async function* chunksOf(
  commits: AsyncIterable<WalkedCommit>,
  threads: number,
): AsyncGenerator<WalkedCommit[]> {
  let window: WalkedCommit[] = [];
  for await (const commit of commits) {
    window.push(commit);
    if (window.length < WINDOW) continue;
    yield* chunksIn(window, threads);
    window = [];
  }
  yield* chunksIn(window, threads);
}

function* chunksIn(window: readonly WalkedCommit[], threads: number): Generator<WalkedCommit[]> {
  const changes = new Map<string, number>();
  for (const { files } of window) {
    for (const file of files) changes.set(nameOf(file), (changes.get(nameOf(file)) ?? 0) + 1);
  }
  const groups = new Map<string, WalkedCommit[]>();
  for (const commit of window) {
    const file = mainFile(commit, changes);
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [commit]);
    else group.push(commit);
  }
  const most = Math.max(4, Math.min(MOST_IN_CHUNK, Math.ceil(window.length / (threads * 8))));
  let small: WalkedCommit[] = [];
  // The long ones first: what is done last is to be short.
  for (const group of [...groups.values()].sort((left, right) => right.length - left.length)) {
    if (group.length + small.length <= most) {
      small.push(...group);
      continue;
    }
    if (small.length > 0) yield small;
    small = [];
    for (let at = 0; at < group.length; at += most) yield group.slice(at, at + most);
  }
  if (small.length > 0) yield small;
}

type ChangedName = Pick<WalkedCommit["files"][number], "oldPath" | "newPath">;

function nameOf({ oldPath, newPath }: ChangedName): string {
  return newPath ?? oldPath ?? "";
}

/** Of its C files the one that most commits change. */
function mainFile({ files }: WalkedCommit, changes: ReadonlyMap<string, number>): string {
  const names = files.map(nameOf).filter((name) => /\.[ch]$/.test(name));
  return names.reduce(
    (best, name) => ((changes.get(name) ?? 0) > (changes.get(best) ?? 0) ? name : best),
    names[0] ?? "",
  );
}
