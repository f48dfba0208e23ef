/**
 * Help for a narrow terminal: lines are broken at words, and what belongs to an entry stays in its
 * column.
 */

/** An option or a command, with the blanks behind it. */
const ENTRY = /^( {2}\S.*? {2,})(\S.*)$/;
const MOST = 110;

/** @param columns of the terminal; null where nobody knows, and the text stays as it is */
export function fitHelp(text: string, columns: number | null): string {
  if (columns === null || columns >= MOST) return text;
  return joinBroken(text.split("\n"))
    .map((line) => broken(line, Math.max(columns, 40)))
    .join("\n");
}

/** Paragraphs and entries on a line each; a line that ends early is the last of its paragraph. */
function joinBroken(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const last = joined.at(-1) ?? "";
    const isEntry = ENTRY.test(last) && / {12,}\S/.test(line) && line.startsWith("            ");
    const isParagraph = /^\S/.test(last) && /^\S/.test(line) && joined.length > 1;
    if (isEntry || isParagraph) joined[joined.length - 1] = `${last} ${line.trim()}`;
    else joined.push(line);
  }
  return joined;
}

function broken(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const [, head = /^ */.exec(line)?.[0] ?? "", words = line.trim()] = ENTRY.exec(line) ?? [];
  // A column that leaves no room for words is none: they go below.
  const isTight = head.length > columns / 2;
  const indent = " ".repeat(isTight ? 6 : head.length);
  const rows: string[] = isTight ? [head.trimEnd()] : [];
  let row = isTight ? indent : head;
  for (const word of words.split(" ")) {
    const isStart = row.trim() === "" || row === head;
    if (!isStart && row.length + 1 + word.length > columns) {
      rows.push(row.trimEnd());
      row = indent;
    }
    row += row.trim() === "" || row === head ? word : ` ${word}`;
  }
  return [...rows, row].join("\n");
}
