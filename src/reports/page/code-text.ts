/** One line of C with its colours, and with the guarded accesses marked where they stand. */
import type { Highlight, HighlightKind } from "../../c/index.ts";
import type { ReportedAccess } from "../../review/index.ts";
import { type CellLine, cellsOf } from "../cells.ts";
import { html, type Markup } from "./markup.ts";

/** Class names are short, because a page has thousands of them. */
const CLASSES: Readonly<Record<HighlightKind, string>> = {
  keyword: "k",
  type: "y",
  string: "s",
  number: "m",
  constant: "o",
  comment: "c",
  function: "f",
  label: "b",
};

/** @param highlights with offsets into the line, in order */
export function codeText(
  text: string,
  highlights: readonly Highlight[],
  accesses: readonly ReportedAccess[] = [],
): Markup {
  const cells = cellsOf(text, true);
  const pieces: Markup[] = [];
  let done = 0;
  for (const { object, column, kind } of [...accesses].sort((left, right) => left.column - right.column)) {
    const start = column - 1;
    if (start < done || !isWrittenAt(text, object, start)) continue;
    const end = start + object.length;
    pieces.push(
      coloured(cells, highlights, { start: done, end: start }),
      html`<mark class="${kind}">${coloured(cells, highlights, { start, end })}</mark>`,
    );
    done = end;
  }
  pieces.push(coloured(cells, highlights, { start: done, end: text.length }));
  return html`${pieces}`;
}

/** Whether an access has its text on the line: of one behind a macro the macro stands there. */
export function isWrittenAt(text: string, object: string, start: number): boolean {
  return object !== "" && text.startsWith(object, start);
}

function coloured(
  { text, indexes }: CellLine,
  highlights: readonly Highlight[],
  { start, end }: { readonly start: number; readonly end: number },
): Markup {
  const shown = (from: number, to: number) =>
    text.slice(indexes[from] ?? text.length, indexes[to] ?? text.length);
  const pieces: (Markup | string)[] = [];
  let done = start;
  for (const each of highlights) {
    const [from, to] = [Math.max(each.start, start), Math.min(each.end, end)];
    if (from >= to) continue;
    pieces.push(shown(done, from), html`<span class="${CLASSES[each.kind]}">${shown(from, to)}</span>`);
    done = to;
  }
  pieces.push(shown(done, end));
  return html`${pieces.map((piece) => (typeof piece === "string" ? html`${piece}` : piece))}`;
}
