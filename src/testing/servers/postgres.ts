/** Debian's PostgreSQL on loopback, with a database of its own for each test file. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  ended,
  freePort,
  installed,
  type Running,
  removeFolder,
  scratchFolder,
  started,
  unprivileged,
  until,
} from "./server.ts";

export interface RunningPostgres extends Running {
  readonly url: string;
  /** Of the first process, whose children serve. */
  readonly pid: () => number;
  /** Ends it at once, as a power cut would, and starts it again on the same data. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** The folder with `initdb` and `postgres`; null where PostgreSQL is not installed. */
export function postgresPrograms(): string | null {
  const root = "/usr/lib/postgresql";
  if (installed(root) === null) return null;
  const folders = readdirSync(root).map((version) => join(root, version, "bin"));
  return folders.find((folder) => installed(join(folder, "initdb")) !== null) ?? null;
}

export async function startPostgres(programs: string): Promise<RunningPostgres> {
  const folder = scratchFolder("postgres");
  const data = join(folder, "data");
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "lockspan", "-A", "trust", "--no-sync", "-E", "UTF8"],
    {
      cwd: folder,
      stdio: "ignore",
      ...unprivileged(),
    },
  );
  const port = await freePort();
  const url = `postgres://lockspan@127.0.0.1:${port}/postgres`;
  const args = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder];
  let server = started(join(programs, "postgres"), args, { cwd: folder });
  const start = async () => {
    server = started(join(programs, "postgres"), args, { cwd: folder });
    await until("PostgreSQL answers", () => answers(programs, port));
  };
  await until("PostgreSQL answers", () => answers(programs, port));
  return {
    url,
    pid: () => server.pid ?? Number.NaN,
    crash: () => ended(server, "SIGQUIT"),
    start,
    stop: async () => {
      await ended(server, "SIGQUIT");
      removeFolder(folder);
    },
  };
}

async function answers(programs: string, port: number): Promise<boolean> {
  try {
    execFileSync(join(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]);
    return true;
  } catch {
    return false;
  }
}
