/** Where things of a function stand in its file, and how they read. */
import { type Place, positionAt } from "../base/index.ts";
import type { SourceRange } from "../c/index.ts";
import type { FindingLabel, TraceStep } from "../findings/index.ts";
import type { FunctionUnit } from "../locks/index.ts";

/** Where a range of a function's item stands in its file. */
export function placeOf(unit: FunctionUnit, range: SourceRange): Place {
  const { file, item } = unit;
  const start = positionAt(file.lines, item.offset + range.start);
  const end = positionAt(file.lines, item.offset + Math.max(range.start, range.end - 1));
  return {
    file: file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

export function lineOf(unit: FunctionUnit, range: SourceRange): number {
  return placeOf(unit, range).line;
}

/** The text of a range as written, on one line. */
export function textAt(unit: FunctionUnit, range: SourceRange): string {
  return unit.item.source.slice(range.start, range.end).replace(/\s+/g, " ").trim();
}

export function labelAt(
  unit: FunctionUnit,
  range: SourceRange,
  text: string,
  role: FindingLabel["role"],
): FindingLabel {
  const { file, line, column, endLine, endColumn } = placeOf(unit, range);
  return {
    side: "new",
    file,
    line,
    column,
    endColumn: endLine === line ? endColumn : Number.MAX_SAFE_INTEGER,
    text,
    role,
  };
}

/** A paragraph of a rule pack as one line. */
export function paragraph(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

export function stepAt(unit: FunctionUnit, range: SourceRange, what: string): TraceStep {
  return { file: unit.file.path, line: lineOf(unit, range), function: unit.name, what };
}
