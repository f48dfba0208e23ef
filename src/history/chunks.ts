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
  // The long ones first: what is done last is to be short.
  const sorted = [...groups.values()].sort((left, right) => right.length - left.length);
  yield* inTurns(
    sorted.filter((group) => group.length > most).map((group) => piecesOf(group, most)),
    threads,
  );
  let small: WalkedCommit[] = [];
  for (const group of sorted.filter(({ length }) => length <= most)) {
    if (group.length + small.length > most) {
      yield small;
      small = [];
    }
    small.push(...group);
  }
  if (small.length > 0) yield small;
}

function piecesOf<T>(row: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(row.length / most) }, (_, at) =>
    row.slice(at * most, (at + 1) * most),
  );
}

/** As many rows side by side as there are threads: each thread then mostly stays with the file that it knows. */
function* inTurns<T>(rows: readonly T[][], threads: number): Generator<T> {
  const waiting = [...rows];
  const open = waiting.splice(0, threads);
  for (let at = 0; open.length > 0; at++) {
    const lane = at % open.length;
    const piece = open[lane]?.shift();
    if (piece !== undefined) yield piece;
    else open.splice(lane, 1, ...waiting.splice(0, 1));
  }
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
