/** Wraps a paragraph; words are never cut. */
import { textWidth } from "./cells.ts";
import { paint, type Style, type Tone } from "./style.ts";

/** A narrower terminal breaks the lines itself. */
const LEAST_WIDTH = 40;

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

export interface Labelled {
  /** Shorter than a line, without a blank at its ends; empty for none. */
  readonly label: string;
  /** What follows, behind a blank unless it opens with a colon. */
  readonly text: string;
  readonly tones: { readonly label: Tone; readonly text?: Tone };
  /** Before every line, and once more before those that continue one. */
  readonly indent?: string;
}

/** A paragraph whose first words are painted, in the terminal's width; lines that continue it are indented. */
export function labelledLines({ label, text, tones, indent = "" }: Labelled, style: Style): string[] {
  const hanging = `${indent}  `;
  const width = style.width === null ? null : Math.max(style.width, LEAST_WIDTH) - hanging.length;
  const whole = label === "" || text.startsWith(":") ? label + text : `${label} ${text}`;
  const tinted = (part: string) => (tones.text === undefined ? part : paint(style, tones.text, part));
  const [first = "", ...rest] = wrap(whole, width);
  return [
    indent + paint(style, tones.label, first.slice(0, label.length)) + tinted(first.slice(label.length)),
    ...rest.map((line) => hanging + tinted(line)),
  ];
}
