/**
 * Text in terminal cells: tabs expanded, wide characters counted, and nothing
 * left that could drive the terminal or hide what the text says. Sources and mails
 * are written by strangers.
 */

const TAB = 8;

/** Combining marks and other characters without a cell of their own. */
const NO_CELL = /^(?:\p{Mn}|\p{Me}|\u200d)$/u;
/** Controls, blanks that nobody sees, and the marks that reorder text on the screen (CVE-2021-42574). */
const UNSAFE = /^[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u2060\u202a-\u202e\u2066-\u2069\ufeff]$/u;
/** East Asian Wide and Fullwidth blocks, and emoji (Unicode Standard Annex 11). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

export interface CellLine {
  readonly text: string;
  /** Cells in all. */
  readonly width: number;
  /** First cell (from 0) of each UTF-16 unit of the original, and of its end. */
  readonly starts: readonly number[];
  /** Where in `text` each UTF-16 unit of the original begins, and its end. */
  readonly indexes: readonly number[];
}

/** @param text one line without its line end */
export function cellsOf(text: string, unicode: boolean): CellLine {
  const starts: number[] = [];
  const indexes: number[] = [];
  let shown = "";
  let width = 0;
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit += 1) {
      starts.push(width);
      indexes.push(shown.length);
    }
    const cell = character === "\t" ? " ".repeat(TAB - (width % TAB)) : safeCharacter(character, unicode);
    shown += cell;
    width += character === "\t" ? cell.length : cellWidth(cell);
  }
  starts.push(width);
  indexes.push(shown.length);
  return { text: shown, width, starts, indexes };
}

/** A text for people on one line: line ends become blanks, the rest as in `cellsOf`. */
export function safeText(text: string, unicode: boolean): string {
  return cellsOf(text.replace(/[\r\n\t]+/g, " "), unicode).text;
}

/** A finished text for a terminal that knows ASCII alone; its controls stay. */
export function asciiText(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => safeCharacter(character, false));
}

/** Cells of a text without tabs. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cellWidth(character);
  return width;
}

function safeCharacter(character: string, unicode: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  if (!unicode) return NO_CELL.test(character) ? "" : "?".repeat(cellWidth(character) || 1);
  return UNSAFE.test(character) || (code >= 0xd800 && code <= 0xdfff) ? "\ufffd" : character;
}

function cellWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return character === "" ? 0 : character.length;
  if (NO_CELL.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
