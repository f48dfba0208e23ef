/**
 * What one run of a program costs: processor time, which is the same on a machine that does other
 * things as well, and the memory of it and its children.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const ROUNDS = Number(process.env["ROUNDS"] ?? 11);
const LOOK_MS = 1;
/** Linux counts hundredths of a second. */
const TICK_SECONDS = 0.01;

export interface ProcessCost {
  /** Processor time of the whole process, the mean of several runs. */
  readonly seconds: number;
  /** Bytes; null where the system does not tell. */
  readonly peak: number | null;
}

/** Nothing else may be started meanwhile. Whatever it exits with counts as a run: tools say with it that they found something. */
export async function costOf(command: readonly string[], cwd: string): Promise<ProcessCost> {
  // The first run fills the caches of the file system and is not counted.
  await ended(start(command, cwd));
  const before = childrenSeconds();
  for (let round = 0; round < ROUNDS; round++) await ended(start(command, cwd));
  return { seconds: (childrenSeconds() - before) / ROUNDS, peak: await peakOf(command, cwd) };
}

/** User and system time of this process's ended children. */
function childrenSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * TICK_SECONDS;
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
