/**
 * Which numbers a value may be, where tests and assignments name them: what a
 * `switch`, a row of `==` or a variable that is set to one of a few constants says.
 *
 * Zero against the rest is told by the signs already; a set is begun where a test names another number.
 */
import { type LockState, NEGATIVE, type NumberSet, POSITIVE, ZERO } from "./lock-state.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** A value that may be more than these is any. */
const MOST_NUMBERS = 16;

/** @returns null where nothing is known */
export function numbersOf(table: ValueTable, state: LockState, id: ValueId): NumberSet | null {
  const value = table.get(id);
  if (value.kind === "number") return { isOneOf: true, numbers: [value.value] };
  return state.numbers.get(id) ?? null;
}

/** What the way to here has left of a value; null for nothing that names numbers. */
export function numbersLeft({ numbers, signs }: LockState, id: ValueId): NumberSet | null {
  return numbers.get(id) ?? (signs.get(id) === ZERO ? NOUGHT : null);
}

const NOUGHT: NumberSet = { isOneOf: true, numbers: [0] };

/** @returns false when no number is left: the way cannot be taken */
export function narrowTo(state: LockState, id: ValueId, numbers: readonly number[]): boolean {
  const known = state.numbers.get(id);
  const left =
    known === undefined ? numbers : numbers.filter((one) => known.numbers.includes(one) === known.isOneOf);
  return keep(state, id, { isOneOf: true, numbers: left });
}

/** As `narrowTo`, to all others. */
export function exclude(state: LockState, id: ValueId, numbers: readonly number[]): boolean {
  const known = state.numbers.get(id) ?? { isOneOf: false, numbers: [] };
  if (known.isOneOf) return filterNumbers(state, id, (one) => !numbers.includes(one));
  const more = numbers.filter((one) => !known.numbers.includes(one));
  return more.length === 0 || keep(state, id, { isOneOf: false, numbers: [...known.numbers, ...more] });
}

/** As `narrowTo`, to those that a set allows. */
export function narrowToSet(state: LockState, id: ValueId, { isOneOf, numbers }: NumberSet): boolean {
  return isOneOf ? narrowTo(state, id, numbers) : exclude(state, id, numbers);
}

/** Leaves those of which a test is true. @returns false when none is left */
export function filterNumbers(state: LockState, id: ValueId, test: (number: number) => boolean): boolean {
  const known = state.numbers.get(id);
  if (known === undefined || !known.isOneOf) return true;
  const left = known.numbers.filter(test);
  return left.length === known.numbers.length || keep(state, id, { isOneOf: true, numbers: left });
}

function keep(state: LockState, id: ValueId, set: NumberSet): boolean {
  if (set.isOneOf && set.numbers.length === 0) return false;
  if (set.numbers.length <= MOST_NUMBERS) state.numbers.set(id, set);
  return true;
}

/** Whether a test is true of each (true), of none (false), or of some only (null). */
export function decided(set: NumberSet, test: (number: number) => boolean): boolean | null {
  if (!set.isOneOf) return null;
  const isTrue = set.numbers.some(test);
  return isTrue && !set.numbers.every(test) ? null : isTrue;
}

/** @returns all three where the set says nothing */
export function signsOf(set: NumberSet): number {
  if (!set.isOneOf) return NEGATIVE | ZERO | POSITIVE;
  return set.numbers.reduce((signs, one) => signs | signOfNumber(one), 0);
}

export function signOfNumber(number: number): number {
  return number < 0 ? NEGATIVE : number === 0 ? ZERO : POSITIVE;
}

/** What holds on either of two ways; null for nothing. */
export function joinSets(left: NumberSet | null, right: NumberSet | null): NumberSet | null {
  if (left === null || right === null) return null;
  if (left.isOneOf && right.isOneOf) {
    const more = right.numbers.filter((one) => !left.numbers.includes(one));
    if (more.length === 0) return left;
    const numbers = [...left.numbers, ...more];
    return numbers.length > MOST_NUMBERS ? null : { isOneOf: true, numbers };
  }
  const [none, other] = left.isOneOf ? [right, left] : [left, right];
  const numbers = none.numbers.filter((one) => other.numbers.includes(one) !== other.isOneOf);
  if (numbers.length === none.numbers.length) return none;
  return numbers.length === 0 ? null : { isOneOf: false, numbers };
}

/** What two sets say together; null for nothing. */
export function bothSets(left: NumberSet | null, right: NumberSet | null): NumberSet | null {
  if (left === null || right === null) return left ?? right;
  const [one, other] = left.isOneOf ? [left, right] : [right, left];
  if (one.isOneOf)
    return { isOneOf: true, numbers: one.numbers.filter((n) => other.numbers.includes(n) === other.isOneOf) };
  const more = other.numbers.filter((n) => !one.numbers.includes(n));
  return { isOneOf: false, numbers: [...one.numbers, ...more].slice(0, MOST_NUMBERS) };
}

/** Whether some number is in both sets. */
export function allowsBoth(left: NumberSet | null, right: NumberSet | null): boolean {
  const both = bothSets(left, right);
  return both === null || !both.isOneOf || both.numbers.length > 0;
}

/** Gives a joined value what holds for both. @returns whether less is known of it than before */
export function setJoined(state: LockState, id: ValueId, joined: NumberSet | null): boolean {
  const known = state.numbers.get(id);
  if (joined === null) {
    state.numbers.delete(id);
    return known !== undefined;
  }
  if (known !== undefined && isSameSet(known, joined)) return false;
  state.numbers.set(id, joined);
  return true;
}

export function isSameSet(left: NumberSet | null, right: NumberSet | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.isOneOf === right.isOneOf &&
    left.numbers.length === right.numbers.length &&
    left.numbers.every((one) => right.numbers.includes(one))
  );
}
