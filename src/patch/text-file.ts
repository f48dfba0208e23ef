/** A text file as rows of lines, which is what hunks are matched against. */

export interface TextFile {
  /** Without LF; `lines[0]` is line 1. A CR before the LF belongs to the line. */
  readonly lines: readonly string[];
  /** Whether the last line ends in LF; true for an empty file. */
  readonly endsWithNewline: boolean;
}

/** The empty text has no lines. */
export function textFileOf(text: string): TextFile {
  if (text === "") return { lines: [], endsWithNewline: true };
  const lines = text.split("\n");
  const endsWithNewline = lines.at(-1) === "";
  return { lines: endsWithNewline ? lines.slice(0, -1) : lines, endsWithNewline };
}

/** The inverse of `textFileOf`. */
export function textOf(file: TextFile): string {
  if (file.lines.length === 0) return "";
  return file.lines.join("\n") + (file.endsWithNewline ? "\n" : "");
}
