/**
 * Mail transport takes the CR out of CRLF. Where the base has CRLF throughout
 * and the diff not one CR, the diff's lines get theirs back.
 */
import type { FileDiff, Hunk } from "./patch.ts";
import type { TextFile } from "./text-file.ts";

/** The hunk of `diff` with the base's line ends; any other mixture is left as it is, and then does not match. */
export function withLineEndsOf(base: TextFile, diff: FileDiff, hunk: Hunk): Hunk {
  if (
    !hasReturnsThroughout(base) ||
    diff.hunks.some((each) => each.lines.some((line) => line.text.endsWith("\r")))
  ) {
    return hunk;
  }
  return {
    ...hunk,
    lines: hunk.lines.map((line) => (line.newline ? { ...line, text: `${line.text}\r` } : line)),
  };
}

function hasReturnsThroughout({ lines, endsWithNewline }: TextFile): boolean {
  const ended = endsWithNewline ? lines : lines.slice(0, -1);
  return ended.length > 0 && ended.every((line) => line.endsWith("\r"));
}
