/** Markdown of the kind that hosting sites and documentation builders share: tables, lists, code. */
import { safeText } from "./cells.ts";

/** A name or an expression as code. What strangers wrote stays within the quotes. */
export function code(text: string): string {
  const safe = safeText(text, true);
  const ticks = Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(ticks + 1);
  const pad = safe.startsWith("`") || safe.endsWith("`") ? " " : "";
  return `${fence}${pad}${safe}${pad}${fence}`;
}

/** Words of a pack or a report, with what would be read as markup made plain. */
export function words(text: string): string {
  const plain = safeText(text, true).replace(/[\\*<[\]#|`~]/g, (character) => `\\${character}`);
  // Within a name an underscore is no markup.
  return plain.replace(/(?<!\w)_|_(?!\w)/g, "\\_");
}

/** A table without its rows is nothing. Cells may hold several lines. */
export function tableOf(
  heads: readonly string[],
  rows: readonly (readonly (string | readonly string[])[])[],
): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads),
    line(heads.map(() => "---")),
    ...rows.map((row) => line(row.map((cell) => (typeof cell === "string" ? cell : cell.join("<br>"))))),
  ];
}
