/**
 * Diff text to file diffs: git's format with its extended headers, and plain
 * `---`/`+++` diffs.
 *
 * In:  text of a mail body or a diff file; prose around the diff is skipped.
 * Out: a `DiffReading`. What is cut off or miscounted is in `damage`; a damaged
 *      diff is never returned as a shorter one that looks whole.
 * See `hunk.ts` for the hunks, `git-header.ts` for the lines behind `diff --git`.
 */
import { sideName, unsafeNameReason, withoutPrefixes } from "./file-name.ts";
import { EMPTY_HEADER, type GitHeader, readGitHeader } from "./git-header.ts";
import { isHunkHeader, readHunk } from "./hunk.ts";
import type { Damage, DiffReading, FileDiff, Hunk } from "./patch.ts";

/** @param text diff text with LF or CRLF line ends; never throws. */
export function parseUnifiedDiff(text: string): DiffReading {
  const lines = withoutTransportReturns(text.split("\n"));
  const files: FileDiff[] = [];
  const damage: Damage[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.startsWith("diff --git ") || isSideHeader(lines, at)) {
      const read = readFileDiff(lines, at);
      files.push(read.file);
      // Not spread into push: a hostile text has more hunks than a call takes arguments.
      for (const each of read.damage) damage.push(each);
      at = read.next;
    } else {
      if (isHunkHeader(line)) damage.push(strayHunk(line));
      at += 1;
    }
  }
  return { files, damage: [...damage, ...repeatedFiles(files)] };
}

/** Whether text holds the start of a diff at the beginning of a line. */
export function hasDiff(text: string): boolean {
  return /^diff --git |^--- [^\n]+\n\+\+\+ [^\n]+\n@@ -\d/m.test(text);
}

/** git never ends its own header lines with CR: if those have one, the transport added it to all lines. */
function withoutTransportReturns(lines: readonly string[]): readonly string[] {
  const headers = lines.filter((line) => /^(diff --git |--- |\+\+\+ |@@ -)/.test(line));
  const fromTransport = headers.length > 0 && headers.every((line) => line.endsWith("\r"));
  return fromTransport ? lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)) : lines;
}

/** `--- name` and `+++ name`, followed by a hunk: three dashes alone separate a commit message. */
function isSideHeader(lines: readonly string[], at: number): boolean {
  return (
    (lines[at] ?? "").startsWith("--- ") &&
    (lines[at + 1] ?? "").startsWith("+++ ") &&
    (lines[at + 2] ?? "").startsWith("@@ -")
  );
}

function strayHunk(line: string): Damage {
  return {
    kind: "file",
    file: null,
    hunk: null,
    why: `a hunk without file names in front of it («${line}»)`,
  };
}

interface FileReading {
  readonly file: FileDiff;
  readonly damage: readonly Damage[];
  readonly next: number;
}

function readFileDiff(lines: readonly string[], start: number): FileReading {
  const isGit = (lines[start] ?? "").startsWith("diff --git ");
  const header = isGit ? readGitHeader(lines, start) : { ...EMPTY_HEADER, next: start };
  let at = header.next;
  let sides = header.names;
  const damage: Damage[] = [...header.damage];
  if ((lines[at] ?? "").startsWith("--- ") && (lines[at + 1] ?? "").startsWith("+++ ")) {
    sides = sidesOf(lines[at] ?? "", lines[at + 1] ?? "", header);
    at += 2;
  }
  const named = { ...sides, ...header.moved };
  const label = named.newName ?? named.oldName ?? "(unnamed)";
  const hunks: Hunk[] = [];
  while (isHunkHeader(lines[at] ?? "")) {
    const read = readHunk(lines, at);
    hunks.push(read.hunk);
    if (read.why !== null) damage.push({ kind: "hunk", file: label, hunk: hunks.length, why: read.why });
    at = read.next;
  }
  const file = fileDiffOf(named.oldName, named.newName, header, hunks);
  return {
    file,
    damage: [
      ...damage,
      ...unsafeNames(header, sides, file),
      ...disorder(file, label),
      ...emptyDiff(file, header, label),
    ],
    next: Math.max(at, start + 1),
  };
}

interface RawSides {
  readonly oldName: string | null;
  readonly newName: string | null;
  /** The names as written: what is checked for `..` before a prefix is cut off. */
  readonly raw: readonly string[];
}

function sidesOf(oldLine: string, newLine: string, header: GitHeader): RawSides {
  const written = { oldName: sideName(oldLine.slice(4)), newName: sideName(newLine.slice(4)) };
  const raw = [written.oldName, written.newName].filter((name) => name !== null);
  // With `diff --no-prefix` a created file's only name may start with a real folder "b/".
  const names = header.hasPrefixes ? withoutPrefixes(written) : written;
  return { ...names, raw };
}

function fileDiffOf(
  oldName: string | null,
  newName: string | null,
  header: GitHeader,
  hunks: readonly Hunk[],
): FileDiff {
  const created = header.created || oldName === null;
  const deleted = header.deleted || newName === null;
  return {
    oldPath: created ? null : oldName,
    newPath: deleted ? null : newName,
    kind: created ? "created" : deleted ? "deleted" : (header.movedAs ?? "modified"),
    oldBlob: header.oldBlob,
    newBlob: header.newBlob,
    oldMode: header.oldMode,
    newMode: header.newMode,
    binary: header.binary,
    hunks,
  };
}

function unsafeNames(header: GitHeader, sides: RawSides, file: FileDiff): Damage[] {
  const names = [file.oldPath, file.newPath].filter((name) => name !== null);
  const climbing = [...header.names.raw, ...sides.raw].filter((name) => /(^|[/\\])\.\.([/\\]|$)/.test(name));
  const bad = [...names, ...climbing].filter((name) => unsafeNameReason(name) !== null);
  const first = bad[0];
  if (first === undefined && names.length > 0) return [];
  const why =
    first === undefined
      ? "a diff without a file name"
      : `${unsafeNameReason(first)}: ${JSON.stringify(first)}`;
  return [{ kind: "unsafe", file: null, hunk: null, why }];
}

/** Hunks must be in ascending order and apart from each other on both sides. */
function disorder(file: FileDiff, label: string): Damage[] {
  let oldEnd = 0;
  for (const [index, hunk] of file.hunks.entries()) {
    if (index > 0 && hunk.oldStart < oldEnd) {
      return [{ kind: "hunk", file: label, hunk: index + 1, why: "starts before the previous hunk ends" }];
    }
    oldEnd = hunk.oldStart + hunk.oldCount;
  }
  return [];
}

/** A `diff --git` that changes nothing was cut off: git never writes one. */
function emptyDiff(file: FileDiff, header: GitHeader, label: string): Damage[] {
  const saysSomething =
    file.hunks.length > 0 ||
    file.binary ||
    file.kind !== "modified" ||
    (header.oldMode !== header.newMode && header.oldMode !== null);
  return saysSomething
    ? []
    : [{ kind: "file", file: label, hunk: null, why: "names the file and then has no hunk" }];
}

/** The same file twice in one diff: two patches glued together, or one pasted twice. */
function repeatedFiles(files: readonly FileDiff[]): Damage[] {
  const seen = new Set<string>();
  for (const { newPath, kind } of files) {
    if (newPath === null || kind === "copied") continue;
    if (seen.has(newPath))
      return [{ kind: "file", file: newPath, hunk: null, why: "is changed twice in one patch" }];
    seen.add(newPath);
  }
  return [];
}
