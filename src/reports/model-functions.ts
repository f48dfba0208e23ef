/**
 * The functions of a driver model for people: what each asks of its caller, and a bar for each lock
 * that it holds and for each kind of access, over the lines of the function.
 */
import { compareText } from "../base/index.ts";
import type { ReportedAccess, ReportedFunction, ReportedSpan } from "../review/index.ts";
import { safeText } from "./cells.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { accessBar, barLegend, type Ruler, rulerOf, spanBar } from "./span-bars.ts";
import { paint, type Style } from "./style.ts";
import { countOf, freedomWords } from "./wording.ts";
import { wrap } from "./wrap.ts";

/** Where nobody knows the width of the screen. */
const USUAL_WIDTH = 100;
const LEAST_BAR = 16;
const MOST_BAR = 80;
const INDENT = "    ";

/** Whether there is anything to say of it. */
export function hasContent(fn: ReportedFunction): boolean {
  return [fn.spans, fn.accesses, fn.requires, fn.acquires, fn.releases].some((part) => part.length > 0);
}

/** `a, b`, or `nothing`. */
export function locksOf(locks: readonly string[]): string {
  return locks.length === 0 ? "nothing" : [...locks].sort(compareText).join(", ");
}

interface Drawn {
  readonly fn: ReportedFunction;
  readonly ruler: Ruler;
  readonly lanes: readonly Lane[];
}

/** A block a file, headed by its name and the legend of its bars. */
export function functionBlocks(functions: readonly ReportedFunction[], style: Style): string[][] {
  const most = Math.min(MOST_BAR, Math.max(LEAST_BAR, Math.floor((style.width ?? USUAL_WIDTH) * 0.4)));
  const byFile = groupsOf(functions.filter(hasContent), (fn) => fn.file);
  return [...byFile]
    .sort(([left], [right]) => compareText(left, right))
    .map(([file, own]) => {
      const drawn = [...own]
        .sort((left, right) => left.line - right.line)
        .map((fn): Drawn => ({ fn, ruler: rulerOf(fn, most), lanes: lanesOf(fn) }));
      const longest = Math.max(...drawn.map(({ ruler }) => ruler.cells));
      return [
        paint(style, "strong", safeText(`functions of ${file}`, style.unicode)),
        ...legendLines(drawn, style),
        ...drawn.flatMap((each) => functionLines(each, longest, style)),
      ];
    });
}

function legendLines(drawn: readonly Drawn[], style: Style): string[] {
  const hasAccesses = drawn.some(({ fn }) => fn.accesses.length > 0);
  const legend = barLegend(
    drawn.map(({ lanes, ruler }) => [lanes, ruler]),
    hasAccesses,
    style,
  );
  return wrap(legend.join(", "), roomBehind("  ", style)).map((line) => `  ${line}`);
}

function functionLines({ fn, ruler, lanes }: Drawn, longest: number, style: Style): string[] {
  const heading = `${fn.name} (${fn.line === ruler.to ? fn.line : `${fn.line}-${ruler.to}`})`;
  const bars = [
    ...lanes.map((lane) => ({ bar: spanBar(lane, ruler, style), says: laneWords(lane.lock, fn.spans) })),
    ...accessGroups(fn.accesses).map((group) => ({
      bar: accessBar(group.accesses, ruler, style),
      says: group.says,
    })),
  ];
  return [
    `  ${safeText(heading, style.unicode)}`,
    ...contractLines(fn).flatMap((line) => beside("", line, style)),
    ...bars.flatMap(({ bar, says }) =>
      beside(bar + " ".repeat(longest - ruler.cells + 2), says, style, longest + 2),
    ),
  ];
}

/** Words behind a head, wrapped beside it. */
function beside(head: string, words: string, style: Style, headWidth = 0): string[] {
  const hanging = INDENT + " ".repeat(headWidth);
  const [first = "", ...rest] = wrap(safeText(words, style.unicode), roomBehind(hanging, style));
  return [INDENT + head + first, ...rest.map((line) => hanging + line)];
}

function roomBehind(head: string, { width }: Style): number | null {
  return width === null ? null : Math.max(width - head.length, 20);
}

function contractLines(fn: ReportedFunction): string[] {
  return [
    { says: "needs its caller to hold", locks: fn.requires },
    { says: "returns with", locks: fn.acquires },
    { says: "releases for its caller", locks: fn.releases },
  ]
    .filter(({ locks }) => locks.length > 0)
    .map(({ says, locks }) => `${says} ${locksOf(locks)}`);
}

/** `toy_lock: 24 to 26; 43 to 48, its caller on some paths`: one part a span, with all its exits. */
function laneWords(lock: string, spans: readonly ReportedSpan[]): string {
  const ordered = spans
    .filter((span) => span.lock === lock)
    .sort(
      (left, right) =>
        (left.from ?? 0) - (right.from ?? 0) ||
        compareText(left.mode, right.mode) ||
        (left.to ?? Number.MAX_SAFE_INTEGER) - (right.to ?? Number.MAX_SAFE_INTEGER),
    );
  const exits = groupsOf(ordered, ({ from, mode }) => JSON.stringify([from, mode]));
  const parts = [...exits.values()].map((each) => {
    const [{ mode = "exclusive", from = null } = {}] = each;
    const how = mode === "shared" ? "shared, " : "";
    return `${how}${from ?? "entry"} to ${each.map(exitOf).join(", ")}`;
  });
  return `${lock}: ${parts.join("; ")}`;
}

function exitOf({ to, kind }: ReportedSpan): string {
  const place = to === null ? "its caller" : String(to);
  return kind === "may" ? `${place} on some paths` : place;
}

/** Accesses by type and by what is held: `struct x under toy_lock: 3 reads, 1 write in 30, 35`. */
function accessGroups(
  accesses: readonly ReportedAccess[],
): { readonly accesses: readonly ReportedAccess[]; readonly says: string }[] {
  const groups = groupsOf(
    accesses,
    (access) => `${access.type} ${freedomWords(access) ?? `under ${locksOf(access.held)}`}`,
  );
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .map(([head, group]) => {
      const counts = (["read", "write", "call"] as const)
        .map((kind) => ({ kind, count: group.filter((access) => access.kind === kind).length }))
        .filter(({ count }) => count > 0)
        .map(({ kind, count }) => countOf(count, kind));
      const lines = [...new Set(group.map(({ line }) => line))].sort((left, right) => left - right);
      return { accesses: group, says: `${head}: ${counts.join(", ")} in ${lines.join(", ")}` };
    });
}

function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
