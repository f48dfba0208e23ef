/** Damage of a parse as gaps: lines of the file and one phrase that says what was met. */
import { type Gap, type LineTable, positionAt } from "../base/index.ts";
import type { Damage } from "./parser.ts";

export interface GapSource {
  readonly path: string;
  readonly lines: LineTable;
  readonly text: string;
}

/** The gaps of one item that starts at `offset` in the file; stretches that touch are one gap. */
export function gapsOf(damage: readonly Damage[], offset: number, file: GapSource): Gap[] {
  const gaps: Gap[] = [];
  for (const one of [...damage].sort((left, right) => left.start - right.start)) {
    const line = positionAt(file.lines, offset + one.start).line;
    const endLine = positionAt(file.lines, Math.max(offset + one.start, offset + one.end - 1)).line;
    const last = gaps.at(-1);
    if (last !== undefined && line <= last.endLine) {
      gaps[gaps.length - 1] = { ...last, endLine: Math.max(last.endLine, endLine) };
    } else gaps.push({ file: file.path, line, endLine, why: whyOf(one, offset, file) });
  }
  return gaps;
}

function whyOf(damage: Damage, offset: number, file: GapSource): string {
  const { line } = positionAt(file.lines, offset + damage.at);
  if (damage.missing === "{") return `a macro followed by a block on line ${line} is not known as a loop`;
  if (damage.missing !== null) return `expected "${damage.missing}" on line ${line}`;
  const met = file.text
    .slice(offset + damage.at, offset + damage.atEnd)
    .replace(/\s+/g, " ")
    .trim();
  const quoted = met.length > 40 ? `${met.slice(0, 37)}...` : met;
  return `could not read "${quoted}" on line ${line}`;
}
