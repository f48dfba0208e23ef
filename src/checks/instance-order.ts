/** Whether a function orders two objects of one type before it takes their locks. */
import type { CType, Instruction } from "../c/index.ts";
import type { FunctionUnit } from "../locks/index.ts";

/**
 * @param lock a member lock as the report names it, `struct_tag.member`
 * @returns whether two pointers to the struct, or to its lock, are compared by their addresses,
 *          or two objects by a number that each of them has
 */
export function comparesPointersTo(unit: FunctionUnit, lock: string): boolean {
  const tag = lock.slice(0, lock.indexOf("."));
  const instructions = unit.ir.blocks.flatMap((block) => block.instructions);
  return instructions.some(
    (one) =>
      one.kind === "operator" &&
      /^[<>]=?$/.test(one.operator) &&
      one.operands.length === 2 &&
      (one.operands.every((operand) => isObject(unit, instructions, operand, tag)) ||
        readSameMember(instructions, one.operands)),
  );
}

/** A number of each of two objects is compared, such as their ids. */
function readSameMember(instructions: readonly Instruction[], operands: readonly number[]): boolean {
  const [left, right] = operands.map((operand) => memberRead(instructions, operand));
  return left != null && left === right;
}

function memberRead(instructions: readonly Instruction[], variable: number): string | null {
  const load = instructions.find((one) => one.kind === "load" && one.dst === variable);
  if (load?.kind !== "load") return null;
  const address = instructions.find((one) => "dst" in one && one.dst === load.address);
  return address?.kind === "field" ? `${address.struct}.${address.field}` : null;
}

function isObject(
  unit: FunctionUnit,
  instructions: readonly Instruction[],
  variable: number,
  tag: string,
): boolean {
  if (pointsTo(unit.ir.variables[variable]?.type, tag)) return true;
  // A lock's own address, or a pointer that a cast made a number.
  return instructions.some(
    (one) =>
      "dst" in one &&
      one.dst === variable &&
      ((one.kind === "field" && one.struct === tag) ||
        (one.kind === "copy" && pointsTo(unit.ir.variables[one.src]?.type, tag))),
  );
}

function pointsTo(type: CType | undefined, tag: string): boolean {
  return type?.kind === "pointer" && type.to.kind === "struct" && type.to.tag === tag;
}
