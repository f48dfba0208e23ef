/** Runs in a thread of its own: reviews commits, one after the other, and says what each would have been told. */
import { workerData } from "node:worker_threads";
import { commitChange, loadPacks, openObjectReader, type WalkedCommit } from "../adapters/index.ts";
import { Failure } from "../base/index.ts";
import { commitVerdict, createSharedWork, keptInBounds } from "../review/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { ChunkAnswer, ReviewedCommit, WorkerSetting } from "./task.ts";

const setting = workerData as WorkerSetting;
const objects = openObjectReader(setting.repository);
const loading = loadPacks(new URL(setting.packs), setting.rules);
loading.catch(() => {});
let shared: ReturnType<typeof createSharedWork> | null = null;

/** What the pool calls in the thread. */
export async function review(commits: readonly WalkedCommit[]): Promise<ChunkAnswer> {
  const reviewed: ReviewedCommit[] = [];
  try {
    const packs = await loading;
    for (const commit of commits) reviewed.push({ id: commit.id, verdict: await verdictOn(commit, packs) });
    return { kind: "reviewed", commits: reviewed };
  } catch (cause) {
    // Between threads an error loses its class.
    if (!(cause instanceof Failure)) throw cause;
    return { kind: "failed", message: cause.message, hint: cause.hint };
  }
}

/** A review that breaks down is told beside the others, and does not end them. */
async function verdictOn(commit: WalkedCommit, packs: LoadedPacks): Promise<ReviewedCommit["verdict"]> {
  shared = shared === null ? createSharedWork(packs.platform) : keptInBounds(shared, packs.platform);
  try {
    return await commitVerdict(commitChange(commit, objects), commit, {
      packs,
      profile: setting.profile,
      shared,
    });
  } catch (cause) {
    if (cause instanceof Failure && cause.status !== 70) throw cause;
    shared = null;
    return `a defect of lockspan: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
