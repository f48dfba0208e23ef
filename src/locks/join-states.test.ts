/** The laws of a join: without them the solver would not come to an end, or its end would hang on the order of ways. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JoinPoint, joinInto } from "./join-states.ts";
import { ANY_SIGN, type HeldLock, LockState, type Span } from "./lock-state.ts";
import { ValueTable } from "./value.ts";

const table = new ValueTable();
const VALUES = [
  ...["a", "b"].map((name) => table.intern({ kind: "global", name })),
  ...[0, 1].map((index) => table.intern({ kind: "parameter", index })),
];
const POINT: JoinPoint = {
  table,
  site: 1,
  crossing: [],
  nameOf: () => null,
  isLoopHead: false,
  signOf: (state, value) => state.signs.get(value) ?? ANY_SIGN,
};

const values = fc.subarray(VALUES);
const spans: fc.Arbitrary<readonly Span[]> = fc
  .subarray([1, 2, 3], { minLength: 1 })
  .map((sites) => sites.map((site) => ({ site, at: { start: site, end: site + 1 }, through: null })));

/** States with one lockset, as only such are joined: the locks are the same, their spans may differ. */
const state: fc.Arbitrary<LockState> = fc
  .record({
    held: fc.tuple(spans, spans),
    notHeld: values,
    taken: values,
    unsure: values,
    perhapsReleased: values,
    doubtful: values,
    signs: fc.dictionary(fc.constantFrom("0", "1", "2", "3"), fc.integer({ min: 1, max: 6 })),
  })
  .map(({ held, signs, taken, ...lists }) => {
    const made = new LockState();
    Object.assign(made, lists);
    made.taken = new Map(taken.map((lock) => [lock, null]));
    made.held = held.map(
      (own, at): HeldLock => ({
        lock: VALUES[at] ?? 0,
        mode: "exclusive",
        depth: 1,
        evidence: "acquired",
        spans: own,
        recursive: false,
      }),
    );
    for (const [at, sign] of Object.entries(signs)) made.signs.set(VALUES[Number(at)] ?? 0, sign);
    return made;
  });

/** What a state says, whatever the order in which it came to know it. */
function saidBy(one: LockState) {
  const sorted = (list: readonly number[]) => [...list].sort((left, right) => left - right);
  return {
    held: one.held.map(({ lock, spans: own }) => [lock, sorted(own.map(({ site }) => site))]),
    notHeld: sorted(one.notHeld),
    taken: [...one.taken]
      .map(([lock, unless]) => [lock, unless && [...unless].sort(([left], [right]) => left - right)] as const)
      .sort(([left], [right]) => left - right),
    unsure: sorted(one.unsure),
    perhapsReleased: sorted(one.perhapsReleased),
    doubtful: sorted(one.doubtful),
    signs: [...one.signs.entries()].sort(([left], [right]) => left - right),
  };
}

function joined(...states: readonly LockState[]): LockState {
  const [first = new LockState(), ...others] = states.map((one) => one.fork());
  for (const other of others) joinInto(first, other, POINT);
  return first;
}

describe("joinInto", () => {
  test("of a state with itself changes nothing", () => {
    fc.assert(
      fc.property(state, (one) => {
        const into = one.fork();
        expect(joinInto(into, one.fork(), POINT)).toBe(false);
        expect(saidBy(into)).toEqual(saidBy(one));
      }),
    );
  });

  test("says the same whichever way comes first, and however three are taken together", () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(saidBy(joined(a, b))).toEqual(saidBy(joined(b, a)));
        expect(saidBy(joined(joined(a, b), c))).toEqual(saidBy(joined(a, joined(b, c))));
      }),
    );
  });

  test("includes both: what arrives again changes nothing, and it says so exactly when it changed", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const both = a.fork();
        const changed = joinInto(both, b.fork(), POINT);
        expect(changed).toBe(JSON.stringify(saidBy(both)) !== JSON.stringify(saidBy(a)));
        for (const again of [a, b]) expect(joinInto(both, again.fork(), POINT)).toBe(false);
      }),
    );
  });
});
