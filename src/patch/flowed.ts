/**
 * The texts that a `format=flowed` body may stand for.
 *
 * Mailers declare the format and then treat patches in three ways: they leave
 * the lines alone, stuff a blank in front of some (RFC 3676, 4.4), or also wrap
 * long ones. Which one it was shows in the hunk counts, and in whether it applies.
 */

/** The raw text, the un-stuffed one, and the joined one, without duplicates. */
export function flowedCandidates(text: string, deletesSpace: boolean): readonly string[] {
  const lines = text.split("\n");
  const unstuffed = lines.map((line) => (line.startsWith(" ") ? line.slice(1) : line));
  return [...new Set([text, unstuffed.join("\n"), joinSoftBreaks(unstuffed, deletesSpace)])];
}

/** A line that ends in a blank goes on in the next one; the signature's `-- ` does not. */
function joinSoftBreaks(lines: readonly string[], deletesSpace: boolean): string {
  const joined: string[] = [];
  let open: string | null = null;
  for (const line of lines) {
    const bare: string = line.endsWith("\r") ? line.slice(0, -1) : line;
    const whole: string = open === null ? line : open + line;
    const isSoft = bare.endsWith(" ") && bare !== "-- " && bare !== " ";
    open = isSoft ? (open ?? "") + (deletesSpace ? bare.slice(0, -1) : bare) : null;
    if (!isSoft) joined.push(whole);
  }
  if (open !== null) joined.push(open);
  return joined.join("\n");
}
