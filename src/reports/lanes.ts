/** Lock lanes: for each line of a function, which of its locks are held there. */
import type { ReportedFunction, ReportedLine, ReportedSpan } from "../review/index.ts";

export interface Lane {
  readonly lock: string;
  /** `A`, `B`: what stands at the lane's head. */
  readonly letter: string;
  /** By line number; a line that is not there does not hold the lock. */
  readonly lines: ReadonlyMap<number, LaneMark>;
}

export interface LaneMark {
  readonly held: "must" | "may";
  /** What happens on the line itself; `kept`: the function returns there with the lock held. */
  readonly event: "acquire" | "release" | "kept" | null;
  /** Interrupts are off while it is held. */
  readonly isQuiet: boolean;
}

type Code = Pick<ReportedFunction, "spans" | "lines">;

export function lanesOf(fn: Code): Lane[] {
  const locks = [...new Set(fn.spans.map(({ lock }) => lock))].sort();
  return locks.map((lock, at) => ({ lock, letter: letterOf(at), lines: laneOf(lock, fn) }));
}

/** A to Z, then A1, B1 and on. */
function letterOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : `${letter}${Math.floor(at / 26)}`;
}

function laneOf(lock: string, { spans, lines }: Code): Map<number, LaneMark> {
  const events = eventsOf(spans.filter((span) => span.lock === lock));
  const known = new Map(lines.map((line) => [line.line, line]));
  const stops = [...new Set([...known.keys(), ...events.keys()])].sort((left, right) => left - right);
  const marks = new Map<number, LaneMark>();
  for (const [at, line] of stops.entries()) {
    const event = events.get(line) ?? null;
    const next = known.get(stops[at + 1] ?? 0);
    // What is held on a line is what is held before it: of one that acquires, the next line tells.
    const told = event === "acquire" ? next : known.get(line);
    const held = heldIn(told, lock) ?? (event === null ? null : "must");
    if (held !== null) marks.set(line, { held, event, isQuiet: isQuietIn(told, lock) });
  }
  fillBetween(stops, marks);
  return marks;
}

function eventsOf(spans: readonly ReportedSpan[]): Map<number, LaneMark["event"]> {
  const events = new Map<number, LaneMark["event"]>();
  for (const line of spans.flatMap(({ exits }) => exits)) events.set(line, "kept");
  for (const line of spans.flatMap(({ to }) => to ?? [])) events.set(line, "release");
  for (const line of spans.flatMap(({ from }) => from ?? [])) events.set(line, "acquire");
  return events;
}

function heldIn(line: ReportedLine | undefined, lock: string): "must" | "may" | null {
  if (line?.must.includes(lock)) return "must";
  return line?.may.includes(lock) ? "may" : null;
}

function isQuietIn(line: ReportedLine | undefined, lock: string): boolean {
  return line?.isQuiet === true && heldIn(line, lock) !== null;
}

/** Lines without code of their own (a brace, a comment, the rest of a statement) are as those around them. */
function fillBetween(stops: readonly number[], marks: Map<number, LaneMark>): void {
  for (const [at, line] of stops.entries()) {
    const [above, below] = [marks.get(line), marks.get(stops[at + 1] ?? 0)];
    if (above === undefined || below === undefined) continue;
    if (above.event === "release" || below.event === "acquire") continue;
    const held = above.held === "must" && below.held === "must" ? "must" : "may";
    const isQuiet = above.isQuiet && below.isQuiet;
    for (let between = line + 1; between < (stops[at + 1] ?? 0); between += 1)
      marks.set(between, { held, event: null, isQuiet });
  }
}
