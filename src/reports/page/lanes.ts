/** Lock lanes: for each line of a function, which of its locks are held there. */
import type { ReportedFunction, ReportedSpan } from "../../review/index.ts";

export interface Lane {
  readonly lock: string;
  /** `A`, `B`: what stands at the lane's head. */
  readonly letter: string;
  /** By line number; a line that is not there does not hold the lock. */
  readonly lines: ReadonlyMap<number, LaneMark>;
}

export interface LaneMark {
  readonly held: "must" | "may";
  /** What happens on the line itself; `kept`: the function ends with the lock held. */
  readonly event: "acquire" | "release" | "kept" | null;
}

/** @param lines of the file, `lines[0]` is line 1 */
export function lanesOf(fn: ReportedFunction, lines: readonly string[]): Lane[] {
  const locks = [...new Set(fn.spans.map(({ lock }) => lock))].sort();
  return locks.map((lock, at) => ({
    lock,
    letter: letterOf(at),
    lines: laneOf(
      fn.spans.filter((span) => span.lock === lock),
      fn,
      lines,
    ),
  }));
}

/** A to Z, then A1, B1 and on. */
function letterOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : `${letter}${Math.floor(at / 26)}`;
}

function laneOf(
  spans: readonly ReportedSpan[],
  fn: ReportedFunction,
  lines: readonly string[],
): Map<number, LaneMark> {
  const marks = new Map<number, LaneMark>();
  for (const span of spans) {
    for (let line = span.from ?? fn.line; line <= (span.to ?? fn.endLine); line += 1) {
      const held = span.kind === "must" || marks.get(line)?.held === "must" ? "must" : "may";
      marks.set(line, { held, event: null });
    }
  }
  const taken = new Set(spans.flatMap(({ from }) => from ?? []));
  const released = new Set(spans.flatMap(({ to }) => to ?? []));
  for (const line of released) clearBehind(line, { marks, taken, lines });
  const setEvent = (line: number, event: LaneMark["event"]) =>
    marks.set(line, { held: marks.get(line)?.held ?? "may", event });
  for (const line of released) setEvent(line, "release");
  for (const line of taken) setEvent(line, "acquire");
  if (spans.some(({ to }) => to === null)) setEvent(fn.endLine, "kept");
  return marks;
}

/** Behind a release on one way out, the rest of its block does not hold what the other ways hold on. */
function clearBehind(
  release: number,
  lane: {
    readonly marks: Map<number, LaneMark>;
    readonly taken: ReadonlySet<number>;
    readonly lines: readonly string[];
  },
): void {
  const depth = indentOf(lane.lines[release - 1] ?? "");
  for (let line = release + 1; lane.marks.has(line) && !lane.taken.has(line); line += 1) {
    const text = lane.lines[line - 1] ?? "";
    if (text.trim() !== "" && indentOf(text) < depth) return;
    lane.marks.delete(line);
  }
}

function indentOf(line: string): number {
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? "";
  return blanks.replaceAll("\t", "        ").length;
}
