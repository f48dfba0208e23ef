/**
 * Offsets in a text and their lines and columns.
 *
 * Offsets count UTF-16 units from 0; lines and columns count from 1, as editors
 * and compilers print them.
 */

export interface LineTable {
  /** Offset at which each line starts; `starts[0]` is 0. */
  readonly starts: readonly number[];
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Lines end at LF; a CR before it belongs to the line. */
export function lineTableOf(text: string): LineTable {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return { starts };
}

/** The position of an offset; an offset past the end is on the last line. */
export function positionAt(table: LineTable, offset: number): Position {
  let low = 0;
  let high = table.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (table.starts[low] ?? 0) + 1 };
}
