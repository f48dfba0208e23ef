/**
 * Comparisons in the one form that is kept of those that say the same, so that a
 * condition in other words is the same value.
 */
import type { ValueId, ValueTable } from "./value.ts";

export const COMPARISON = /^(?:[=!<>]=|[<>])$/;

/**
 * An operator's value, comparisons in the one form that is kept of those that say the same: `!=`,
 * `<=` and `>=` as the opposite of another, of two values only `<`, and a number behind the operator,
 * where it is `==` or `>`.
 */
export function operatorValue(table: ValueTable, operator: string, operands: readonly ValueId[]): ValueId {
  const [first, second] = operands;
  if (first === undefined || second === undefined || !COMPARISON.test(operator))
    return table.intern({ kind: "operator", operator, operands });
  const [left, right] = [table.get(first), table.get(second)];
  const isTurned = right.kind !== "number" && (left.kind === "number" || operator === ">");
  if (isTurned) return operatorValue(table, mirrored(operator), [second, first]);
  const opposite = OPPOSITES[operator];
  if (opposite !== undefined) return not(table, operatorValue(table, opposite, operands));
  if (operator === "==" && right.kind !== "number") return equality(table, first, second);
  // Below 4 is what is not above 3.
  if (operator === "<" && right.kind === "number")
    return not(table, operatorValue(table, ">", [first, table.number(right.value - 1)]));
  return table.intern({ kind: "operator", operator, operands });
}

const OPPOSITES: Readonly<Record<string, string>> = { "!=": "==", "<=": ">", ">=": "<" };

function not(table: ValueTable, operand: ValueId): ValueId {
  return table.intern({ kind: "operator", operator: "!", operands: [operand] });
}

/** That two values are one, whichever of them is named first. */
export function equality(table: ValueTable, first: ValueId, second: ValueId): ValueId {
  const operands = first < second ? [first, second] : [second, first];
  return table.intern({ kind: "operator", operator: "==", operands });
}

export function mirrored(operator: string): string {
  return operator.startsWith("<") ? operator.replace("<", ">") : operator.replace(">", "<");
}

/** @returns null for what is no comparison */
export function compareNumbers(operator: string, left: number, right: number): boolean | null {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      return null;
  }
}
