/**
 * What of a file's text an analysis can see: where two versions have the same, what is found in
 * one is found in the other, but for the lines where it stands.
 *
 * Left out are lines without code, `#include` lines, which nobody follows, and comments behind the
 * end of a statement or of a block with nothing behind them on their line. Everything else stays as
 * it is, down to the blanks: damaged code is cut by the columns of its tokens, and an expression is
 * told as it is written.
 */
import { type ParseCache, scanCached } from "./parse-cache.ts";
import type { Scan } from "./scan.ts";

interface Stretch {
  readonly start: number;
  readonly end: number;
}

export function bareCode(text: string, cache: ParseCache): string {
  const scan = scanCached(text, cache);
  const gone = [...commentsBetween(scan), ...ignoredDirectives(scan)];
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of gone.sort((left, right) => left.start - right.start)) {
    parts.push(text.slice(at, start));
    at = end;
  }
  parts.push(text.slice(at));
  // Behind a backslash a blank, or an empty line, is not the same as none.
  return parts
    .join("")
    .replace(/(?<![\\ \t\r])[ \t\r]+$/gm, "")
    .replace(/(?<!\\)\n{2,}/g, "\n");
}

/** Comments between statements or declarations, outside of parentheses. */
function commentsBetween({ text, tokens, blanks }: Scan): Stretch[] {
  let next = 0;
  let depth = 0;
  return blanks.filter(({ start, end }) => {
    for (; (tokens[next]?.start ?? start) < start; next++) {
      if (tokens[next]?.text === "(") depth++;
      else if (tokens[next]?.text === ")") depth--;
    }
    const before = tokens[next - 1]?.text ?? ";";
    return text[start] === "/" && depth === 0 && /^[;{}]$/.test(before) && endsLine(text, end);
  });
}

function endsLine(text: string, from: number): boolean {
  const end = text.indexOf("\n", from);
  return text.slice(from, end === -1 ? text.length : end).trim() === "";
}

/** A condition that comes first may be an include guard, which hangs on what stands before it. */
function ignoredDirectives({ directives }: Scan): readonly Stretch[] {
  const ignored = directives.filter(({ name }) => name === "include");
  const first = directives.find(({ name }) => name !== "include");
  return first?.name === "ifndef" ? [] : ignored;
}
