/**
 * What conditions say about values: signs, and with them NULL, error pointers
 * and truth.
 *
 * In: a value and whether it is true. Out: the narrower state, or that the way is
 * impossible.
 */
import { COMPARISON, compareNumbers, equality, mirrored } from "./comparisons.ts";
import { ANY_SIGN, type LockState, NEGATIVE, POSITIVE, ZERO } from "./lock-state.ts";
import {
  decided,
  exclude,
  filterNumbers,
  narrowTo,
  numbersOf,
  signOfNumber,
  signsOf,
} from "./number-sets.ts";
import type { Value, ValueId, ValueTable } from "./value.ts";

const TRUTH = NEGATIVE | POSITIVE;

/** Operators that stand for the tests and conversions of error pointers. */
export const IS_ERROR = "is-error";
export const IS_NULL_OR_ERROR = "is-null-or-error";
export const IS_NEGATIVE = "is-negative";
export const ERROR_NUMBER = "error-number";
export const ERROR_NUMBER_OR_ZERO = "error-number-or-zero";

/** The signs that a value may have in a state. */
export function signOf(table: ValueTable, state: LockState, id: ValueId): number {
  const known = state.signs.get(id) ?? ANY_SIGN;
  const numbers = state.numbers.get(id);
  const own = ownSign(table, state, table.get(id)) & (numbers === undefined ? ANY_SIGN : signsOf(numbers));
  // A contradiction means that the way is impossible; callers that care prune before.
  return (known & own) === 0 ? own : known & own;
}

function ownSign(table: ValueTable, state: LockState, value: Value): number {
  switch (value.kind) {
    case "number":
      return signOfNumber(value.value);
    case "global":
    case "function":
    case "local":
      return POSITIVE;
    case "text":
      return value.text.startsWith('"') || isErrno(value.text) ? POSITIVE : ANY_SIGN;
    case "fresh":
      return ZERO | POSITIVE;
    case "field":
    case "element":
      // Who takes the address of a member or element has something there, unless it is known to be nothing.
      return (signOf(table, state, value.base) & POSITIVE) !== 0 ? POSITIVE : ANY_SIGN;
    case "operator":
      return signOfOperator(table, state, value.operator, value.operands);
    default:
      return ANY_SIGN;
  }
}

function signOfOperator(
  table: ValueTable,
  state: LockState,
  operator: string,
  operands: readonly ValueId[],
): number {
  const [first, second] = operands;
  if (first === undefined) return ANY_SIGN;
  const sign = signOf(table, state, first);
  if (second === undefined) {
    if (operator === "!") return sign === ZERO ? POSITIVE : (sign & ZERO) === 0 ? ZERO : ZERO | POSITIVE;
    if (operator === "-") return negated(sign);
    if (operator === ERROR_NUMBER) return sign & NEGATIVE ? NEGATIVE : ANY_SIGN;
    if (operator === ERROR_NUMBER_OR_ZERO) return (sign & NEGATIVE) | (sign & (ZERO | POSITIVE) ? ZERO : 0);
    if (operator === IS_ERROR || operator === IS_NEGATIVE) return testSign(sign, NEGATIVE);
    if (operator === IS_NULL_OR_ERROR) return testSign(sign, NEGATIVE | ZERO);
    return ANY_SIGN;
  }
  if (COMPARISON.test(operator)) {
    const truth = compare(table, state, operator, first, second);
    return truth === null ? ZERO | POSITIVE : truth ? POSITIVE : ZERO;
  }
  return ANY_SIGN;
}

function testSign(sign: number, wanted: number): number {
  if ((sign & ~wanted) === 0) return POSITIVE;
  return (sign & wanted) === 0 ? ZERO : ZERO | POSITIVE;
}

