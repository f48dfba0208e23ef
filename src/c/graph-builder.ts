/**
 * Builds the blocks and variables of one function while its tree is walked.
 *
 * In: instructions in the order of evaluation, jumps between labels.
 * Out: `FunctionIr` with its reachable blocks in reverse postorder.
 */
import type { CType } from "./c-type.ts";
import type { BasicBlock, BlockEnd, Instruction, SourceRange, Variable, VariableId } from "./instruction.ts";

interface OpenBlock {
  readonly instructions: Instruction[];
  end: BlockEnd | null;
}

export class GraphBuilder {
  readonly variables: Variable[] = [];
  readonly #blocks: OpenBlock[] = [];
  #current = 0;

  constructor() {
    this.newBlock();
  }

  newVariable(variable: Variable): VariableId {
    return this.variables.push(variable) - 1;
  }

  temporary(type: CType): VariableId {
    return this.newVariable({ name: null, type, kind: "temporary", inMemory: false });
  }

  typeOf(variable: VariableId): CType {
    return this.variables[variable]?.type ?? { kind: "unknown" };
  }

  newBlock(): number {
    return this.#blocks.push({ instructions: [], end: null }) - 1;
  }

  /** Ends the current block unless it has ended, and goes on in `block`. */
  startAt(block: number): void {
    this.end({ kind: "jump", to: block });
    this.#current = block;
  }

  /** Goes on in `block` without an edge from the current one. */
  continueAt(block: number): void {
    this.#current = block;
  }

  /** Runs what nothing is evaluated of: the instructions and blocks that it makes go. */
  aside<T>(work: () => T): T {
    const [current, blocks] = [this.#current, this.#blocks.length];
    this.#current = this.newBlock();
    const made = work();
    this.#blocks.length = blocks;
    this.#current = current;
    return made;
  }

  emit(instruction: Instruction): void {
    const block = this.#blocks[this.#current];
    if (block !== undefined && block.end === null) block.instructions.push(instruction);
  }

  /** Whether control can still go on from here. */
  get isOpen(): boolean {
    return this.#blocks[this.#current]?.end === null;
  }

  end(end: BlockEnd): void {
    const block = this.#blocks[this.#current];
    if (block !== undefined && block.end === null) block.end = end;
  }

  jump(to: number): void {
    this.end({ kind: "jump", to });
    this.#current = this.newBlock();
  }

  branch(condition: VariableId, at: SourceRange, whenTrue: number, whenFalse: number): void {
    this.end({ kind: "branch", condition, at, whenTrue, whenFalse });
    this.#current = this.newBlock();
  }

  finish(closing: SourceRange): {
    blocks: BasicBlock[];
    order: number[];
    loopHeads: Set<number>;
  } {
    for (const block of this.#blocks) block.end ??= { kind: "return", at: closing, value: null };
    const blocks = this.#blocks.map(
      (block, id): BasicBlock => ({
        id,
        instructions: block.instructions,
        end: block.end ?? { kind: "stop" },
      }),
    );
    const short = mergedBlocks(threadedBlocks(blocks));
    const { order, loopHeads } = reversePostorder(short);
    return { blocks: short, order, loopHeads };
  }
}

/** The blocks that control may reach next. */
export function successorsOf(end: BlockEnd): readonly number[] {
  switch (end.kind) {
    case "jump":
      return [end.to];
    case "branch":
      return [end.whenTrue, end.whenFalse];
    case "choice":
      return end.targets.map((target) => target.to);
    case "return":
    case "stop":
      return [];
  }
}

function withTargets(end: BlockEnd, target: (block: number) => number): BlockEnd {
  switch (end.kind) {
    case "jump":
      return { kind: "jump", to: target(end.to) };
    case "branch":
      return { ...end, whenTrue: target(end.whenTrue), whenFalse: target(end.whenFalse) };
    case "choice":
      return { ...end, targets: end.targets.map((one) => ({ ...one, to: target(one.to) })) };
    case "return":
    case "stop":
      return end;
  }
}

/** Blocks that only jump are passed by: each block costs the solver a join. */
function threadedBlocks(blocks: readonly BasicBlock[]): BasicBlock[] {
  const target = (from: number): number => {
    const seen = new Set<number>();
    let at = from;
    for (;;) {
      const block = blocks[at];
      if (block === undefined || block.instructions.length > 0 || block.end.kind !== "jump" || seen.has(at))
        return at;
      seen.add(at);
      at = block.end.to;
    }
  };
  return blocks.map((block) => ({ ...block, end: withTargets(block.end, target) }));
}

/** A block that only one other leads to, by a jump, becomes part of it. */
function mergedBlocks(blocks: readonly BasicBlock[]): BasicBlock[] {
  const merged = blocks.map((block) => ({ ...block, instructions: [...block.instructions] }));
  const leadingTo = new Map<number, number>([[0, 1]]);
  for (const id of reversePostorder(blocks).order) {
    for (const to of successorsOf(blocks[id]?.end ?? { kind: "stop" }))
      leadingTo.set(to, (leadingTo.get(to) ?? 0) + 1);
  }
  for (const id of reversePostorder(blocks).order) {
    const block = merged[id];
    while (block !== undefined && block.end.kind === "jump" && leadingTo.get(block.end.to) === 1) {
      const next = merged[block.end.to];
      if (next === undefined || next === block) break;
      block.instructions.push(...next.instructions);
      block.end = next.end;
    }
  }
  return merged;
}

/** Iterative depth-first search from block 0; a successor that is still open is a loop head. */
function reversePostorder(blocks: readonly BasicBlock[]): { order: number[]; loopHeads: Set<number> } {
  const state = new Uint8Array(blocks.length);
  const loopHeads = new Set<number>();
  const postorder: number[] = [];
  const stack: { block: number; next: number }[] = [{ block: 0, next: 0 }];
  state[0] = 1;
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const block = top === undefined ? undefined : blocks[top.block];
    if (top === undefined || block === undefined) break;
    const successor = successorsOf(block.end)[top.next++];
    if (successor === undefined) {
      state[top.block] = 2;
      postorder.push(top.block);
      stack.pop();
    } else if (state[successor] === 1) loopHeads.add(successor);
    else if (state[successor] === 0) {
      state[successor] = 1;
      stack.push({ block: successor, next: 0 });
    }
  }
  return { order: postorder.reverse(), loopHeads };
}
