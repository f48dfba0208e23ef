/** The threads that review; the package is loaded when there is something to share out. */
import type { WalkedCommit } from "../adapters/index.ts";
import { ServiceError } from "../base/index.ts";
import type { ChunkAnswer, ReviewedCommit, WorkerSetting } from "./task.ts";

export interface ReviewPool {
  readonly threads: number;
  /** In the order given. @throws {ServiceError} when git fails */
  readonly review: (commits: WalkedCommit[]) => Promise<readonly ReviewedCommit[]>;
  readonly close: () => Promise<void>;
}

/** A thread's heap: beyond it the thread would end, far below it V8 collects too often. */
const HEAP_MB = 3_000;
const NURSERY_MB = 48;

/** @param worker the script that the threads run */
export async function openReviewPool(
  worker: URL,
  { threads, setting }: { readonly threads: number; readonly setting: WorkerSetting },
): Promise<ReviewPool> {
  const { Piscina } = await import("piscina");
  const pool = new Piscina<WalkedCommit[], ChunkAnswer>({
    filename: worker.href,
    minThreads: threads,
    maxThreads: threads,
    name: "review",
    workerData: setting,
    // A thread that sleeps between two pieces of work cannot hear git.
    atomics: "disabled",
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: NURSERY_MB },
  });
  const review = async (commits: WalkedCommit[]) => {
    const answer = await pool.run(commits);
    if (answer.kind === "reviewed") return answer.commits;
    throw new ServiceError(answer.message, answer.hint === null ? {} : { hint: answer.hint });
  };
  return { threads, review, close: () => pool.destroy() };
}
