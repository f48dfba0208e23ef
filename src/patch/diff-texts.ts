/** The difference of two texts as the file diff that a patch would have carried. */
import { structuredPatch } from "diff";
import type { FileDiff, Hunk, HunkLine } from "./patch.ts";

/** Beyond this many changed lines the shortest difference is not looked for: it would take seconds. */
const MOST_EDITS = 3_000;
const CONTEXT = 3;

export interface TwoVersions {
  readonly oldPath: string | null;
  readonly newPath: string | null;
  readonly isCopy: boolean;
  /** Null where there is no such file. */
  readonly before: string | null;
  readonly after: string | null;
}

export function diffTexts({ oldPath, newPath, isCopy, before, after }: TwoVersions): FileDiff {
  return {
    oldPath,
    newPath,
    kind: kindOf(oldPath, newPath, isCopy),
    oldBlob: null,
    newBlob: null,
    oldMode: null,
    newMode: null,
    binary: false,
    hunks: hunksBetween(before ?? "", after ?? ""),
  };
}

function kindOf(oldPath: string | null, newPath: string | null, isCopy: boolean): FileDiff["kind"] {
  if (oldPath === null) return "created";
  if (newPath === null) return "deleted";
  if (oldPath === newPath) return "modified";
  return isCopy ? "copied" : "renamed";
}

function hunksBetween(before: string, after: string): Hunk[] {
  const found = structuredPatch("", "", before, after, "", "", {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (found === undefined) return [everythingBetween(before, after)];
  return found.hunks.map((hunk) =>
    hunkOf(hunk.lines, {
      // Of a side without lines the line before it is named.
      oldStart: hunk.oldLines === 0 ? Math.max(hunk.oldStart - 1, 0) : hunk.oldStart,
      newStart: hunk.newLines === 0 ? Math.max(hunk.newStart - 1, 0) : hunk.newStart,
    }),
  );
}

/** What is between the equal lines at the start and those at the end. */
function everythingBetween(before: string, after: string): Hunk {
  const [old, now] = [marked(before), marked(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(old.length, now.length) - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail += 1;
  }
  const removed = old.slice(head, old.length - tail).flatMap((line) => prefixed("-", line));
  const added = now.slice(head, now.length - tail).flatMap((line) => prefixed("+", line));
  return hunkOf([...removed, ...added], {
    oldStart: removed.length === 0 ? head : head + 1,
    newStart: added.length === 0 ? head : head + 1,
  });
}

/** Lines with their line ends, so that a last line without one differs. */
function marked(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function prefixed(sign: string, line: string): string[] {
  return line.endsWith("\n") ? [sign + line.slice(0, -1)] : [sign + line, "\\ No newline at end of file"];
}

const KINDS: Readonly<Record<string, HunkLine["kind"]>> = { "+": "added", "-": "removed", " ": "context" };

function hunkOf(rows: readonly string[], { oldStart, newStart }: Pick<Hunk, "oldStart" | "newStart">): Hunk {
  const lines: HunkLine[] = [];
  for (const row of rows) {
    const kind = KINDS[row.charAt(0)];
    if (kind !== undefined) {
      lines.push({ kind, text: row.slice(1), newline: true });
      continue;
    }
    const last = lines.pop();
    if (last !== undefined) lines.push({ ...last, newline: false });
  }
  const oldCount = lines.filter(({ kind }) => kind !== "added").length;
  const newCount = lines.filter(({ kind }) => kind !== "removed").length;
  const header = `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@`;
  return { oldStart, oldCount, newStart, newCount, section: "", header, lines };
}