/** The truth of a comparison where the signs decide it. */
function compare(
  table: ValueTable,
  state: LockState,
  operator: string,
  first: ValueId,
  second: ValueId,
): boolean | null {
  const [left, right] = [table.get(first), table.get(second)];
  if (left.kind === "number" && right.kind === "number")
    return compareNumbers(operator, left.value, right.value);
  const isSame = (first === second && left.kind !== "unknown") || isKnownEqual(state, first, second);
  const isEquality = operator === "==" || operator === "!=";
  if (!isSame && isEquality) {
    if (areHeldApart(table, state, first, second)) return operator === "!=";
    if (areApart(table, state, first, second)) return operator === "!=";
  }
  if (isSame) {
    if (operator === "==" || operator === "<=" || operator === ">=") return true;
    return operator === "!=" || operator === "<" || operator === ">" ? false : null;
  }
  if (isEquality && (signOf(table, state, first) & signOf(table, state, second)) === 0)
    return operator === "!=";
  if (right.kind !== "number") return null;
  const numbers = numbersOf(table, state, first);
  const outcome = numbers && decided(numbers, (one) => compareNumbers(operator, one, right.value) === true);
  if (outcome !== null) return outcome;
  if (isEquality && numbers?.isOneOf === false && numbers.numbers.includes(right.value))
    return operator === "!=";
  const sign = signOf(table, state, first);
  const whenTrue = allowedSigns(operator, right.value, true);
  if ((sign & whenTrue) === 0) return false;
  return (sign & allowedSigns(operator, right.value, false)) === 0 ? true : null;
}

/** Whether a comparison has shown that two pointers are not one. */
export function areApart(table: ValueTable, state: LockState, first: ValueId, second: ValueId): boolean {
  return state.signs.get(equality(table, first, second)) === ZERO;
}

/** How a comparison ends; null when that is not known. */
export function outcomeOf(table: ValueTable, state: LockState, condition: ValueId): boolean | null {
  const value = table.get(condition);
  const [first, second] = value.kind === "operator" ? value.operands : [];
  if (value.kind !== "operator" || first === undefined || second === undefined) return null;
  const sign = signOf(table, state, condition);
  if (sign === ZERO) return false;
  return (sign & ZERO) === 0 ? true : compare(table, state, value.operator, first, second);
}

function isKnownEqual(state: LockState, first: ValueId, second: ValueId): boolean {
  if (first === second || state.equals.size === 0) return false;
  const standsFor = (id: ValueId) => state.equals.get(id) ?? id;
  return standsFor(first) === standsFor(second);
}

/**
 * Whether the same lock of two objects, or of two pointers to locks, is held of both: were they
 * one, the second acquisition would not have come to an end.
 */
function areHeldApart(table: ValueTable, state: LockState, first: ValueId, second: ValueId): boolean {
  const locksOf = (object: ValueId) =>
    state.held.flatMap((held): string[] => {
      const way = wayTo(table, held.lock, object);
      const isSole = held.mode === "exclusive" && held.evidence === "acquired" && !held.recursive;
      return way === null || !isSole ? [] : [way];
    });
  const others = new Set(locksOf(second));
  return others.size > 0 && first !== second && locksOf(first).some((way) => others.has(way));
}

/** The members that lead from an object to a lock in it; null where the lock is not in it. */
function wayTo(table: ValueTable, lock: ValueId, object: ValueId): string | null {
  let way = "";
  for (let id = lock; id !== object; ) {
    const value = table.get(id);
    if (value.kind !== "field") return null;
    way = `.${value.field}${way}`;
    id = value.base;
  }
  return way;
}

/** Signs of x for which `x operator c` can have the given truth. */
function allowedSigns(operator: string, constant: number, truth: boolean): number {
  const samples: readonly (readonly [number, readonly number[]])[] = [
    [NEGATIVE, [-1, constant - 1, constant, constant + 1, Number.MIN_SAFE_INTEGER].filter((x) => x < 0)],
    [ZERO, [0]],
    [POSITIVE, [1, constant - 1, constant, constant + 1, Number.MAX_SAFE_INTEGER].filter((x) => x > 0)],
  ];
  let allowed = 0;
  for (const [sign, values] of samples) {
    if (values.some((value) => compareNumbers(operator, value, constant) === truth)) allowed |= sign;
  }
  return allowed;
}

