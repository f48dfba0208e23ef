/** Where a document of the editor lies in its tree, and what the engine's lines are in the editor's terms. */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type LineTable, lineTableOf } from "../base/index.ts";
import type { Range, TextDocument } from "./protocol.ts";

/** The end of any line: editors take what lies beyond it for it. */
const LINE_END = 2 ** 31 - 1;

/** @returns the path of a `file:` address; null for any other, such as one of a buffer without a name */
export function pathOfUri(uri: string): string | null {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : null;
  } catch {
    return null;
  }
}

/** @param top the folder that `file` is relative to */
export function uriOfFile(top: string, file: string): string {
  return pathToFileURL(join(top, file)).href;
}

export function isCDocument({ languageId, uri }: Pick<TextDocument, "languageId" | "uri">): boolean {
  return languageId === "c" || /\.[ch]$/.test(uri);
}

/** From lines and columns that count from 1 and end inclusively; the engine knows LF alone as the end of a line. */
export class Places {
  readonly #document: TextDocument;
  readonly #lines: LineTable;

  constructor(document: TextDocument) {
    this.#document = document;
    this.#lines = lineTableOf(document.getText());
  }

  range(from: { line: number; column: number }, to: { line: number; column: number }): Range {
    return {
      start: this.#document.positionAt(this.#offset(from.line, from.column)),
      end: this.#document.positionAt(this.#offset(to.line, to.column + 1)),
    };
  }

  /** Lines without the blanks before them. */
  rangeOfLines(line: number, endLine = line): Range {
    const from = this.#offset(line, 1);
    const indent = /^[ \t]*/.exec(this.#document.getText().slice(from, this.#offset(line + 1, 1)))?.[0] ?? "";
    const start = this.#document.positionAt(from + indent.length);
    return { start, end: this.endOfLine(endLine) };
  }

  endOfLine(line: number): Range["end"] {
    const text = this.#document.getText();
    const start = this.#offset(line, 1);
    const next = this.#lines.starts[line];
    const end = next === undefined ? text.length : next - 1;
    return this.#document.positionAt(Math.max(start, text[end - 1] === "\r" ? end - 1 : end));
  }

  #offset(line: number, column: number): number {
    const { starts } = this.#lines;
    return (starts[Math.min(line, starts.length) - 1] ?? 0) + column - 1;
  }
}

/** A line of a file that is not open: nothing is known of its text. */
export function wholeLine(line: number): Range {
  const at = Math.max(line - 1, 0);
  return { start: { line: at, character: 0 }, end: { line: at, character: LINE_END } };
}
