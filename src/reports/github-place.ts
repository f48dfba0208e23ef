/**
 * Where on a pull request a finding is commented: on its own line, or on a line of
 * the change that is on its path.
 *
 * Only lines of the hunks that GitHub itself shows count: it refuses a whole review for
 * one comment elsewhere.
 */
import type { Finding } from "../findings/index.ts";
import { parseUnifiedDiff } from "../patch/index.ts";
import type { ChangedFile, CommentPlace, ReviewedDiff } from "../review/index.ts";
import { directAnchorOf, type NumberedHunk, numberedHunks } from "./mail-anchor.ts";

/** Lines of the file after the change, both ends included. */
export interface LineRange {
  readonly file: string;
  readonly first: number;
  readonly last: number;
}

/** The hunks of all files of which GitHub shows some. */
export function shownHunks(files: readonly ChangedFile[]): NumberedHunk[] {
  return numberedHunks(files.flatMap(diffOf));
}

function diffOf({ oldPath, newPath, patch }: ChangedFile): ReviewedDiff[] {
  if (patch === null) return [];
  const { files, damage } = parseUnifiedDiff(`--- a/file\n+++ b/file\n${patch}\n`);
  const [diff] = files;
  // Rather no comment than one on a line that is counted wrongly.
  return diff === undefined || damage.length > 0 ? [] : [{ oldPath, newPath, hunks: diff.hunks }];
}

export interface FoundPlace {
  readonly place: CommentPlace;
  readonly isOnItsLine: boolean;
}

/** Null where no line that GitHub shows has a part in the finding. */
export function commentPlace(finding: Finding, hunks: readonly NumberedHunk[]): FoundPlace | null {
  const anchor = directAnchorOf(finding, hunks);
  const hunk = anchor === null ? undefined : hunks[anchor.hunk];
  const line = anchor === null ? undefined : hunk?.lines[anchor.line];
  if (anchor === null || hunk === undefined || line === undefined) return null;
  const isLeft = anchor.exact ? finding.side === "old" : line.kind === "removed";
  const number = isLeft ? line.oldLine : line.newLine;
  if (number === null) return null;
  const path = hunk.diff.newPath ?? hunk.diff.oldPath ?? "";
  const place: CommentPlace = { path, side: isLeft ? "LEFT" : "RIGHT", line: number };
  const first = finding.line;
  const isLong = anchor.exact && first < number && shows(hunk, place.side, first);
  return { place: isLong ? { ...place, first } : place, isOnItsLine: anchor.exact };
}

/** The same for lines that a suggestion replaces; null unless one hunk shows them all. */
export function suggestionPlace(
  { file, first, last }: LineRange,
  hunks: readonly NumberedHunk[],
): CommentPlace | null {
  for (const one of hunks) {
    if (one.diff.newPath !== file || !shows(one, "RIGHT", first) || !shows(one, "RIGHT", last)) continue;
    return { path: file, side: "RIGHT", line: last, ...(first < last ? { first } : {}) };
  }
  return null;
}

function shows({ lines }: Pick<NumberedHunk, "lines">, side: CommentPlace["side"], number: number): boolean {
  return lines.some(({ oldLine, newLine }) => (side === "LEFT" ? oldLine : newLine) === number);
}
