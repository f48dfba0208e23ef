/**
 * The values that the rest of the program sees of a patch: hunks, file diffs,
 * and what was damaged.
 *
 * Line texts carry neither the marker nor the LF. A CR that belongs to the file
 * stays in the text; one that only the transport added is gone.
 */

export interface HunkLine {
  readonly kind: "context" | "added" | "removed";
  readonly text: string;
  /** False for the line that `\ No newline at end of file` follows. */
  readonly newline: boolean;
}

export interface Hunk {
  /** 1-based, as the header says; 0 with `oldCount` 0 for a file that is created. */
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** The text behind the second `@@`, without the blank: usually the function's first line. */
  readonly section: string;
  /** The `@@` line as it stands in the mail. */
  readonly header: string;
  readonly lines: readonly HunkLine[];
}

/** What a patch does to one file. Names are relative to the top of the tree. */
export interface FileDiff {
  /** Null when the file is created. */
  readonly oldPath: string | null;
  /** Null when the file is deleted. */
  readonly newPath: string | null;
  readonly kind: "modified" | "created" | "deleted" | "renamed" | "copied";
  /** Blob ids of the `index` line as written, usually abbreviated; null without one or when all zero. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  /** Octal modes as written, such as `100644`; null when the diff does not say. */
  readonly oldMode: string | null;
  readonly newMode: string | null;
  readonly binary: boolean;
  readonly hunks: readonly Hunk[];
}

/** Something in a diff that cannot be taken as it stands. */
export interface Damage {
  /** `unsafe`: a name that must not be opened. The others: text that is not a whole diff. */
  readonly kind: "hunk" | "file" | "unsafe" | "ambiguous";
  readonly file: string | null;
  /** 1-based index of the hunk in its file; null when no single hunk is meant. */
  readonly hunk: number | null;
  /** A phrase without a full stop. */
  readonly why: string;
}

/** One reading of a diff. With damage the files are what was recognised, not what to apply. */
export interface DiffReading {
  readonly files: readonly FileDiff[];
  readonly damage: readonly Damage[];
}

/** The name to speak of: the new one, or the old one of a deleted file. */
export function pathOf(diff: FileDiff): string {
  return diff.newPath ?? diff.oldPath ?? "";
}

/** "hunk 2 of xen/a.c: ends after 3 of 7 lines". */
export function describeDamage(damage: Damage): string {
  if (damage.file === null) return damage.why;
  return damage.hunk === null
    ? `${damage.file}: ${damage.why}`
    : `hunk ${damage.hunk} of ${damage.file}: ${damage.why}`;
}
