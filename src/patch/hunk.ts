/** One hunk of a unified diff: its header, and as many lines as the header promises. */
import type { Hunk, HunkLine } from "./patch.ts";

const HEADER = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)$/s;

/** True also for a broken header, so that it is read as a damaged hunk and not skipped. */
export function isHunkHeader(line: string): boolean {
  return line.startsWith("@@ -");
}

export interface HunkReading {
  readonly hunk: Hunk;
  /** Why the hunk is not whole; null when its counts add up. */
  readonly why: string | null;
  readonly next: number;
}

/** @param at index of the `@@` line in `lines`. */
export function readHunk(lines: readonly string[], at: number): HunkReading {
  const header = lines[at] ?? "";
  const numbers = HEADER.exec(header);
  const [, oldStart = "0", oldCount = "1", newStart = "0", newCount = "1", rest = ""] = numbers ?? [];
  const counts = { old: numbers ? Number(oldCount) : 0, new: numbers ? Number(newCount) : 0 };
  const body = readLines(lines, at + 1, counts);
  const hunk: Hunk = {
    oldStart: Number(oldStart),
    oldCount: counts.old,
    newStart: Number(newStart),
    newCount: counts.new,
    section: rest.replace(/^ /, "").replace(/\r$/, ""),
    header,
    lines: body.lines,
  };
  const why = numbers === null ? `has a broken header («${header}»)` : body.why;
  return { hunk, why, next: body.next };
}

interface Counts {
  readonly old: number;
  readonly new: number;
}

interface BodyReading {
  readonly lines: readonly HunkLine[];
  readonly why: string | null;
  readonly next: number;
}

function readLines(lines: readonly string[], start: number, counts: Counts): BodyReading {
  const body: HunkLine[] = [];
  let { old: oldLeft, new: newLeft } = counts;
  let at = start;
  while (oldLeft > 0 || newLeft > 0) {
    const text = lines[at];
    const line = text === undefined ? null : hunkLineOf(text, at === lines.length - 1);
    if (text === undefined || line === null) {
      return { lines: body, why: cutOff(counts, oldLeft, newLeft, text), next: at };
    }
    at += 1;
    if (line === "no newline") {
      markLastWithoutNewline(body);
      continue;
    }
    if (line.kind !== "added") oldLeft -= 1;
    if (line.kind !== "removed") newLeft -= 1;
    if (oldLeft < 0 || newLeft < 0) return { lines: body, why: miscounted(counts), next: at };
    body.push(line);
  }
  if ((lines[at] ?? "").startsWith("\\ ")) {
    markLastWithoutNewline(body);
    at += 1;
  }
  const surplus = isSurplus(lines, at);
  return {
    lines: body,
    why: surplus ? `has more lines than its header says («${lines[at]}»)` : null,
    next: at,
  };
}

/** A context line that is empty lost its blank on the way; git takes it too. */
function hunkLineOf(text: string, isLast: boolean): HunkLine | "no newline" | null {
  const rest = text.slice(1);
  switch (text.charAt(0)) {
    case " ":
      return { kind: "context", text: rest, newline: true };
    case "+":
      return { kind: "added", text: rest, newline: true };
    case "-":
      return { kind: "removed", text: rest, newline: true };
    case "\\":
      return "no newline";
    case "\r":
      return text === "\r" ? { kind: "context", text: "\r", newline: true } : null;
    // The piece behind the text's last LF is not a line.
    case "":
      return isLast ? null : { kind: "context", text: "", newline: true };
    default:
      return null;
  }
}

function markLastWithoutNewline(body: HunkLine[]): void {
  const last = body.pop();
  if (last !== undefined) body.push({ ...last, newline: false });
}

function cutOff(counts: Counts, oldLeft: number, newLeft: number, text: string | undefined): string {
  const seen = `ends after ${counts.old - oldLeft} of ${counts.old} old and ${counts.new - newLeft} of ${counts.new} new lines`;
  const isEnd = text === undefined || text === "";
  return isEnd ? `${seen}: the text is cut off` : `${seen}, at «${text}»: a line was wrapped or lost`;
}

function miscounted(counts: Counts): string {
  return `does not have the ${counts.old} old and ${counts.new} new lines that its header says`;
}

/** `-- ` starts a signature and `--- ` the next file; any other changed line was not counted. */
function isSurplus(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  if (line.startsWith("+")) return true;
  if (!line.startsWith("-") || /^--\s*$/.test(line) || line === "---") return false;
  return !(line.startsWith("--- ") && (lines[at + 1] ?? "").startsWith("+++ "));
}
