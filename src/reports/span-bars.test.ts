import { describe, expect, test } from "vitest";
import type { ReportedAccess } from "../review/index.ts";
import type { Lane, LaneMark } from "./lanes.ts";
import { accessBar, barLegend, rulerOf, spanBar } from "./span-bars.ts";
import { PLAIN_STYLE } from "./style.ts";

const ASCII = { ...PLAIN_STYLE, unicode: false };

/** A letter a line: `(` acquires, `)` releases, `x` returns holding, `#` held, `/` on some paths, `=` with interrupts off. */
function laneOf(letters: string, first: number): Lane {
  const marks = [...letters].flatMap((letter, at): [number, LaneMark][] => {
    if (letter === ".") return [];
    const event = ({ "(": "acquire", ")": "release", x: "kept" } as const)[letter] ?? null;
    return [[first + at, { held: letter === "/" ? "may" : "must", event, isQuiet: letter === "=" }]];
  });
  return { lock: "L", letter: "A", lines: new Map(marks) };
}

const access = (line: number, kind: ReportedAccess["kind"]): ReportedAccess => ({
  object: "it->field",
  type: "struct it",
  line,
  column: 1,
  kind,
  held: [],
  private: false,
  free: null,
});

describe("a bar", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // lines        most  Unicode        ASCII
    [".(##).",      40,   "·●━━○·",      ".[==]."],
    [".(#//)#x",    40,   "·●━╌╌○━✕",    ".[=--]=!"],
    ["==)...",      40,   "══○···",      "##]..."],
    // Two lines a cell: what happens outweighs what lasts.
    ["..(####)....", 6,   "·●━○··",      ".[=].."],
    ["..()....",     4,   "·◉··",        ".|.."],
    ["##//##==",     4,   "━╌━═",        "=-=#"],
    // Cells that do not divide the lines cover all of them.
    ["(........)",   3,   "●·○",         "[.]"],
  ])("of %s in %i cells", (letters, most, unicode, ascii) => {
    const lane = laneOf(letters, 11);
    const ruler = rulerOf({ line: 11, endLine: 10 + letters.length }, most);
    expect(spanBar(lane, ruler, PLAIN_STYLE)).toBe(unicode);
    expect(spanBar(lane, ruler, ASCII)).toBe(ascii);
  });

  test("lines outside the function are not drawn", () => {
    expect(spanBar(laneOf("#####", 1), rulerOf({ line: 3, endLine: 4 }, 40), ASCII)).toBe("==");
  });

  test("colours end where they began", () => {
    const bar = spanBar(laneOf(".#/.", 1), rulerOf({ line: 1, endLine: 4 }, 40), { ...ASCII, color: true });
    expect(bar).toBe(
      "\u001b[34m.\u001b[39m\u001b[1m\u001b[32m=\u001b[39m\u001b[22m\u001b[1m\u001b[33m-\u001b[39m\u001b[22m\u001b[34m.\u001b[39m",
    );
  });

  test("of accesses has the heaviest of a cell", () => {
    const accesses = [access(1, "write"), access(2, "read"), access(3, "call"), access(4, "read")];
    expect(accessBar(accesses, rulerOf({ line: 1, endLine: 6 }, 40), ASCII)).toBe("wrcr..");
    expect(accessBar(accesses, rulerOf({ line: 1, endLine: 6 }, 3), ASCII)).toBe("wc.");
  });

  test("the legend names what is drawn, and nothing else", () => {
    const ruler = rulerOf({ line: 1, endLine: 4 }, 40);
    expect(barLegend([[[laneOf("(#).", 1)], ruler]], false, ASCII)).toEqual([
      "[ acquired",
      "= held",
      "] released",
    ]);
    expect(barLegend([], true, ASCII)).toEqual(["r read, w written, c used by a call"]);
  });
});
