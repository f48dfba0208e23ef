/** A place in a named file, as findings and gaps cite it. */

/** 1-based and inclusive at both ends, as in the JSON document. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A stretch of a file that could not be read, and why. */
export interface Gap {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly why: string;
}

/** File, then line, then column: the order of every list that is printed. */
export function comparePlaces(left: Place, right: Place): number {
  return compareText(left.file, right.file) || left.line - right.line || left.column - right.column;
}

/** By code unit, so that the order is the same on every machine and locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
