/** The words and places that steps of a path are made of. */
import type { SourceRange } from "../c/index.ts";
import type { TraceStep } from "../findings/index.ts";
import { calleeName, type FunctionUnit, type LockNeed, type ReachingWay } from "../locks/index.ts";
import { lineOf, stepAt } from "./place.ts";

/** From outside down to a function, as the other side of a race takes it. */
export function waySteps({ root, entry, calls }: ReachingWay): TraceStep[] {
  const steps = calls.map(({ unit, callee, at }) => stepAt(unit, at, `calls ${calleeName(callee)}()`));
  return entry.label === "" ? steps : [stepAt(root, functionName(root), entry.label), ...steps];
}

/** The line on which a function's name stands in its definition. */
export function nameLine(unit: FunctionUnit): number {
  return lineOf(unit, functionName(unit));
}

/** A function's name in its definition. */
export function functionName(unit: FunctionUnit): SourceRange {
  const at = Math.max(unit.item.masked.search(new RegExp(`\\b${unit.name}\\b`)), 0);
  return { start: at, end: at + unit.name.length };
}

export function accessText(need: {
  readonly kind: "read" | "write" | "store";
  readonly text: string;
}): string {
  return `${need.text} ${need.kind === "read" ? "read" : "written"}`;
}

/** The need at the end of a chain of calls: the access itself. */
export function deepest(need: LockNeed): LockNeed {
  let inner = need;
  while (inner.through?.need != null) inner = inner.through.need;
  return inner;
}
