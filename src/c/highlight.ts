/**
 * Which colour a stretch of C has, by the queries that the grammar brings along.
 *
 * The text is parsed as it stands: what its macros hide may go without colour.
 */
import { captured } from "./parser.ts";

/** Names of the grammar's captures that are worth a colour; the rest of the text has none. */
const KINDS = ["keyword", "type", "string", "number", "constant", "comment", "function", "label"] as const;

export type HighlightKind = (typeof KINDS)[number];

/** Offsets into the text; stretches do not overlap. */
export interface Highlight {
  readonly start: number;
  readonly end: number;
  readonly kind: HighlightKind;
}

/** Of one text, by lines that count from 1, in the order of the text. */
export type LineHighlights = (from: number, to: number) => readonly Highlight[];

export type Highlighter = (text: string) => LineHighlights;

/** @param query the grammar's `highlights.scm`; empty for no colours */
export function highlighterOf(query: string): Highlighter {
  if (query.trim() === "") return () => () => [];
  return (text) => {
    const find = captured(text, query);
    return (from, to) => withoutOverlaps(find(from - 1, to));
  };
}

/** Of two captures of one node the later one is the more special; of nested ones the outer one is kept. */
function withoutOverlaps(
  captures: readonly { readonly name: string; readonly start: number; readonly end: number }[],
): Highlight[] {
  const kept: Highlight[] = [];
  for (const { name, start, end } of captures) {
    const kind = KINDS.find((each) => name.split(".")[0] === each);
    const last = kept.at(-1);
    if (kind === undefined) continue;
    if (last?.start === start && last.end === end) kept[kept.length - 1] = { start, end, kind };
    else if (last === undefined || start >= last.end) kept.push({ start, end, kind });
  }
  return kept;
}
