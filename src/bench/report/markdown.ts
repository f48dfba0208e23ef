/** Tables and generated parts of documents. */

export type Row = readonly (string | number)[];

/** With columns of equal width, as the documents have them. */
export function markdownTable(head: Row, rows: readonly Row[]): string {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [first = [], ...others] = all;
  return [
    line(first),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...others.map(line),
  ].join("\n");
}

/** All tables of a text: the head and the rows of each. */
export function tablesOf(
  text: string,
): { readonly head: readonly string[]; readonly rows: readonly string[][] }[] {
  const blocks = text
    .split(/\n(?!\|)/)
    .map((part) => part.split("\n").filter((line) => line.startsWith("|")));
  return blocks
    .filter((lines) => lines.length > 1)
    .map((lines) => {
      const cells = lines.map((line) =>
        line
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      );
      const [head = [], , ...rows] = cells;
      return { head, rows };
    });
}

const BEGIN = "<!-- figures: begin -->";
const END = "<!-- figures: end -->";

/** @returns what stands between the marks; null where the document has none */
export function generatedPart(document: string): string | null {
  const [, after] = document.split(BEGIN);
  return after?.includes(END) === true ? (after.split(END)[0] ?? "").trim() : null;
}

/** @throws {Error} when the document has no marks */
export function withGeneratedPart(document: string, text: string): string {
  if (generatedPart(document) === null)
    throw new Error(`there is no place for figures: put ${BEGIN} and ${END} on lines of their own`);
  const [before = "", rest = ""] = document.split(BEGIN);
  return `${before}${BEGIN}\n\n${text}\n\n${END}${rest.split(END).slice(1).join(END)}`;
}
