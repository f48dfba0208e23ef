/**
 * Two workers of the built program on one PostgreSQL, the second of which rests every other while.
 *
 * Machines change their pace within minutes, by more than what is to be told here; so one worker and two
 * are compared while after while, in one run. In the first reviews of a process Node still compiles the
 * program, and each worker pays that once; so its first patches are left out.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { readArchive } from "../../testing/bot/read-archive.ts";
import { cpuOfChildren, type Watched, watched } from "../measure.ts";

/** From about here on a review takes a third of its first time, and Node compiles little. */
const WARMING = 150;
/** A hundred reviews, and short beside the changes of a machine's pace. */
const WHILE_MS = 4000;
const LOOK_MS = 100;

export interface Pace {
  readonly workers: number;
  readonly reviews: number;
  readonly seconds: number;
  /** Processor time of the workers and of PostgreSQL, in seconds. */
  readonly workersCpu: number;
  readonly databaseCpu: number;
  /** Processor time of the whole machine that nobody used, in seconds. */
  readonly idle: number;
}

export interface WorkersCase {
  readonly patches: number;
  /** PostgreSQL's first process: the parent of those that serve. */
  readonly databasePid: number;
}

/**
 * @param config the file, with the database in it
 * @returns one worker's while and then both workers', again and again, until the patches are used up
 */
export async function timeWorkers(
  root: string,
  config: string,
  { patches, databasePid }: WorkersCase,
): Promise<readonly Pace[]> {
  const archive = await readArchive(config);
  const args = [join(root, "dist/lockspan.js"), "bot", "worker", "--config", config, "--quiet"];
  const [one, other] = [run(args, root), run(args, root)];
  const both = [one, other];
  const spans: Span[] = [];
  try {
    while ((await archive.reviewed()) < 2 * WARMING) await rest(LOOK_MS);
    while ((await archive.reviewed()) < patches) {
      const workers = spans.length % 2 === 0 ? 1 : 2;
      if (workers === 1) other.pause();
      else other.resume();
      // What was begun before belongs to the while before.
      await rest(LOOK_MS);
      const from = look(both, databasePid);
      await rest(WHILE_MS);
      spans.push({ workers, from, to: look(both, databasePid) });
    }
    const times = (await archive.reviewTimes()).map((time) => time.getTime());
    // In the last while the patches came to their end.
    return spans.slice(0, -1).map((span) => paceOf(span, times));
  } finally {
    other.resume();
    for (const { end } of both) end();
    await Promise.all(both.map(({ over }) => over));
    await archive.close();
  }
}

function run(args: readonly string[], cwd: string): Watched {
  return watched({ args, cwd, statuses: [0] }, LOOK_MS);
}

function rest(ms: number): Promise<void> {
  return new Promise((rested) => setTimeout(rested, ms));
}

interface Moment {
  /** Since 1970. */
  readonly atMs: number;
  readonly workersMs: number;
  readonly databaseMs: number;
  readonly idleMs: number;
}

interface Span {
  readonly workers: number;
  readonly from: Moment;
  readonly to: Moment;
}

function look(running: readonly Watched[], databasePid: number): Moment {
  return {
    atMs: Date.now(),
    workersMs: running.reduce((sum, { cpuMs }) => sum + (cpuMs() ?? 0), 0),
    databaseMs: cpuOfChildren(databasePid),
    idleMs: cpus().reduce((sum, { times }) => sum + times.idle, 0),
  };
}

function paceOf({ workers, from, to }: Span, times: readonly number[]): Pace {
  const seconds = (key: keyof Moment) => (to[key] - from[key]) / 1000;
  return {
    workers,
    reviews: times.filter((time) => time > from.atMs && time <= to.atMs).length,
    seconds: seconds("atMs"),
    workersCpu: seconds("workersMs"),
    databaseCpu: seconds("databaseMs"),
    idle: seconds("idleMs"),
  };
}
