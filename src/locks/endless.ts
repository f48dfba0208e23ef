/**
 * Functions that never come back to their caller, by what they do themselves: `die()` that always panics.
 *
 * In: the functions of a program, lowered. Out: which of them come to no return on any way.
 */
import type { BasicBlock, FunctionIr } from "../c/index.ts";
import { successorsOf } from "../c/index.ts";

interface Calls<F> {
  readonly find: (from: F, name: string) => F | undefined;
}

/** @returns whether a function never returns; one that could not be read whole may */
export function endlessJudge<F extends { readonly ir: FunctionIr }>({ find }: Calls<F>): (one: F) => boolean {
  const known = new Map<F, boolean>();
  const isEndless = (one: F): boolean => {
    const answer = known.get(one);
    if (answer !== undefined) return answer;
    // What calls itself may come back by another way.
    known.set(one, false);
    const ends = (block: BasicBlock) =>
      block.instructions.some((instruction) => {
        const name = instruction.kind === "call" ? instruction.callee : null;
        const callee = name === null ? undefined : find(one, name);
        return callee !== undefined && isEndless(callee);
      });
    // What would return a value stands in for what is not written yet: its callers are judged all the same.
    const endless = isVoid(one.ir) && isRead(one.ir) && !comesToReturn(one.ir, ends);
    known.set(one, endless);
    return endless;
  };
  return isEndless;
}

function isVoid({ returnType }: FunctionIr): boolean {
  return returnType.kind === "scalar" && returnType.name === "void";
}

function isRead({ blocks }: FunctionIr): boolean {
  return (
    blocks.length > 0 && blocks.every(({ instructions }) => instructions.every(({ kind }) => kind !== "gap"))
  );
}

/** @param ends whether control does not leave a block, since something in it does not come back */
function comesToReturn({ blocks }: FunctionIr, ends: (block: BasicBlock) => boolean): boolean {
  const reached = new Set([0]);
  for (const id of reached) {
    const block = blocks[id];
    if (block === undefined || ends(block)) continue;
    if (block.end.kind === "return") return true;
    for (const to of successorsOf(block.end)) reached.add(to);
  }
  return false;
}
