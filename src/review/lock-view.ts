/**
 * What an editor shows of the locks in a file: those held at a place, and where spans end.
 *
 * In: the analysed program. Out: answers by file and offset, with places in lines.
 */
import { compareText, positionAt } from "../base/index.ts";
import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import {
  type AnalysedProgram,
  type FunctionUnit,
  type HeldPlace,
  lockText,
  type SpanFact,
} from "../locks/index.ts";

export interface LockView {
  /** @returns null where no function is, or one that has nothing to do with locks */
  readonly heldAt: (file: string, offset: number) => HeldView | null;
  readonly spanEnds: (file: string) => readonly SpanEnd[];
}

export interface HeldView {
  readonly function: string;
  /** Before what is done at the place. */
  readonly held: readonly ViewedLock[];
  /** Interrupts are off on every path, by the function's own doing. */
  readonly isQuiet: boolean;
  /** Locks that what is done there takes or lets go. */
  readonly takes: readonly string[];
  readonly releases: readonly string[];
  /** Locks that the function needs its callers to hold. */
  readonly requires: readonly string[];
}

export interface ViewedLock {
  readonly lock: string;
  readonly mode: LockMode;
  /** `must`: on every path to the place. */
  readonly kind: "must" | "may";
  readonly how: SpanFact["evidence"];
  /** Lines, from 1, in which the span may have begun; empty where that is not in the function. */
  readonly since: readonly number[];
}

/** A lock is let go, or the function is left with it. */
export interface SpanEnd {
  readonly lock: string;
  readonly mode: LockMode;
  readonly line: number;
  /** The line that acquires; null when the function was entered with the lock. */
  readonly from: number | null;
  readonly kind: "must" | "may";
  readonly what: "released" | "still held";
}

/** @param program analysed with what is held at each place recorded */
export function lockViewOf(program: AnalysedProgram): LockView {
  return {
    heldAt: (file, offset) => {
      const unit = program.units.find((one) => one.file.path === file && holds(one, offset));
      if (unit === undefined || !unit.isRelevant) return null;
      return viewAt(program, unit, placeAt(unit.facts.places, offset - unit.item.offset));
    },
    spanEnds: (file) =>
      program.units
        .filter((unit) => unit.file.path === file)
        .flatMap((unit) => unit.facts.spans.flatMap((span) => endsOf(program, unit, span)))
        .sort((left, right) => left.line - right.line),
  };
}

function holds({ item }: FunctionUnit, offset: number): boolean {
  return item.offset <= offset && offset <= item.offset + item.source.trimEnd().length;
}

/** The smallest place around an offset, else the next one behind it, else the last. */
function placeAt(places: readonly HeldPlace[], offset: number): HeldPlace | null {
  const around = places.filter(({ at }) => at.start <= offset && offset < at.end);
  const smallest = around.reduce<HeldPlace | null>(
    (least, place) => (least === null || lengthOf(place.at) <= lengthOf(least.at) ? place : least),
    null,
  );
  return smallest ?? places.find(({ at }) => at.start >= offset) ?? places.at(-1) ?? null;
}

function lengthOf({ start, end }: SourceRange): number {
  return end - start;
}

function viewAt({ table }: AnalysedProgram, unit: FunctionUnit, place: HeldPlace | null): HeldView {
  const { facts } = unit;
  const names = (locks: readonly number[]) => [...new Set(locks.map((lock) => lockText(table, lock)))].sort();
  const isHere = (at: SourceRange) => place !== null && at.start <= place.at.start && place.at.end <= at.end;
  const viewed = (lock: number, kind: ViewedLock["kind"]): ViewedLock => ({
    lock: lockText(table, lock),
    kind,
    ...spanOver(unit, lock, place?.at.start ?? 0),
  });
  return {
    function: unit.name,
    held: [
      ...(place?.must ?? []).map((lock) => viewed(lock, "must")),
      ...(place?.may ?? []).map((lock) => viewed(lock, "may")),
    ].sort(bySpan),
    isQuiet: place?.isQuiet ?? false,
    takes: names(facts.acquires.filter(({ at }) => isHere(at)).map(({ lock }) => lock)),
    releases: names(facts.spans.filter(({ ends }) => ends.some(isHere)).map(({ lock }) => lock)),
    requires: names(
      facts.needs
        .filter(({ root, guard }) => root.kind === "parameter" || guard === null)
        .map(({ lock }) => lock),
    ),
  };
}

/** How a lock that is held at an offset came to be held: by the spans that the text draws over it, if any. */
function spanOver(
  unit: FunctionUnit,
  lock: number,
  offset: number,
): Pick<ViewedLock, "mode" | "how" | "since"> {
  const own = unit.facts.spans.filter((span) => span.lock === lock);
  const before = own.filter(({ from }) => from.start <= offset);
  const over = before.filter(({ ends, exits }) => [...ends, ...exits].some(({ start }) => start >= offset));
  const spans = over.length > 0 ? over : before.length > 0 ? before : own;
  const taken = spans.filter(({ evidence }) => evidence !== "declared");
  return {
    mode: spans.some(({ mode }) => mode === "shared") ? "shared" : "exclusive",
    how: spans[0]?.evidence ?? "declared",
    since: [...new Set(taken.map(({ from }) => lineOf(unit, from)))].sort((left, right) => left - right),
  };
}

/** As they were taken. */
function bySpan(left: ViewedLock, right: ViewedLock): number {
  return (left.since[0] ?? 0) - (right.since[0] ?? 0) || compareText(left.lock, right.lock);
}

function endsOf({ table }: AnalysedProgram, unit: FunctionUnit, span: SpanFact): SpanEnd[] {
  const { mode } = span;
  const lock = lockText(table, span.lock);
  const from = span.evidence === "acquired" ? lineOf(unit, span.from) : null;
  const kind = span.certain ? "must" : "may";
  const end = (at: SourceRange, what: SpanEnd["what"]): SpanEnd => ({
    lock,
    mode,
    line: lineOf(unit, { start: Math.max(at.start, at.end - 1), end: at.end }),
    from,
    kind,
    what,
  });
  return [
    ...span.ends.map((at) => end(at, "released")),
    // What the caller held on entry is no news where the function is left.
    ...(from === null ? [] : span.exits.map((at) => end(at, "still held"))),
  ];
}

function lineOf({ file, item }: FunctionUnit, { start }: SourceRange): number {
  return positionAt(file.lines, item.offset + start).line;
}
