/**
 * Workers of the built program on one PostgreSQL. In the first reviews of a process Node still
 * compiles the program, and each worker pays that once; so its first patches are left out, and
 * what is measured is the pace that lasts.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { readArchive } from "../../testing/bot/read-archive.ts";
import { cpuOfChildren, type Watched, watched } from "../measure.ts";

/** A review takes a third of its first time from about here on. */
const WARMING = 75;

export interface WorkersTime {
  /** Of a worker, left out of all that follows. */
  readonly warming: number;
  readonly patches: number;
  readonly seconds: number;
  /** Processor time of the workers and of PostgreSQL, in seconds. */
  readonly workers: number;
  readonly database: number;
  /** Processor time of the whole machine that nobody used, in seconds. */
  readonly idle: number;
}

const LOOK_MS = 200;

interface Moment {
  /** Since 1970. */
  readonly atMs: number;
  readonly workersMs: number;
  readonly databaseMs: number;
  readonly idleMs: number;
}

export interface WorkersCase {
  readonly workers: number;
  readonly patches: number;
  /** PostgreSQL's first process: the parent of those that serve. */
  readonly databasePid: number;
}

/** @param config the file, with the database in it */
export async function timeWorkers(
  root: string,
  config: string,
  { workers, patches, databasePid }: WorkersCase,
): Promise<WorkersTime> {
  const archive = await readArchive(config);
  const args = [join(root, "dist/lockspan.js"), "bot", "worker", "--config", config, "--quiet"];
  const running = Array.from({ length: workers }, () => watched({ args, cwd: root, statuses: [0] }, LOOK_MS));
  const moments: Moment[] = [];
  try {
    for (let done = 0; done < patches; done = await archive.reviewed()) {
      moments.push(look(running, databasePid));
      await new Promise((rested) => setTimeout(rested, LOOK_MS));
    }
    moments.push(look(running, databasePid));
    const times = (await archive.reviewTimes()).map((time) => time.getTime()).sort((a, b) => a - b);
    const warming = Math.min(WARMING, Math.floor(patches / 2 / workers));
    const first = momentAt(times[warming * workers - 1] ?? Number.NaN, moments);
    const last = momentAt(times.at(-1) ?? Number.NaN, moments);
    return {
      warming,
      patches: patches - warming * workers,
      seconds: (last.atMs - first.atMs) / 1000,
      workers: (last.workersMs - first.workersMs) / 1000,
      database: (last.databaseMs - first.databaseMs) / 1000,
      idle: (last.idleMs - first.idleMs) / 1000,
    };
  } finally {
    for (const { end } of running) end();
    await Promise.all(running.map(({ over }) => over));
    await archive.close();
  }
}

function look(running: readonly Watched[], databasePid: number): Moment {
  return {
    atMs: Date.now(),
    workersMs: running.reduce((sum, { cpuMs }) => sum + (cpuMs() ?? 0), 0),
    databaseMs: cpuOfChildren(databasePid),
    idleMs: cpus().reduce((sum, { times }) => sum + times.idle, 0),
  };
}

/** Between two looks everything is taken to grow evenly. */
function momentAt(atMs: number, moments: readonly Moment[]): Moment {
  const later = moments.findIndex((each) => each.atMs >= atMs);
  const [before, after] = [moments[later - 1], moments[later]];
  if (before === undefined || after === undefined) throw new Error("no look was taken around a review");
  const share = (atMs - before.atMs) / (after.atMs - before.atMs);
  const between = (key: keyof Moment) => before[key] + (after[key] - before[key]) * share;
  return {
    atMs,
    workersMs: between("workersMs"),
    databaseMs: between("databaseMs"),
    idleMs: between("idleMs"),
  };
}
