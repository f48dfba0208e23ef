/** What is held at each place of the code, over all ways that come there; recorded where a report draws it. */
import type { SourceRange } from "../c/index.ts";
import type { HeldPlace } from "./facts.ts";
import type { LockState } from "./lock-state.ts";
import type { ValueId } from "./value.ts";

interface Passed {
  readonly at: SourceRange;
  must: readonly ValueId[];
  readonly may: Set<ValueId>;
  isQuiet: boolean;
}

export class PlaceRecords {
  readonly #passed = new Map<number, Passed>();

  /** A state comes to an instruction, or to the end of a block. */
  pass(state: LockState, at: SourceRange): void {
    if (state.isUnexpected) return;
    const held = state.held.map(({ lock }) => lock).filter((lock) => !state.unsure.includes(lock));
    const isQuiet = state.interrupts === "off";
    const known = this.#passed.get(at.start);
    const passed = known ?? { at, must: held, may: new Set<ValueId>(), isQuiet };
    if (known === undefined) this.#passed.set(at.start, passed);
    passed.must = passed.must.filter((lock) => held.includes(lock));
    passed.isQuiet &&= isQuiet;
    for (const lock of [...held, ...state.unsure]) passed.may.add(lock);
  }

  /** In the order of the text. */
  places(): HeldPlace[] {
    return [...this.#passed.values()]
      .sort((left, right) => left.at.start - right.at.start)
      .map(({ at, must, may, isQuiet }) => ({
        at,
        must,
        may: [...may].filter((lock) => !must.includes(lock)),
        isQuiet,
      }));
  }
}
