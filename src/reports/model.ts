/**
 * A driver model for people: which lock is held from where to where, what is done
 * under it, who enters, who runs against whom, and how locks nest.
 */
import { compareText } from "../base/index.ts";
import type {
  DriverReport,
  ReportedAccess,
  ReportedFunction,
  ReportedLock,
  ReportedSpan,
} from "../review/index.ts";
import { safeText } from "./cells.ts";
import { columnsOf } from "./columns.ts";
import { sortedGaps } from "./gap-order.ts";
import { paint, type Style } from "./style.ts";
import { gapLines } from "./text-gaps.ts";
import { countOf } from "./wording.ts";

/** @returns the report with a line end; parts that have nothing to say are left out */
export function renderModelText(report: DriverReport, style: Style): string {
  const sections = [
    section("locks", table(report.locks.map(lockRow), style), style),
    section("guarded types", table(report.types.map(typeRow), style), style),
    section("functions", functionLines(report.functions, style), style),
    section("entry points", table(report.entryPoints.map(entryRow), style), style),
    section("may run at the same time", table(report.concurrency.map(pairRow), style), style),
    section("lock order", table(report.order.map(orderRow), style), style),
    gapLines(sortedGaps(report.gaps), style),
    [paint(style, "strong", summary(report))],
  ];
  const blocks = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${blocks.join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [paint(style, "strong", title), ...lines];
}

function table(rows: readonly (readonly string[])[], style: Style): string[] {
  const safe = rows.map((row) => row.map((cell) => safeText(cell, style.unicode)));
  const sorted = safe.sort((left, right) => compareText(JSON.stringify(left), JSON.stringify(right)));
  return columnsOf(sorted, "  ");
}

function lockRow({ name, kind, struct, file, line, recursive }: ReportedLock): string[] {
  const what =
    kind === "member" && struct !== null ? `in each ${struct}` : kind === "global" ? "global" : "not known";
  const place = file === null ? "defined elsewhere" : line === null ? file : `${file}:${line}`;
  return [name, recursive ? `${what}, recursive` : what, place];
}

function typeRow({ name, lock, fields, rule }: DriverReport["types"][number]): string[] {
  return [name, fields === "all" ? "all fields" : fields.join(", "), `under ${lock}`, rule];
}

function entryRow(entry: DriverReport["entryPoints"][number]): string[] {
  return [entry.op, entry.function, entry.subsystem, `caller holds ${locksOf(entry.callerHolds)}`];
}

function pairRow({ a, b, commonLocks }: DriverReport["concurrency"][number]): string[] {
  return [a, b, commonLocks.length === 0 ? "no common lock" : `both hold ${locksOf(commonLocks)}`];
}

function orderRow({ from, to, at }: DriverReport["order"][number]): string[] {
  const places = at.map((place) => `${place.function} (${place.file}:${place.line})`);
  return [`${from}, then ${to}`, places.join(", ")];
}

/** `a, b`, or `nothing`. */
function locksOf(locks: readonly string[]): string {
  return locks.length === 0 ? "nothing" : [...locks].sort(compareText).join(", ");
}

function functionLines(functions: readonly ReportedFunction[], style: Style): string[] {
  return [...functions]
    .filter(hasContent)
    .sort((left, right) => compareText(left.file, right.file) || left.line - right.line)
    .flatMap((fn) => [
      `  ${safeText(`${fn.name} (${fn.file}:${fn.line})`, style.unicode)}`,
      ...contractLines(fn).map((line) => `    ${safeText(line, style.unicode)}`),
      ...columnsOf(safeRows(spanRows(fn.spans), style), "    "),
      ...columnsOf(safeRows(accessRows(fn.accesses), style), "    "),
    ]);
}

function safeRows(rows: readonly (readonly string[])[], style: Style): string[][] {
  return rows.map((row) => row.map((cell) => safeText(cell, style.unicode)));
}

function hasContent(fn: ReportedFunction): boolean {
  return [fn.spans, fn.accesses, fn.requires, fn.acquires, fn.releases].some((part) => part.length > 0);
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

/** One row for each lock span, with all its exits. */
function spanRows(spans: readonly ReportedSpan[]): string[][] {
  const bySpan = new Map<string, ReportedSpan[]>();
  const ordered = [...spans].sort(
    (left, right) =>
      (left.from ?? 0) - (right.from ?? 0) ||
      compareText(left.lock, right.lock) ||
      (left.to ?? Number.MAX_SAFE_INTEGER) - (right.to ?? Number.MAX_SAFE_INTEGER),
  );
  for (const span of ordered) {
    const key = JSON.stringify([span.from, span.lock, span.mode]);
    bySpan.set(key, [...(bySpan.get(key) ?? []), span]);
  }
  return [...bySpan.values()].map((exits) => {
    const [{ lock = "", mode = "exclusive", from = null } = {}] = exits;
    const start = from === null ? "from entry" : `from line ${from}`;
    return [mode === "shared" ? `${lock} (shared)` : lock, start, `to ${exits.map(exitOf).join(", ")}`];
  });
}

function exitOf({ to, kind }: ReportedSpan): string {
  const place = to === null ? "the caller" : String(to);
  return kind === "may" ? `${place} (on some paths)` : place;
}

/** Accesses by type and by what is held: `3 reads, 1 write of struct x  under toy_lock`. */
function accessRows(accesses: readonly ReportedAccess[]): string[][] {
  const groups = new Map<string, ReportedAccess[]>();
  for (const access of accesses) {
    const key = JSON.stringify([access.type, access.private ? "private" : `under ${locksOf(access.held)}`]);
    groups.set(key, [...(groups.get(key) ?? []), access]);
  }
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .map(([key, group]) => {
      const [type, held] = JSON.parse(key) as [string, string];
      const counts = (["read", "write", "call"] as const)
        .map((kind) => ({ kind, count: group.filter((access) => access.kind === kind).length }))
        .filter(({ count }) => count > 0)
        .map(({ kind, count }) => countOf(count, kind));
      const lines = [...new Set(group.map((access) => access.line))].sort((left, right) => left - right);
      return [type, counts.join(", "), held, `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`];
    });
}

function summary({ files, functions, gaps }: DriverReport): string {
  const quiet = functions.filter((fn) => !hasContent(fn)).length;
  const read = `${countOf(files.length, "file")}, ${countOf(functions.length, "function")}`;
  const silent = quiet === 0 ? "" : `, ${quiet} of them without locks and guarded objects`;
  const unread = gaps.length === 0 ? "" : `; ${countOf(gaps.length, "place")} not analysed`;
  return read + silent + unread;
}
