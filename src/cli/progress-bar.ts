/**
 * How far a long piece of work is: one line at the bottom of a terminal, which is
 * written over. Where no person looks, nothing is drawn.
 */
import type { OnProgress, Progress } from "../base/index.ts";
import { hasCursor } from "./terminal.ts";

export interface ProgressBar {
  readonly show: OnProgress;
  /** Writes something else: the bar gives way and comes back. */
  readonly above: (write: () => void) => void;
  readonly clear: () => void;
}

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

/** What is over before is not worth a bar. */
const LONG_MS = 500;
const BETWEEN_MS = 100;

/** Where nobody looks. */
export const NO_BAR: ProgressBar = { show: () => {}, above: (write) => write(), clear: () => {} };

/** The bar is gone when the work is, however that ends. */
export async function withBar<T>(bar: ProgressBar, work: (show: OnProgress) => T | Promise<T>): Promise<T> {
  try {
    return await work(bar.show);
  } finally {
    bar.clear();
  }
}

interface BarSetting {
  readonly isShown: boolean;
  readonly now: () => number;
  /** Work without a pause: all of it is long, and its pieces need not be. */
  readonly isOnePiece?: boolean;
}

/** On the terminal of the process. */
export function terminalBar(isQuiet: boolean, setting: Pick<BarSetting, "isOnePiece"> = {}): ProgressBar {
  const isShown = !isQuiet && hasCursor(process.env, process.stderr);
  return progressBar(process.stderr, { ...setting, isShown, now: () => Date.now() });
}

export function progressBar(screen: Screen, { isShown, now, isOnePiece = false }: BarSetting): ProgressBar {
  if (!isShown || screen.isTTY !== true) return NO_BAR;
  let line = "";
  let started = { what: "", at: 0, done: 0 };
  const beganAt = now();
  let drawnAt = 0;
  const wipe = () => {
    if (line !== "") screen.write("\r\u001b[K");
    line = "";
  };
  return {
    show: (progress) => {
      const at = now();
      if (started.what !== progress.what || progress.done < started.done)
        started = { what: progress.what, at, done: progress.done };
      if (at - (isOnePiece ? beganAt : started.at) < LONG_MS || at - drawnAt < BETWEEN_MS) return;
      drawnAt = at;
      line = progressLine(progress, {
        seconds: (at - started.at) / 1000,
        since: started.done,
        width: screen.columns || 80,
      });
      screen.write(`\r${line}\u001b[K`);
    },
    above: (write) => {
      const kept = line;
      wipe();
      write();
      line = kept;
      if (kept !== "") screen.write(kept);
    },
    clear: wipe,
  };
}

export interface Pace {
  readonly seconds: number;
  /** What was done when the seconds began. */
  readonly since: number;
  readonly width: number;
}

const CELLS = 20;

/** Such as `reviewing [######--------------] 30/100, 5.0/s, 14 s left`, cut to the width. */
export function progressLine({ what, done, left }: Progress, { seconds, since, width }: Pace): string {
  const perSecond = (done - since) / Math.max(seconds, 0.001);
  const speed = `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
  if (left === null) return `${what} ${done}, ${speed}`.slice(0, width - 1);
  const total = done + left;
  const filled = total === 0 ? CELLS : Math.floor((CELLS * done) / total);
  const bar = `[${"#".repeat(filled)}${"-".repeat(CELLS - filled)}]`;
  const rest = perSecond === 0 ? "" : `, ${spanText(left / perSecond)} left`;
  return `${what} ${bar} ${done}/${total}, ${speed}${rest}`.slice(0, width - 1);
}

function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
