/**
 * How text for a terminal may look. Whether the terminal can show it is the
 * caller's to find out: nothing here reads the environment.
 */

export interface Style {
  readonly color: boolean;
  /** False: ASCII only, whatever stands in the sources. */
  readonly unicode: boolean;
  /** Columns to wrap at; null where the output is no terminal. */
  readonly width: number | null;
}

export const PLAIN_STYLE: Style = { color: false, unicode: true, width: null };

export type Tone = "error" | "warning" | "note" | "help" | "gutter" | "strong";

/** SGR pairs that switch on and off, as node:util's styleText pairs them. */
const BOLD = [1, 22] as const;
const TONES: Readonly<Record<Tone, readonly (readonly [number, number])[]>> = {
  error: [BOLD, [31, 39]],
  warning: [BOLD, [33, 39]],
  note: [BOLD, [36, 39]],
  help: [BOLD, [32, 39]],
  gutter: [[34, 39]],
  strong: [BOLD],
};

export function paint(style: Style, tone: Tone, text: string): string {
  if (!style.color || text === "") return text;
  return TONES[tone].reduceRight((inner, [on, off]) => `\u001b[${on}m${inner}\u001b[${off}m`, text);
}

/** The lines that a drawing is made of. */
export interface Glyphs {
  readonly bar: string;
  readonly top: string;
  readonly next: string;
  readonly gap: string;
  readonly cut: string;
}

const UNICODE: Glyphs = { bar: "│", top: "┌─", next: "├─", gap: "·", cut: "…" };
const ASCII: Glyphs = { bar: "|", top: "-->", next: ":::", gap: ":", cut: "~" };

export function glyphsOf(style: Style): Glyphs {
  return style.unicode ? UNICODE : ASCII;
}
