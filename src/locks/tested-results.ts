/**
 * Whether a function looks at what a call answered. Where it does not, the call is taken to
 * have worked: a program that goes on either way has no other meaning.
 */
import type { FunctionIr, VariableId } from "../c/index.ts";

const known = new WeakMap<FunctionIr, ReadonlySet<VariableId>>();

/** It decides a branch, is compared, or is handed back, itself or by a copy. */
export function isTested(ir: FunctionIr, result: VariableId): boolean {
  const tested = known.get(ir) ?? testedIn(ir);
  known.set(ir, tested);
  return tested.has(result);
}

function testedIn({ blocks }: FunctionIr): ReadonlySet<VariableId> {
  const tested = new Set<VariableId>();
  const sources = new Map<VariableId, VariableId[]>();
  for (const { instructions, end } of blocks) {
    if (end.kind === "branch") tested.add(end.condition);
    if (end.kind === "return" && end.value !== null) tested.add(end.value);
    if (end.kind === "choice")
      for (const { match } of end.targets) if (match !== null) tested.add(match.value);
    for (const instruction of instructions) {
      if (instruction.kind === "operator") for (const operand of instruction.operands) tested.add(operand);
      if (instruction.kind === "assert") for (const { value } of instruction.alternatives) tested.add(value);
      if (instruction.kind === "copy")
        sources.set(instruction.dst, [...(sources.get(instruction.dst) ?? []), instruction.src]);
    }
  }
  const waiting = [...tested];
  for (let variable = waiting.pop(); variable !== undefined; variable = waiting.pop()) {
    for (const source of sources.get(variable) ?? []) {
      if (!tested.has(source)) waiting.push(source);
      tested.add(source);
    }
  }
  return tested;
}
