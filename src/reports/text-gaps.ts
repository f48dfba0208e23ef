/** What could not be read, one line a place. */
import type { Gap } from "../base/index.ts";
import { safeText } from "./cells.ts";
import type { Style } from "./style.ts";
import { labelledLines } from "./wrap.ts";

export function gapLines(gaps: readonly Gap[], style: Style): string[] {
  return gaps.flatMap(({ file, line, endLine, why }) => {
    const range = endLine > line ? `${line}-${endLine}` : `${line}`;
    const text = safeText(`${file}:${range}: ${why}`, style.unicode);
    return labelledLines({ label: "not analysed:", text, tones: { label: "warning" } }, style);
  });
}