/** Narrows `state` to the ways on which a value is true (or false). */
export function assume(table: ValueTable, state: LockState, id: ValueId, truth: boolean): boolean {
  const value = table.get(id);
  if (value.kind === "operator") {
    const [first, second] = value.operands;
    if (first !== undefined && second === undefined) {
      if (value.operator === "!")
        return assume(table, state, first, !truth) && restrict(table, state, id, truth ? TRUTH : ZERO);
      const tested = testedSigns(value.operator);
      if (tested !== null && !restrict(table, state, first, truth ? tested : ANY_SIGN & ~tested))
        return false;
    }
    if (
      first !== undefined &&
      second !== undefined &&
      !assumeComparison(table, state, value.operator, [first, second], truth)
    ) {
      return false;
    }
  }
  return restrict(table, state, id, truth ? TRUTH : ZERO);
}

function testedSigns(operator: string): number | null {
  if (operator === IS_ERROR || operator === IS_NEGATIVE) return NEGATIVE;
  return operator === IS_NULL_OR_ERROR ? NEGATIVE | ZERO : null;
}

function assumeComparison(
  table: ValueTable,
  state: LockState,
  operator: string,
  [first, second]: readonly [ValueId, ValueId],
  truth: boolean,
): boolean {
  if (!COMPARISON.test(operator)) return true;
  const right = table.get(second);
  if (right.kind === "number") {
    // Signs first: a number that has none of those that are left is no number of this way.
    return (
      restrict(table, state, first, allowedSigns(operator, right.value, truth)) &&
      assumeNumber(state, first, { operator, number: right.value, truth })
    );
  }
  const left = table.get(first);
  if (left.kind === "number") {
    return restrict(table, state, second, allowedSigns(mirrored(operator), left.value, truth));
  }
  const known = compare(table, state, operator, first, second);
  if (known !== null && known !== truth) return false;
  // What lies before another is not that one.
  const areTwo = operator === "==" ? !truth : /^(?:!=|<|>)$/.test(operator) && truth;
  if (areTwo) state.signs.set(equality(table, first, second), ZERO);
  if ((operator === "==") === truth && (operator === "==" || operator === "!=")) {
    const both = signOf(table, state, first) & signOf(table, state, second);
    const [kept, replaced] = first < second ? [first, second] : [second, first];
    if (kept !== replaced) state.equals.set(replaced, kept);
    return both !== 0 && restrict(table, state, first, both) && restrict(table, state, second, both);
  }
  return true;
}

/** Of a comparison with zero the signs say all that there is to say. */
function assumeNumber(
  state: LockState,
  id: ValueId,
  {
    operator,
    number,
    truth,
  }: { readonly operator: string; readonly number: number; readonly truth: boolean },
): boolean {
  const isEquality = operator === "==" || operator === "!=";
  if (!isEquality || number === 0)
    return filterNumbers(state, id, (one) => compareNumbers(operator, one, number) === truth);
  return (operator === "==") === truth ? narrowTo(state, id, [number]) : exclude(state, id, [number]);
}

/** @returns false when no sign is left: the way cannot be taken */
export function restrict(table: ValueTable, state: LockState, id: ValueId, signs: number): boolean {
  const left = signOf(table, state, id) & signs;
  if (left === 0) return false;
  if (left !== ANY_SIGN) state.signs.set(id, left);
  return filterNumbers(state, id, (one) => (signOfNumber(one) & signs) !== 0);
}

function negated(sign: number): number {
  return (sign & NEGATIVE ? POSITIVE : 0) | (sign & ZERO) | (sign & POSITIVE ? NEGATIVE : 0);
}

/** Error numbers are positive macros of this form in every C library. */
function isErrno(text: string): boolean {
  return /^E[A-Z0-9]+$/.test(text);
}

/** What the way to here says about what parameters pointed to on entry. */
export function pointeeSigns(table: ValueTable, state: LockState): ReadonlyMap<ValueId, number> {
  const signs = new Map<ValueId, number>();
  for (const [id, known] of state.signs.entries()) {
    const value = table.get(id);
    if (known === ANY_SIGN || value.kind !== "load" || value.version !== 0) continue;
    if (table.get(value.address).kind === "parameter") signs.set(id, known);
  }
  return signs;
}

/** What holds on either of two ways. */
export function joinPointees(
  left: ReadonlyMap<number, number>,
  right: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const joined = new Map<number, number>();
  for (const [index, sign] of left) {
    const both = sign | (right.get(index) ?? ANY_SIGN);
    if (both !== ANY_SIGN) joined.set(index, both);
  }
  return joined;
}
