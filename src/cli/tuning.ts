/**
 * How V8 divides its time between running code, compiling it and collecting garbage.
 *
 * A review is over before optimised code would pay, and before most of the memory of a larger
 * nursery has been used twice: with V8's own settings the optimising compiler's threads take half
 * of the CPU time of a run, and fresh pages for the nursery a tenth. Over a folder of fifty files
 * optimised code still costs more than it saves; a larger nursery pays there.
 */
import { setFlagsFromString } from "node:v8";

/** Hot functions are optimised late. Node 20 has one optimising compiler, Node 24 has two. */
const LATE_IN_OLD_V8 = ["--interrupt-budget=1000000"];
const LATE = ["--invocation-count-for-maglev=100000", "--invocation-count-for-turbofan=100000"];
/** V8's own settings. */
const SOON_IN_OLD_V8 = ["--interrupt-budget=67584"];
const SOON = ["--invocation-count-for-maglev=400", "--invocation-count-for-turbofan=3000"];
const isOldV8 = Number.parseInt(process.versions.v8, 10) < 12;

/** Has to come before the program is compiled: compiled code fits the flags it was made with. */
export function tuneForShortRuns(): void {
  for (const flag of isOldV8 ? LATE_IN_OLD_V8 : LATE) setFlagsFromString(flag);
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--no-parallel-scavenge");
}

/** For a run over many files, or one that stays. */
export function tuneForLongRuns(): void {
  setFlagsFromString("--semi-space-growth-factor=2");
  setFlagsFromString("--parallel-scavenge");
}

/** For a run that fills its memory: the heap is cleared when it has grown by half, not to its fourfold. */
export function tuneForLargeHeaps(): void {
  setFlagsFromString("--heap-growing-percent=50");
}

/** For a process that does the same work again and again: optimised code halves the time. */
export function tuneForRepeatedWork(): void {
  for (const flag of isOldV8 ? SOON_IN_OLD_V8 : SOON) setFlagsFromString(flag);
  tuneForLongRuns();
}

/** V8's helper threads. Marking that is not concurrent may still be parallel, within a pause. */
const HELPERS = [
  "concurrent-recompilation",
  "parallel-scavenge",
  "concurrent-marking",
  "concurrent-sweeping",
  "parallel-compaction",
  "parallel-pointer-update",
  "concurrent-array-buffer-sweeping",
];

/** For one of several processes: helpers would take the time from the others, and more of it than they save. */
export function tuneForOneProcessor(): void {
  for (const helper of HELPERS) setFlagsFromString(`--no-${helper}`);
}
