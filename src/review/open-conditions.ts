/** Tests on which it hangs whether a lock is held, and that may not turn out as they did before: nobody can tell. */
import { type Gap, positionAt } from "../base/index.ts";
import { type AnalysedProgram, lockText } from "../locks/index.ts";

export function openConditionGaps({ units, table }: AnalysedProgram): Gap[] {
  return units.flatMap(({ file, item, facts }) =>
    facts.openConditions.map(({ at, text, locks }): Gap => {
      const names = [...new Set(locks.map((lock) => lockText(table, lock)))].sort().join(" and ");
      return {
        file: file.path,
        line: positionAt(file.lines, item.offset + at.start).line,
        endLine: positionAt(file.lines, item.offset + at.end - 1).line,
        why: `whether ${names} is held from here on hangs on ${text}, which others may change between the tests`,
      };
    }),
  );
}
