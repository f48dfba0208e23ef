/** The lines between `diff --git` and the first hunk: modes, names of a move, blob ids, binary data. */
import { unquoteName, withoutPrefixes } from "./file-name.ts";
import type { Damage } from "./patch.ts";

interface HeaderNames {
  readonly oldName: string | null;
  readonly newName: string | null;
  readonly raw: readonly string[];
}

export interface GitHeader {
  /** From the `diff --git` line, prefixes off; null when the line can be split in several ways. */
  readonly names: HeaderNames;
  /** From `rename from` and its kin, which carry no prefix; they win over all other names. */
  readonly moved: { readonly oldName?: string; readonly newName?: string };
  readonly movedAs: "renamed" | "copied" | null;
  /** False when the `diff --git` line shows that names carry no `a/` and `b/`. */
  readonly hasPrefixes: boolean;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly oldMode: string | null;
  readonly newMode: string | null;
  readonly binary: boolean;
  readonly damage: readonly Damage[];
  /** Index of the first line behind the header. */
  readonly next: number;
}

export const EMPTY_HEADER: GitHeader = {
  names: { oldName: null, newName: null, raw: [] },
  moved: {},
  movedAs: null,
  hasPrefixes: true,
  created: false,
  deleted: false,
  oldBlob: null,
  newBlob: null,
  oldMode: null,
  newMode: null,
  binary: false,
  damage: [],
  next: 0,
};

/** @param start index of the `diff --git` line. */
export function readGitHeader(lines: readonly string[], start: number): GitHeader {
  let header = { ...EMPTY_HEADER, ...namesOf((lines[start] ?? "").slice("diff --git ".length).trimEnd()) };
  let at = start + 1;
  for (; at < lines.length; at += 1) {
    const line = (lines[at] ?? "").trimEnd();
    if (line === "GIT binary patch") {
      at = endOfBinary(lines, at + 1);
      header = { ...header, binary: true };
      break;
    }
    const more = extendedHeader(line);
    if (more === null) break;
    header = { ...header, ...more, moved: { ...header.moved, ...more.moved } };
  }
  return { ...header, next: at };
}

/**
 * `a/x b/x`: names may hold blanks, so the split that gives equal tails is
 * looked for. A move does not have one; its names come from the extended lines.
 */
function namesOf(text: string): Pick<GitHeader, "names" | "hasPrefixes"> {
  for (const split of splitsOf(text)) {
    const [left, right] = split;
    if (left === right) return { names: { oldName: left, newName: right, raw: split }, hasPrefixes: false };
    const { oldName, newName } = withoutPrefixes({ oldName: left, newName: right });
    if (oldName === newName) return { names: { oldName, newName, raw: split }, hasPrefixes: true };
  }
  return { names: { oldName: null, newName: null, raw: [] }, hasPrefixes: true };
}

function splitsOf(text: string): (readonly [string, string])[] {
  const splits: (readonly [string, string])[] = [];
  for (let blank = text.indexOf(" "); blank !== -1; blank = text.indexOf(" ", blank + 1)) {
    const left = unquoteName(text.slice(0, blank));
    const right = unquoteName(text.slice(blank + 1));
    if (left !== null && right !== null) splits.push([left, right]);
    // A line of nothing but blanks would otherwise be tried in quadratically many ways.
    if (splits.length > 100) break;
  }
  return splits;
}

/** What one extended header line adds; null when the line is not one. */
function extendedHeader(line: string): Partial<GitHeader> | null {
  const [, key = "", value = ""] =
    /^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|similarity index|dissimilarity index|index|Binary files) (.*)$/s.exec(
      line,
    ) ?? [];
  const name = unquoteName(value);
  switch (key) {
    case "old mode":
      return { oldMode: value };
    case "new mode":
      return { newMode: value };
    case "deleted file mode":
      return { deleted: true, oldMode: value };
    case "new file mode":
      return { created: true, newMode: value };
    case "copy from":
      return name === null ? brokenName(value) : { movedAs: "copied", moved: { oldName: name } };
    case "rename from":
      return name === null ? brokenName(value) : { movedAs: "renamed", moved: { oldName: name } };
    case "copy to":
      return name === null ? brokenName(value) : { movedAs: "copied", moved: { newName: name } };
    case "rename to":
      return name === null ? brokenName(value) : { movedAs: "renamed", moved: { newName: name } };
    case "index":
      return blobsOf(value);
    case "Binary files":
      return { binary: true };
    case "":
      return null;
    default:
      return {};
  }
}

function brokenName(value: string): Partial<GitHeader> {
  return {
    damage: [{ kind: "unsafe", file: null, hunk: null, why: `a file name with broken quotes: ${value}` }],
  };
}

function blobsOf(value: string): Partial<GitHeader> {
  const [, oldBlob, newBlob, mode] = /^([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{6}))?$/.exec(value) ?? [];
  const sameMode = mode === undefined ? {} : { oldMode: mode, newMode: mode };
  return { oldBlob: blobOrNull(oldBlob), newBlob: blobOrNull(newBlob), ...sameMode };
}

/** All zero stands for "no blob". */
function blobOrNull(id: string | undefined): string | null {
  return id === undefined || /^0+$/.test(id) ? null : id;
}

/** Behind the `literal` and `delta` blocks, each of which a blank line ends. */
function endOfBinary(lines: readonly string[], start: number): number {
  let at = start;
  while (/^(literal|delta) \d+\r?$/.test(lines[at] ?? "")) {
    at += 1;
    while (at < lines.length && (lines[at] ?? "").trimEnd() !== "") at += 1;
    at += 1;
  }
  return at;
}
