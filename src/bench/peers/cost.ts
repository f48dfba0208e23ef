/** What one run of a program costs: the time of the whole process, and the memory of it and its children. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { summarise } from "../statistics.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 7);
const LOOK_MS = 1;

export interface ProcessCost {
  /** The shortest of several runs: what else the machine does only makes them longer. */
  readonly seconds: number;
  /** Bytes; null where the system does not tell. */
  readonly peak: number | null;
}

/** Whatever it exits with counts as a run: tools say with it that they found something. */
export async function costOf(command: readonly string[], cwd: string): Promise<ProcessCost> {
  const times: number[] = [];
  // The first round fills the caches of the file system and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    await ended(start(command, cwd));
    if (round > 0) times.push(performance.now() - started);
  }
  return { seconds: summarise(times).min / 1000, peak: await peakOf(command, cwd) };
}

async function peakOf(command: readonly string[], cwd: string): Promise<number | null> {
  const child = start(command, cwd);
  let peak: number | null = null;
  const timer = setInterval(() => {
    for (const pid of familyOf(child.pid ?? 0)) peak = Math.max(peak ?? 0, highWaterMark(pid)) || peak;
  }, LOOK_MS);
  await ended(child).finally(() => clearInterval(timer));
  return peak;
}

function start([program = "", ...args]: readonly string[], cwd: string): ChildProcess {
  return spawn(program, args, { cwd, stdio: "ignore" });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}

/** A process and its children: a compiler's driver starts the compiler. */
function familyOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return [pid, ...(children === "" ? [] : children.split(" ").flatMap((child) => familyOf(Number(child))))];
  } catch {
    // It ended between two looks.
    return [pid];
  }
}

function highWaterMark(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
