import { describe, expect, test } from "vitest";
import type { ReportedLine, ReportedSpan } from "../review/index.ts";
import { lanesOf } from "./lanes.ts";

const span = (from: number | null, to: number | null, exits: readonly number[] = []): ReportedSpan => ({
  lock: "L",
  mode: "exclusive",
  from,
  to,
  kind: "must",
  exits,
});

/** A letter a line, from line 1: `.` not held, `#` held, `/` held on some paths, `=` held with interrupts off, a blank: no code. */
function linesOf(held: string): ReportedLine[] {
  return [...held].flatMap((letter, at) =>
    letter === " "
      ? []
      : [
          {
            line: at + 1,
            must: letter === "#" || letter === "=" ? ["L"] : [],
            may: letter === "/" ? ["L"] : [],
            isQuiet: letter === "=",
          },
        ],
  );
}

/** A letter a line: `(` acquires, `)` releases, `x` returns holding; as above otherwise. */
function drawn(held: string, spans: readonly ReportedSpan[]): string {
  const marks = { acquire: "(", release: ")", kept: "x" };
  const [lane] = lanesOf({ lines: linesOf(held), spans });
  return Array.from({ length: held.length }, (_, at) => {
    const mark = lane?.lines.get(at + 1);
    if (mark === undefined) return ".";
    if (mark.event !== null) return marks[mark.event];
    return mark.isQuiet ? "=" : { must: "#", may: "/" }[mark.held];
  }).join("");
}

describe("a lane", () => {
  test.each([
    ["from acquiring to releasing", "  .##..", [span(3, 5)], "..(#).."],
    ["on some paths", "  .//..", [span(3, 5)], "..(/).."],
    ["entered with the lock", " ###", [span(null, 4)], ".##)"],
    ["returned with the lock", "  .###", [span(3, null, [6])], "..(##x"],
    ["returned with the lock in two places", "  .#####", [span(3, null, [5, 8])], "..(#x##x"],
    ["a brace, a comment, the rest of a statement", "  .#  #.", [span(3, 7)], "..(###)."],
    ["behind a release", "  .##.. ##.", [span(3, 5), span(3, 10)], "..(#)...#)."],
    ["a second span", "  .#.##", [span(3, 4), span(5, 7)], "..()(#)"],
    ["with interrupts off", "  .==..", [span(3, 5)], "..(=).."],
    ["less sure from one side on", "  .# /.", [span(3, 6)], "..(#/)."],
  ])("%s", (_what, held, spans, lane) => expect(drawn(held, spans)).toBe(lane));

  test("has the letter of its lock in the order of names", () => {
    const spans = ["b", "a", "b"].map((lock) => ({ ...span(3, 5), lock }));

    expect(lanesOf({ lines: [], spans }).map(({ lock, letter }) => [lock, letter])).toEqual([
      ["a", "A"],
      ["b", "B"],
    ]);
  });
});
