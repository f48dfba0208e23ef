/** An audit of several drivers at a glance: a column for each. */
import { CHECK_IDS } from "../findings/index.ts";
import type { AuditedDriver, Review } from "../review/index.ts";
import { safeText, textWidth } from "./cells.ts";
import { columnsOf } from "./columns.ts";
import { paint, type Style } from "./style.ts";
import { severityCounts } from "./wording.ts";

/** Empty for a single driver: its findings say all. */
export function driverLines(review: Review, style: Style): string[] {
  const { drivers } = review;
  if (drivers.length < 2) return [];
  const rows = [
    ["", ...drivers.map(({ id }) => id)],
    ...block("findings", drivers, (driver) => [severityCounts(findingsIn(review, driver)) || "none"]),
    ...checkRows(review),
    ...block("not analysed", drivers, (driver) => [placesIn(review, driver)]),
    ...block("guarded", drivers, ({ guarded }) => distinct(guarded.map(({ noun }) => noun))),
    ...block("under", drivers, ({ guarded }) => distinct(guarded.map(({ lock }) => lock))),
    ...block("takes", drivers, ({ locks }) => locks),
    ...block("entered by", drivers, ({ operations }) => operations.map((name) => `.${name}`)),
  ];
  const safe = rows.map((row) => row.map((cell) => safeText(cell, style.unicode)));
  return [paint(style, "strong", "side by side"), ...columnsOf(narrowed(safe, style.width), INDENT)];
}

const INDENT = "  ";
/** Where each driver has less room than this, the terminal breaks the lines. */
const LEAST_ROOM = 12;

/** Rows whose cells fit side by side: one that is too wide goes on below, further in. */
function narrowed(rows: readonly (readonly string[])[], width: number | null): (readonly string[])[] {
  if (width === null) return [...rows];
  const drivers = (rows[0]?.length ?? 1) - 1;
  const label = Math.max(...rows.map(([name = ""]) => textWidth(name)));
  const room = Math.floor((width - INDENT.length - label) / drivers) - 2;
  return rows.flatMap(([name = "", ...cells]) => {
    const columns = cells.map((cell) => brokenLines(cell, Math.max(room, LEAST_ROOM)));
    const height = Math.max(1, ...columns.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => [
      line === 0 ? name : "",
      ...columns.map((lines) => lines[line] ?? ""),
    ]);
  });
}

/** Broken at blanks, and a name that is wider than a line behind its dots and underscores. */
function brokenLines(cell: string, room: number): string[] {
  if (textWidth(cell) <= room) return [cell];
  const lines: string[] = [];
  let line = "";
  for (const piece of cell.match(/[^\s._]*[._]+|[^\s._]+\s*|\s+/g) ?? []) {
    if (textWidth((line + piece).trimEnd()) > room && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = "  ";
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** A label beside lists, one entry a line. */
function block(
  label: string,
  drivers: readonly AuditedDriver[],
  cellsOf: (driver: AuditedDriver) => readonly string[],
): string[][] {
  const columns = drivers.map(cellsOf);
  const height = Math.max(1, ...columns.map((cells) => cells.length));
  return Array.from({ length: height }, (_, line) => [
    line === 0 ? label : "",
    ...columns.map((cells) => cells[line] ?? (line === 0 ? "none" : "")),
  ]);
}

function checkRows(review: Review): string[][] {
  const counts = (check: string) =>
    review.drivers.map(
      (driver) => findingsIn(review, driver).filter((finding) => finding.check === check).length,
    );
  return CHECK_IDS.flatMap((check) => {
    const row = counts(check);
    return row.some((count) => count > 0) ? [[`  ${check}`, ...row.map(String)]] : [];
  });
}

function findingsIn({ findings }: Review, { files }: AuditedDriver): Review["findings"] {
  return findings.filter(({ file }) => files.includes(file));
}

function placesIn({ gaps }: Review, { files }: AuditedDriver): string {
  const count = gaps.filter(({ file }) => files.includes(file)).length;
  return count === 0 ? "nothing" : `${count} ${count === 1 ? "place" : "places"}`;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
