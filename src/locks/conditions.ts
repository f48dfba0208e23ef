/**
 * What the way to a place says about the parameters: conditions that a caller can hold against its
 * arguments, such as `n > 3`, `flags & 2` or `left == right`.
 *
 * In: a state of the callee. Out: values made of parameters and constants, with what they must be;
 * and for a call, whether its arguments can be so.
 */
import { ANY_SIGN, type Demand, type LockState, NEGATIVE, POSITIVE, type When, ZERO } from "./lock-state.ts";
import {
  allowsBoth,
  bothSets,
  isSameSet,
  joinSets,
  narrowToSet,
  numbersOf,
  signOfNumber,
} from "./number-sets.ts";
import { assume, restrict, signOf } from "./signs.ts";
import type { Value, ValueId, ValueTable } from "./value.ts";

const ALWAYS: When = new Map();

/** What the way to here says about the parameters, and `besides`, which holds on it as well. */
export function conditionsOf(table: ValueTable, state: LockState, besides: When = ALWAYS): When {
  const conditions = new Map<ValueId, Demand>();
  for (const [id, signs] of state.signs.entries())
    if (signs !== ANY_SIGN && isTold(table, id)) conditions.set(id, { signs, numbers: null });
  for (const [id, numbers] of state.numbers.entries())
    if (isTold(table, id)) add(conditions, id, { signs: ANY_SIGN, numbers });
  for (const [id, demand] of besides) {
    const bare = bareDemand(table, id, demand);
    if (isTold(table, bare.id)) add(conditions, bare.id, bare.demand);
  }
  return conditions;
}

/** What a demand on `!x`, or on `x == 3`, says of `x`. */
function bareDemand(
  table: ValueTable,
  id: ValueId,
  demand: Demand,
): { readonly id: ValueId; readonly demand: Demand } {
  const value = table.get(id);
  const isTrue = (demand.signs & ZERO) === 0;
  if (value.kind !== "operator" || (!isTrue && demand.signs !== ZERO)) return { id, demand };
  const [first, second] = value.operands;
  if (first === undefined) return { id, demand };
  if (value.operator === "!")
    return bareDemand(table, first, { signs: isTrue ? ZERO : NEGATIVE | POSITIVE, numbers: null });
  const other = second === undefined ? null : table.get(second);
  if (value.operator !== "==" || other?.kind !== "number") return { id, demand };
  return bareDemand(table, first, {
    signs: isTrue ? signOfNumber(other.value) : ANY_SIGN,
    numbers: { isOneOf: isTrue, numbers: [other.value] },
  });
}

function add(conditions: Map<ValueId, Demand>, id: ValueId, demand: Demand): void {
  const known = conditions.get(id);
  const both = known === undefined ? demand : bothDemands(known, demand);
  conditions.set(id, both);
}

function bothDemands(left: Demand, right: Demand): Demand {
  return { signs: left.signs & right.signs, numbers: bothSets(left.numbers, right.numbers) };
}

/** A value of which a caller knows what it is by its arguments, and that nothing else here tells as well. */
function isTold(table: ValueTable, id: ValueId): boolean {
  const value = table.get(id);
  if (value.kind === "operator" && isOtherwiseTold(table, value)) return false;
  return isOfArguments(table, id) && hasParameter(table, value);
}

/** What `!x` and `x == 3` are stands with `x`. */
function isOtherwiseTold(
  table: ValueTable,
  { operator, operands }: Extract<Value, { readonly kind: "operator" }>,
): boolean {
  const [, second] = operands;
  return operator === "!" || (operator === "==" && second !== undefined && isNumber(table, second));
}

function isNumber(table: ValueTable, id: ValueId): boolean {
  return table.get(id).kind === "number";
}

/** Whether a value is made of arguments and constants alone. */
export function isOfArguments(table: ValueTable, id: ValueId): boolean {
  const value = table.get(id);
  switch (value.kind) {
    case "operator":
      return value.operands.every((operand) => isOfArguments(table, operand));
    case "parameter":
    case "number":
    case "text":
    case "global":
    case "function":
      return true;
    default:
      return false;
  }
}

function hasParameter(table: ValueTable, value: Value): boolean {
  if (value.kind !== "operator") return value.kind === "parameter";
  return value.operands.some((operand) => hasParameter(table, table.get(operand)));
}

/** What holds on either of two ways. */
export function joinConditions(left: When, right: When): When {
  const joined = new Map<ValueId, Demand>();
  for (const [id, demand] of left) {
    const other = right.get(id);
    if (other === undefined) continue;
    const signs = demand.signs | other.signs;
    const numbers = joinSets(demand.numbers, other.numbers);
    if (signs !== ANY_SIGN || numbers !== null) joined.set(id, { signs, numbers });
  }
  return joined;
}

/** Whether both can hold at once, as far as what each says of one value tells. */
export function canMeet(left: When, right: When): boolean {
  return [...left].every(([id, demand]) => {
    const other = right.get(id);
    return (
      other === undefined || ((demand.signs & other.signs) !== 0 && allowsBoth(demand.numbers, other.numbers))
    );
  });
}

/** Whether both say the same. */
export function isSameWhen(left: When, right: When): boolean {
  return (
    left.size === right.size &&
    [...left].every(([id, { signs, numbers }]) => {
      const other = right.get(id);
      return other !== undefined && other.signs === signs && isSameSet(other.numbers, numbers);
    })
  );
}

/** A callee's conditions in its caller's terms. */
export function conditionsAt(when: When, valueAt: (id: ValueId) => ValueId): When {
  if (when.size === 0) return when;
  const conditions = new Map<ValueId, Demand>();
  for (const [id, demand] of when) add(conditions, valueAt(id), demand);
  return conditions;
}

/** Whether conditions, in the terms of a state, can be met in it. */
export function isPossible(table: ValueTable, state: LockState, when: When): boolean {
  return [...when].every(
    ([id, { signs, numbers }]) =>
      (signOf(table, state, id) & signs) !== 0 && allowsBoth(numbersOf(table, state, id), numbers),
  );
}

/** Narrows a state to the ways on which conditions are met. @returns false when there is none */
export function assumeConditions(table: ValueTable, state: LockState, when: When): boolean {
  for (const [id, { signs, numbers }] of when) {
    if (isNumber(table, id)) continue;
    if (!assumeSigns(table, state, id, signs)) return false;
    if (numbers !== null && !narrowToSet(state, id, numbers)) return false;
  }
  return true;
}

/** A comparison says something about what it compares as well. */
function assumeSigns(table: ValueTable, state: LockState, id: ValueId, signs: number): boolean {
  const isTruth = signs === ZERO || (signs & ZERO) === 0;
  if (table.get(id).kind === "operator" && isTruth) return assume(table, state, id, signs !== ZERO);
  return restrict(table, state, id, signs);
}
