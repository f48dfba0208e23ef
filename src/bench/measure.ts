/**
 * Runs a program as a whole process, as its user does, and measures it from outside.
 *
 * Wall time is from the start of the process to its end. Peak memory is the high-water
 * mark of the resident set that Linux keeps in /proc; it only grows, so the last
 * reading before the end is the peak up to then. It is null on other systems.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  /** What it has in its environment besides PATH; left out, this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that count as a proper run. */
  readonly statuses: readonly number[];
}

const POLL_MS = 2;

/** @returns milliseconds; runs `node ARGS` without looking at its memory, so that nothing competes with it for the processor. */
export async function timeRun(command: Command): Promise<number> {
  const started = performance.now();
  await finished(start(command), command);
  return performance.now() - started;
}

/** Runs it once more and watches its memory. @returns bytes */
export async function peakOf(command: Command): Promise<number | null> {
  return (await watchRun(command, POLL_MS)).peak;
}

export interface WatchedRun {
  readonly ms: number;
  /** Of the process and of those that it waited for, up to the last look; null as the peak. */
  readonly cpuMs: number | null;
  /** Bytes. */
  readonly peak: number | null;
}

/** A process under watch: what it used up to the last look. */
export interface Watched {
  readonly cpuMs: () => number | null;
  readonly peak: () => number | null;
  /** Asks it to end. */
  readonly end: () => void;
  /** It does nothing until it is resumed. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Fulfilled when it ended properly. */
  readonly over: Promise<void>;
}

export function watched(command: Command, pollMs: number): Watched {
  const child = start(command);
  let peak: number | null = null;
  let cpuMs: number | null = null;
  const timer = setInterval(() => {
    peak = highWaterMark(child.pid) ?? peak;
    cpuMs = cpuTimeOf(child.pid) ?? cpuMs;
  }, pollMs);
  const over = finished(child, command).finally(() => clearInterval(timer));
  return {
    cpuMs: () => cpuMs,
    peak: () => peak,
    end: () => child.kill("SIGTERM"),
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    over,
  };
}

/** A run that is long enough to be timed and watched at once. */
export async function watchRun(command: Command, pollMs: number): Promise<WatchedRun> {
  const started = performance.now();
  const { over, cpuMs, peak } = watched(command, pollMs);
  await over;
  return { ms: performance.now() - started, cpuMs: cpuMs(), peak: peak() };
}

/** Linux counts hundredths of a second. */
const TICK_MS = 10;

/** Behind the name in brackets: user and system time are the 12th and 13th, then those of ended children. */
function cpuTimeOf(pid: number | undefined): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
  } catch {
    // The process ended between two readings.
    return null;
  }
}

/** @returns milliseconds of processor time that the living children of a process have used */
export function cpuOfChildren(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return children.reduce((sum, child) => sum + (child === "" ? 0 : (cpuTimeOf(Number(child)) ?? 0)), 0);
}

function start({ args, cwd, env }: Command): ChildProcess {
  const own = env === undefined ? {} : { env: { PATH: process.env["PATH"] ?? "", ...env } };
  return spawn(process.execPath, args, { cwd, ...own, stdio: ["ignore", "ignore", "pipe"] });
}

function finished(child: ChildProcess, { args, statuses }: Command): Promise<void> {
  let complaint = "";
  child.stderr?.on("data", (text) => {
    complaint += String(text);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status !== null && statuses.includes(status)) resolve();
      else reject(new Error(`node ${args.join(" ")} exited with ${status}: ${complaint.trim()}`));
    });
  });
}

/** VmHWM of a process in bytes; null when it is gone or the system keeps none. */
function highWaterMark(pid: number | undefined): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    // The process ended between two readings.
    return null;
  }
}
