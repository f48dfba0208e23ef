/** What could not be read, one line a place. */
import type { Gap } from "../base/index.ts";
import { safeText } from "./cells.ts";
import { paint, type Style } from "./style.ts";

export function gapLines(gaps: readonly Gap[], style: Style): string[] {
  return gaps.map(({ file, line, endLine, why }) => {
    const range = endLine > line ? `${line}-${endLine}` : `${line}`;
    return `${paint(style, "warning", "not analysed:")} ${safeText(`${file}:${range}: ${why}`, style.unicode)}`;
  });
}
