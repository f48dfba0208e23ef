/** Rows as aligned columns. */
import { textWidth } from "./cells.ts";
import { wrap } from "./wrap.ts";

/** Less room than this beside the other columns is none: the last one goes below. */
const LEAST_ROOM = 24;

/**
 * Two blanks between columns, none behind the last.
 *
 * @param width cells a line, which the last column is wrapped to; null leaves rows on one line
 */
export function columnsOf(
  rows: readonly (readonly string[])[],
  indent: string,
  width: number | null = null,
): string[] {
  const widths = columnWidths(rows);
  return rows.flatMap((row) => {
    const pad = (cell: string, at: number) => cell + " ".repeat((widths[at] ?? 0) - textWidth(cell) + 2);
    const whole = (indent + row.map(pad).join("")).trimEnd();
    if (width === null || textWidth(whole) <= width) return [whole];
    const head = indent + row.slice(0, -1).map(pad).join("");
    const isTight = width - textWidth(head) < LEAST_ROOM;
    const hanging = " ".repeat(isTight ? indent.length + 4 : textWidth(head));
    const [first = "", ...rest] = wrap(row.at(-1) ?? "", Math.max(width - hanging.length, LEAST_ROOM));
    const below = rest.map((line) => hanging + line);
    return isTight ? [head.trimEnd(), hanging + first, ...below] : [head + first, ...below];
  });
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, textWidth(cell));
    });
  }
  return widths;
}
