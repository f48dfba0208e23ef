/** The comments of a file, outside of directives, in order. */
import { scan } from "./scan.ts";

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** Without its marks, each blank stretch one blank, trimmed. */
  readonly text: string;
}

export function commentsOf(text: string): Comment[] {
  return scan(text)
    .blanks.filter(({ start }) => text[start] === "/")
    .map(({ start, end }) => ({ start, end, text: wordsIn(text.slice(start, end)) }));
}

function wordsIn(comment: string): string {
  const inner = comment.startsWith("//") ? comment.slice(2) : comment.replace(/^\/\*|\*\/$/g, "");
  return inner
    .replace(/^[ \t]*\*+(?=\s|$)/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}
