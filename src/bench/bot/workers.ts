/** Workers of the built program on one PostgreSQL: from the first verdict to the last. */
import { join } from "node:path";
import { readArchive } from "../../testing/bot/read-archive.ts";
import { type Watched, watched } from "../measure.ts";

export interface WorkersTime {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const LOOK_MS = 50;

interface Moment {
  readonly at: number;
  readonly done: number;
  readonly cpuMs: number;
}

/** @param config the file, with the database in it */
export async function timeWorkers(
  root: string,
  config: string,
  { workers, patches }: { readonly workers: number; readonly patches: number },
): Promise<WorkersTime> {
  const archive = await readArchive(config);
  const args = [join(root, "dist/lockspan.js"), "bot", "worker", "--config", config, "--quiet"];
  const running = Array.from({ length: workers }, () => watched({ args, cwd: root, statuses: [0] }, LOOK_MS));
  const momentWith = async (count: number): Promise<Moment> => {
    for (;;) {
      const done = await archive.reviewed();
      if (done >= count) return { at: performance.now(), done, cpuMs: cpuOf(running) };
      await new Promise((rested) => setTimeout(rested, LOOK_MS));
    }
  };
  try {
    const first = await momentWith(workers);
    const last = await momentWith(patches);
    const share = patches / (patches - first.done);
    return {
      seconds: ((last.at - first.at) * share) / 1000,
      cpuSeconds: ((last.cpuMs - first.cpuMs) * share) / 1000,
    };
  } finally {
    for (const { end } of running) end();
    await Promise.all(running.map(({ over }) => over));
    await archive.close();
  }
}

function cpuOf(running: readonly Watched[]): number {
  return running.reduce((sum, { cpuMs }) => sum + (cpuMs() ?? 0), 0);
}
