/**
 * Branches whose truth is known from an earlier test, otherwise for other locksets, although
 * what they test is read anew from memory that others may write.
 */
import type { OpenCondition } from "./facts.ts";
import type { LockState } from "./lock-state.ts";
import type { SeenBranch } from "./observer.ts";
import type { ValueId } from "./value.ts";

interface Decided {
  readonly text: string;
  readonly at: SeenBranch["at"];
  /** Locksets with which the condition was surely true, surely false. */
  readonly whenTrue: (readonly ValueId[])[];
  readonly whenFalse: (readonly ValueId[])[];
}

export class ConditionRecords {
  readonly #decided = new Map<number, Decided>();

  branch(state: LockState, { at, reread, canBeTrue, canBeFalse }: SeenBranch): void {
    if (reread === null || canBeTrue === canBeFalse || state.isUnexpected) return;
    const known = this.#decided.get(at.start) ?? { text: reread.text, at, whenTrue: [], whenFalse: [] };
    const held = state.held.filter(({ evidence }) => evidence === "acquired").map(({ lock }) => lock);
    (canBeTrue ? known.whenTrue : known.whenFalse).push(held);
    this.#decided.set(at.start, known);
  }

  open(): OpenCondition[] {
    return [...this.#decided.values()].flatMap(({ at, text, whenTrue, whenFalse }) => {
      const [first, second] = [heldInAll(whenTrue), heldInAll(whenFalse)];
      const onlyTrue = first.filter((lock) => !whenFalse.some((held) => held.includes(lock)));
      const onlyFalse = second.filter((lock) => !whenTrue.some((held) => held.includes(lock)));
      const locks = whenTrue.length > 0 && whenFalse.length > 0 ? [...onlyTrue, ...onlyFalse] : [];
      return locks.length === 0 ? [] : [{ at, text, locks }];
    });
  }
}

function heldInAll([first, ...others]: readonly (readonly ValueId[])[]): readonly ValueId[] {
  return (first ?? []).filter((lock) => others.every((held) => held.includes(lock)));
}
