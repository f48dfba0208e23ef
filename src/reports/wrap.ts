/** Wraps a paragraph; words are never cut. */
import { textWidth } from "./cells.ts";

/** @param width cells a line; null leaves the paragraph on one line */
export function wrap(paragraph: string, width: number | null): string[] {
  const words = paragraph.split(/\s+/).filter((word) => word !== "");
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && width !== null && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== "") lines.push(line);
  return lines;
}
