/** What an operator makes of its operands: a number where both are, else the form in which it is kept. */
import { operatorValue } from "./comparisons.ts";
import type { ValueId, ValueTable } from "./value.ts";

export function operate(table: ValueTable, operator: string, operands: readonly ValueId[]): ValueId {
  const [first, second] = operands;
  const [left, right] = operands.map((operand) => numberOf(table, operand));
  const result =
    operator === "&" && first !== undefined && right != null
      ? masked(table, first, right)
      : left == null
        ? null
        : second === undefined
          ? unary(operator, left)
          : binary(operator, left, right ?? null);
  return result === null ? operatorValue(table, operator, operands) : table.number(result);
}

function numberOf(table: ValueTable, id: ValueId): number | null {
  const value = table.get(id);
  return value.kind === "number" ? value.value : null;
}

function unary(operator: string, operand: number): number | null {
  switch (operator) {
    case "!":
      return operand === 0 ? 1 : 0;
    case "-":
      return -operand;
    case "~":
      return isBits(operand) ? ~operand : null;
    default:
      return null;
  }
}

function binary(operator: string, left: number, right: number | null): number | null {
  if (right === null) return null;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "|":
      return isBits(left) && isBits(right) ? left | right : null;
    default:
      return null;
  }
}

/** The bits of `mask` that a value has, where that is known: of a number, of `x & 5`, of `x | 5`. */
function masked(table: ValueTable, id: ValueId, mask: number): number | null {
  const value = table.get(id);
  if (!isBits(mask)) return null;
  if (value.kind === "number") return isSigned(value.value) ? value.value & mask : null;
  if (value.kind !== "operator") return null;
  const [, second] = value.operands;
  const bits = second === undefined ? null : numberOf(table, second);
  if (bits === null || !isSigned(bits)) return null;
  if (value.operator === "&" && (bits & mask) === 0) return 0;
  return value.operator === "|" && (bits & mask) === mask ? mask : null;
}

/** It means the same as a signed and as an unsigned number, of 32 bits or of more. */
function isBits(number: number): boolean {
  return isSigned(number) && number >= 0;
}

function isSigned(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) <= 0x7fff_ffff;
}
