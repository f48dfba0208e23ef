/**
 * Two calls around a place that may take and release a lock, though nobody knows: of
 * functions that are not in these files, named as the two ends of one thing.
 */
import type { SourceRange } from "../c/index.ts";
import type { FunctionUnit } from "../locks/index.ts";
import type { CheckInput } from "./check-input.ts";

/** What the first end of a pair is called, with what the other end may be called. */
const ENDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["lock", ["unlock"]],
  ["enter", ["leave", "exit"]],
  ["begin", ["end", "finish"]],
  ["start", ["end", "stop"]],
  ["acquire", ["release"]],
  ["claim", ["release", "unclaim"]],
  ["grab", ["release", "drop"]],
  ["hold", ["drop", "release"]],
  ["freeze", ["thaw", "unfreeze"]],
  ["suspend", ["resume"]],
  ["down", ["up"]],
]);

/** @returns the two names, the first end first; null where there is no such pair around the place */
export function unknownPairAround(
  input: CheckInput,
  unit: FunctionUnit,
  at: SourceRange,
): readonly [string, string] | null {
  const before = new Set<string>();
  const behind = new Set<string>();
  for (const id of unit.ir.order) {
    for (const one of unit.ir.blocks[id]?.instructions ?? []) {
      if (one.kind !== "call" || one.callee === null || !isUnknown(input, unit, one.callee)) continue;
      if (one.at.end <= at.start) before.add(one.callee);
      else if (one.at.start >= at.end) behind.add(one.callee);
    }
  }
  if (behind.size === 0) return null;
  for (const opening of before) {
    const closing = closingsOf(opening).find((name) => behind.has(name));
    if (closing !== undefined) return [opening, closing];
  }
  return null;
}

function isUnknown({ program, graph }: CheckInput, unit: FunctionUnit, callee: string): boolean {
  return !program.platform.functions.has(callee) && graph.calleeOf(unit, callee) === undefined;
}

/** The names that the other end of a pair would have: one word of the name is its opposite. */
function closingsOf(name: string): string[] {
  const words = name.split("_");
  return words.flatMap((word, at) => (ENDS.get(word) ?? []).map((other) => words.with(at, other).join("_")));
}
