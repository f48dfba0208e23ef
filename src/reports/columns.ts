/** Rows as aligned columns. */
import { textWidth } from "./cells.ts";

/** Two blanks between columns, none behind the last. */
export function columnsOf(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, textWidth(cell));
    });
  }
  return rows.map((row) =>
    (
      indent + row.map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - textWidth(cell) + 2)).join("")
    ).trimEnd(),
  );
}
