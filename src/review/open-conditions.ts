/** What nobody can tell of locks, because others may change what it hangs on or because there are too many ways. */
import { type Gap, positionAt } from "../base/index.ts";
import type { SourceRange } from "../c/index.ts";
import { type AnalysedProgram, type FunctionUnit, lockText } from "../locks/index.ts";

/** Tests on which it hangs whether a lock is held, and that may not turn out as they did before. */
export function openConditionGaps({ units, table }: AnalysedProgram): Gap[] {
  return units.flatMap((unit) =>
    unit.facts.openConditions.map(({ at, text, locks }) => {
      const names = [...new Set(locks.map((lock) => lockText(table, lock)))].sort().join(" and ");
      const why = `whether ${names} is held from here on hangs on ${text}, which others may change between the tests`;
      return gapAt(unit, at, why);
    }),
  );
}

/** Where a lock seems out of balance on a path that may be none, and nothing surer is said of it: the first such place of each lock. */
export function guessGaps({ units, table }: AnalysedProgram): Gap[] {
  return units.flatMap((unit) => {
    const { faults, guesses, lostPrecision } = unit.facts;
    const first = new Map(guesses.toReversed().map((guess) => [guess.lock, guess] as const));
    return [...first.values()]
      .filter(({ lock }) => !faults.some((fault) => fault.lock === lock))
      .map(({ at, lock, isUnsure }) => {
        const cause =
          unit.facts.gaps.length > 0
            ? `a part of ${unit.name}() could not be read`
            : lostPrecision || isUnsure
              ? "there are too many ways to here to follow each one: precision was given up"
              : "it hangs on a comparison of pointers whose outcome is not known";
        return gapAt(unit, at, `whether ${lockText(table, lock)} is in balance is not known: ${cause}`);
      });
  });
}

/**
 * What parses and yet has no meaning here: computed jumps, statements for macros of elsewhere.
 *
 * @returns what is left of it beside what did not parse
 */
export function unreadGaps({ units }: AnalysedProgram): (unparsed: readonly Gap[]) => Gap[] {
  const all = units.flatMap((unit) => unit.facts.gaps.map(({ at, why }) => gapAt(unit, at, why)));
  return (unparsed) =>
    all.filter(
      (gap) =>
        !unparsed.some(
          ({ file, line, endLine }) => file === gap.file && line <= gap.line && gap.line <= endLine,
        ),
    );
}

function gapAt({ file, item }: FunctionUnit, at: SourceRange, why: string): Gap {
  return {
    file: file.path,
    line: positionAt(file.lines, item.offset + at.start).line,
    endLine: positionAt(file.lines, item.offset + at.end - 1).line,
    why,
  };
}
