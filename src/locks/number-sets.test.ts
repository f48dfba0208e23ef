import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LockState, type NumberSet } from "./lock-state.ts";
import {
  allowsBoth,
  bothSets,
  decided,
  exclude,
  filterNumbers,
  joinSets,
  narrowTo,
  numbersOf,
  signsOf,
} from "./number-sets.ts";
import { signOf } from "./signs.ts";
import { ValueTable } from "./value.ts";

const number = fc.integer({ min: -4, max: 4 });
const set = fc.record({ isOneOf: fc.boolean(), numbers: fc.uniqueArray(number, { minLength: 1 }) });
const EVERY = Array.from({ length: 11 }, (_, index) => index - 5);

/** Those of a stretch of numbers that a set allows; all where nothing is known. */
function allowed(given: NumberSet | null): number[] {
  return EVERY.filter((one) => given === null || given.numbers.includes(one) === given.isOneOf);
}

function stateWith(given: NumberSet): { table: ValueTable; state: LockState; value: number } {
  const table = new ValueTable();
  const state = new LockState();
  const value = table.intern({ kind: "parameter", index: 0 });
  state.numbers.set(value, given);
  return { table, state, value };
}

describe("sets of numbers", () => {
  test("allow after a join what either allows, and nothing else", () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const either = EVERY.filter((one) => [left, right].some((each) => allowed(each).includes(one)));
        expect(allowed(joinSets(left, right))).toEqual(either);
      }),
    );
  });

  test("allow together what both allow", () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const both = EVERY.filter((one) => [left, right].every((each) => allowed(each).includes(one)));
        expect(allowed(bothSets(left, right))).toEqual(both);
        if (left.isOneOf || right.isOneOf) expect(allowsBoth(left, right)).toBe(both.length > 0);
      }),
    );
  });

  test("are narrowed by a test to those that pass it", () => {
    fc.assert(
      fc.property(set, fc.uniqueArray(number, { minLength: 1 }), fc.boolean(), (given, named, isOneOf) => {
        const { table, state, value } = stateWith(given);
        const isPossible = isOneOf ? narrowTo(state, value, named) : exclude(state, value, named);
        const left = allowed(given).filter((one) => named.includes(one) === isOneOf);
        expect(isPossible).toBe(left.length > 0);
        if (isPossible) expect(allowed(numbersOf(table, state, value))).toEqual(left);
      }),
    );
  });

  test("decide a test where each number passes it, or none", () => {
    fc.assert(
      fc.property(set, number, (given, limit) => {
        const isAbove = (one: number) => one > limit;
        const outcome = decided(given, isAbove);
        if (outcome !== null) for (const one of allowed(given)) expect(isAbove(one)).toBe(outcome);
        const { state, value } = stateWith(given);
        const isPossible = filterNumbers(state, value, isAbove);
        expect(isPossible).toBe(outcome !== false);
      }),
    );
  });

  test("have the signs of their numbers", () => {
    fc.assert(
      fc.property(set, (given) => {
        const { table, state, value } = stateWith(given);
        expect(signOf(table, state, value)).toBe(signsOf(given));
      }),
    );
  });

  test("that grow too large say nothing", () => {
    const row = (from: number): NumberSet => ({
      isOneOf: true,
      numbers: Array.from({ length: 10 }, (_, index) => from + index),
    });
    expect(joinSets(row(0), row(5))).not.toBeNull();
    expect(joinSets(row(0), row(10))).toBeNull();
  });
});
