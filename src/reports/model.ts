/**
 * A driver model for people: which lock is held from where to where, what is done
 * under it, who enters, who runs against whom, and how locks nest.
 */
import { compareText } from "../base/index.ts";
import type { DriverReport, ReportedLock } from "../review/index.ts";
import { safeText } from "./cells.ts";
import { columnsOf } from "./columns.ts";
import { sortedGaps } from "./gap-order.ts";
import { functionBlocks, hasContent, locksOf } from "./model-functions.ts";
import { paint, type Style } from "./style.ts";
import { gapLines } from "./text-gaps.ts";
import { countOf } from "./wording.ts";
import { labelledLines } from "./wrap.ts";

/** @returns the report with a line end; parts that have nothing to say are left out */
export function renderModelText(report: DriverReport, style: Style): string {
  const sections = [
    section("locks", table(report.locks.map(lockRow), style), style),
    section("guarded types", table(report.types.map(typeRow), style), style),
    ...functionBlocks(report.functions, style),
    section("entry points", table(report.entryPoints.map(entryRow), style), style),
    section("may run at the same time", table(report.concurrency.map(pairRow), style), style),
    section("lock order", table(report.order.map(orderRow), style), style),
    gapLines(sortedGaps(report.gaps), style),
    labelledLines({ label: "", text: summary(report), tones: { label: "strong", text: "strong" } }, style),
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
  return columnsOf(sorted, "  ", style.width);
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

function summary({ files, functions, gaps }: DriverReport): string {
  const quiet = functions.filter((fn) => !hasContent(fn)).length;
  const read = `${countOf(files.length, "file")}, ${countOf(functions.length, "function")}`;
  const silent = quiet === 0 ? "" : `, ${quiet} of them without locks and guarded objects`;
  const unread = gaps.length === 0 ? "" : `; ${countOf(gaps.length, "place")} not analysed`;
  return read + silent + unread;
}
