/**
 * An audit of many files: each of its programs is looked up in the cache of results, and those
 * that are not there are shared out to threads where there are several.
 */
import { availableParallelism } from "node:os";
import { deserialize, serialize } from "node:v8";
import type { OnProgress, ResultCache } from "../base/index.ts";
import {
  type AuditPlan,
  auditOfReports,
  type InputFile,
  type ProgramReport,
  type Review,
  reportOnProgram,
  settingForOne,
} from "../review/index.ts";
import type { AuditTask, AuditWorkerSetting } from "./audit-task.ts";
import { tuneForLargeHeaps } from "./tuning.ts";

/** Less text than this, in characters, is analysed before a thread has started. */
const WORTH_A_THREAD = 1_000_000;
/** Of a thread. With a larger nursery less of what is soon forgotten is copied. */
const HEAP_MB = 6_000;
const NURSERY_MB = 48;
/** Each thread has a heap of its own. */
const MOST_THREADS = 4;
/** Between two looks at how far the threads are. */
const TICK_MS = 250;

export interface LongAudit {
  readonly plan: AuditPlan;
  readonly cache: ResultCache;
  /** The script that the threads run. */
  readonly worker: URL;
  readonly onProgress: OnProgress;
}

export async function longAudit({ plan, cache, worker, onProgress }: LongAudit): Promise<Review> {
  const { setting, paths, programs } = plan;
  const besides = contentOf(setting.callers);
  const contentOfProgram = (program: AuditTask) => [...contentOf(program), "", ...paths, "", ...besides];
  const reports = programs.map((program): ProgramReport | null => {
    const bytes = cache.get("program", contentOfProgram(program));
    return bytes === null ? null : (deserialize(bytes) as ProgramReport);
  });
  const missing = programs.filter((_, at) => reports[at] === null);
  const made = await reportsOn(missing, plan, { worker, onProgress });
  for (const [at, report] of made.entries())
    cache.set("program", contentOfProgram(missing[at] ?? []), serialize(report));
  cache.close();
  const all = reports.flatMap((known) => known ?? made.shift() ?? []);
  return auditOfReports(all, plan);
}

function contentOf(files: readonly InputFile[]): string[] {
  return [`${files.length}`, ...files.flatMap(({ path, text }) => [path, text])];
}

/** In the order of the programs. */
async function reportsOn(
  programs: readonly AuditTask[],
  { setting, paths }: AuditPlan,
  { worker, onProgress }: Pick<LongAudit, "worker" | "onProgress">,
): Promise<ProgramReport[]> {
  const threads = Math.min(programs.length, availableParallelism(), MOST_THREADS);
  const isLong = programs.some((program) => sizeOf(program) > WORTH_A_THREAD);
  if (threads < 2 || !isLong)
    return programs.map((program) => reportOnProgram(program, paths, settingForOne(setting)));
  tuneForLargeHeaps();
  const { Piscina } = await import("piscina");
  const { packs, profile, callers } = setting;
  const workerData: AuditWorkerSetting = { packs, profile, callers, paths };
  const pool = new Piscina<AuditTask, ProgramReport>({
    filename: worker.href,
    name: "report",
    minThreads: threads,
    maxThreads: threads,
    // A thread that is never idle takes the next program, however long the others are.
    concurrentTasksPerWorker: 1,
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: NURSERY_MB },
  });
  let ticks: NodeJS.Timeout | undefined;
  try {
    // The longest first: what is left for the end is short.
    const longestFirst = [...programs].sort((left, right) => sizeOf(right) - sizeOf(left));
    const made = new Map<AuditTask, ProgramReport>();
    const told = () =>
      onProgress({ what: "auditing programs", done: made.size, left: programs.length - made.size });
    ticks = setInterval(told, TICK_MS);
    await Promise.all(longestFirst.map(async (program) => made.set(program, await pool.run(program))));
    return programs.flatMap((program) => made.get(program) ?? []);
  } finally {
    clearInterval(ticks);
    await pool.destroy();
  }
}

function sizeOf(program: AuditTask): number {
  return program.reduce((size, { text }) => size + text.length, 0);
}
