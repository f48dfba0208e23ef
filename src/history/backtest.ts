/**
 * Reviews every commit of a history as if it had been posted.
 *
 * The walk, the reviews and what is made of them run at the same time. What a commit was told is
 * kept as soon as it is known, by its id, which stands for all that it changes and for what was
 * there before: a run that was killed goes on where it was. In memory are the commits that there
 * is something to say of.
 */
import { type Walk, type WalkedCommit, walkCommits } from "../adapters/index.ts";
import { type ResultCache, ServiceError } from "../base/index.ts";
import { type CommitFacts, type CommitVerdict, type History, HistoryBook } from "../review/index.ts";
import type { Profile } from "../rules/index.ts";
import { chunksOf } from "./chunks.ts";
import type { ReviewPool } from "./pool.ts";

export interface Backtest {
  readonly repository: string;
  readonly walk: Walk;
  readonly profile: Profile;
  readonly pool: ReviewPool;
  /** For the program, the rules and the profile of this run. */
  readonly cache: ResultCache;
  readonly progress: (progress: {
    readonly what: string;
    readonly done: number;
    readonly left: number | null;
  }) => void;
  /** Asked between pieces of work. */
  readonly isEnding: () => boolean;
}

/** @throws {ServiceError} when git fails, or it was told to end: called again it goes on where it was */
export async function runBacktest(backtest: Backtest): Promise<History> {
  const { walk, profile } = backtest;
  const told: Told[] = [];
  const counts = await reviewAll(backtest, told);
  if (backtest.isEnding())
    throw new ServiceError("lockspan backtest: told to end before it was done", {
      hint: "The same command goes on where it was.",
    });
  const book = new HistoryBook();
  for (const { at, facts, verdict } of told.sort((left, right) => left.at - right.at))
    book.add(at, facts, verdict);
  return book.end({ profile, range: walk, counts });
}

/** Of a commit that there is something to say of. */
interface Told {
  readonly at: number;
  readonly facts: CommitFacts;
  readonly verdict: CommitVerdict | string;
}

async function reviewAll(
  { repository, walk, pool, cache, progress, isEnding }: Backtest,
  told: Told[],
): Promise<History["counts"]> {
  const counts = { commits: 0, reviewed: 0 };
  const places = new Map<string, Omit<Told, "verdict">>();
  let done = 0;
  let isWalked = false;
  const show = () =>
    progress({ what: "reviewing commits", done, left: isWalked ? counts.reviewed - done : null });
  const take = (place: Omit<Told, "verdict">, verdict: CommitVerdict | string) => {
    done += 1;
    if (!saysNothing(verdict)) told.push({ ...place, verdict });
  };
  async function* unknown(): AsyncGenerator<WalkedCommit> {
    for await (const commit of walkCommits(repository, walk)) {
      if (isEnding()) return;
      const at = counts.commits;
      counts.commits += 1;
      if (!changesC(commit)) continue;
      counts.reviewed += 1;
      const { id, author, date, subject } = commit;
      const place = { at, facts: { id, author, date, subject } };
      const verdict = keptVerdict(cache, id);
      if (verdict !== null) take(place, verdict);
      else {
        places.set(id, place);
        yield commit;
      }
      if (counts.commits % 100 === 0) show();
    }
    isWalked = true;
  }
  const review = async (chunk: WalkedCommit[]): Promise<void> => {
    for (const { id, verdict } of await pool.review(chunk)) {
      if (typeof verdict !== "string") keepVerdict(cache, id, verdict);
      const place = places.get(id);
      places.delete(id);
      if (place !== undefined) take(place, verdict);
    }
    show();
  };
  const running = new Set<Promise<void>>();
  for await (const chunk of chunksOf(unknown(), pool.threads)) {
    if (isEnding()) break;
    const work = review(chunk).finally(() => running.delete(work));
    running.add(work);
    // As much as keeps the threads busy: the walk waits for them.
    while (running.size >= pool.threads * 2) await Promise.race(running);
  }
  await Promise.all(running);
  return counts;
}

const KIND = "backtest";

function keptVerdict(cache: ResultCache, id: string): CommitVerdict | null {
  const bytes = cache.get(KIND, [id]);
  return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString()) as CommitVerdict);
}

function keepVerdict(cache: ResultCache, id: string, verdict: CommitVerdict): void {
  cache.set(KIND, [id], Buffer.from(JSON.stringify(verdict)));
}

function changesC({ files }: WalkedCommit): boolean {
  return files.some(({ oldPath, newPath }) => /\.[ch]$/.test(newPath ?? oldPath ?? ""));
}

function saysNothing(verdict: CommitVerdict | string): boolean {
  if (typeof verdict === "string") return false;
  return verdict.told.length + verdict.moved.length + verdict.leftAside.length === 0;
}
