/**
 * Functions that are both halves of a pair: by an argument or a flag they take a lock and keep it, or let go
 * what an earlier call has kept.
 */
import { type FunctionIr, type SourceRange, successorsOf } from "../c/index.ts";
import type { LockFault } from "./facts.ts";

/**
 * Whether a lock that is left held is let go, for a caller, by a release to which no way leads from where it
 * was taken. Where a way leads there, the one was meant for the other, and their conditions do not fit.
 */
export function isOneOfTwoHalves(ir: FunctionIr, leak: LockFault, releases: readonly LockFault[]): boolean {
  const others = releases.filter(({ lock }) => lock === leak.lock);
  if (others.length === 0 || leak.since.length === 0) return false;
  const after = blocksAfter(
    ir,
    leak.since.map(({ at }) => at),
  );
  return after !== null && others.every(({ at }) => blocksAt(ir, at).every((block) => !after.has(block)));
}

/** The blocks to which control may come from some places; null where one of these is not found. */
function blocksAfter(ir: FunctionIr, places: readonly SourceRange[]): ReadonlySet<number> | null {
  const starts = places.map((at) => blocksAt(ir, at));
  if (starts.some((blocks) => blocks.length === 0)) return null;
  const after = new Set(starts.flat());
  for (const id of after)
    for (const to of successorsOf(ir.blocks[id]?.end ?? { kind: "stop" })) after.add(to);
  return after;
}

/** The blocks with an instruction that is written at a place. */
function blocksAt({ blocks }: FunctionIr, { start, end }: SourceRange): number[] {
  return blocks.flatMap(({ id, instructions }) =>
    instructions.some(({ at }) => at.start === start && at.end === end) ? [id] : [],
  );
}
