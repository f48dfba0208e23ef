import { describe, expect, test } from "vitest";
import { cellsOf, textWidth } from "./cells.ts";
import { drawSegments, gutterWidth, type Label } from "./snippet.ts";
import { PLAIN_STYLE, type Style } from "./style.ts";

const label = (line: number, column: number, endColumn: number, text: string, primary = false): Label => ({
  line,
  column,
  endColumn,
  text,
  primary,
});

function draw(lines: readonly string[], labels: readonly Label[], style: Style = PLAIN_STYLE): string {
  const segments = [{ heading: "f.c:1:1", lines, labels }];
  return drawSegments(segments, gutterWidth(segments), "error", style).slice(2, -1).join("\n");
}

describe("drawSegments", () => {
  test.each([
    ["one marker", draw(["abc def"], [label(1, 5, 7, "here", true)]), ["1 │ abc def", "  │     ^^^ here"]],
    [
      "three labels on one line hang from right to left",
      draw(["aa bb cc"], [label(1, 1, 2, "first"), label(1, 4, 5, "second"), label(1, 7, 8, "third", true)]),
      ["1 │ aa bb cc", "  │ -- -- ^^ third", "  │ │  │", "  │ │  second", "  │ first"],
    ],
    [
      "the primary marker wins where two overlap",
      draw(["f(g(x))"], [label(1, 3, 6, "main", true), label(1, 1, 7, "whole")]),
      ["1 │ f(g(x))", "  │ --^^^^- whole", "  │   │", "  │   main"],
    ],
    [
      "tabs are eight cells",
      draw(["\ta\tb"], [label(1, 4, 4, "b", true)]),
      ["1 │         a       b", "  │                 ^ b"],
    ],
    [
      "wide and combining characters are counted",
      draw(["錠前 e\u0301 x"], [label(1, 7, 7, "x", true)]),
      ["1 │ 錠前 e\u0301 x", "  │        ^ x"],
    ],
    [
      "one line between is shown, more are left out",
      draw(
        ["a", "b", "c", "d", "e", "f"],
        [label(1, 1, 1, "1"), label(3, 1, 1, "3"), label(6, 1, 1, "6", true)],
      ),
      ["1 │ a", "  │ - 1", "2 │ b", "3 │ c", "  │ - 3", "  ·", "6 │ f", "  │ ^ 6"],
    ],
    ["a marker ends with its line", draw(["abc"], [label(1, 2, 900, "", true)]), ["1 │ abc", "  │  ^^"]],
    [
      "a label behind the file is not drawn",
      draw(["a"], [label(1, 1, 1, "", true), label(7, 1, 1, "gone")]),
      ["1 │ a", "  │ ^"],
    ],
    [
      "a long label is wrapped beside its marker",
      draw(["ab cd"], [label(1, 1, 1, "left"), label(1, 4, 5, "words that do not stand on one line", true)], {
        ...PLAIN_STYLE,
        width: 36,
      }),
      ["1 │ ab cd", "  │ -  ^^ words that do not stand on", "  │ │     one line", "  │ │", "  │ left"],
    ],
    [
      "and below it where there is no room",
      draw(
        [`${"x".repeat(30)} yy`],
        [label(1, 1, 1, "left"), label(1, 32, 33, "words that do not stand on one line", true)],
        { ...PLAIN_STYLE, width: 44 },
      ),
      [
        `1 │ ${"x".repeat(30)} yy`,
        `  │ -${" ".repeat(30)}^^`,
        `  │ │${" ".repeat(30)}│`,
        `  │ │${" ".repeat(30)}words that do not stand`,
        `  │ │${" ".repeat(30)}on one line`,
        "  │ left",
      ],
    ],
    [
      "from the left, where nothing stands there",
      draw([`${"x".repeat(30)} yy`], [label(1, 32, 33, "words that do not stand on one line", true)], {
        ...PLAIN_STYLE,
        width: 44,
      }),
      [
        `1 │ ${"x".repeat(30)} yy`,
        `  │ ${" ".repeat(31)}^^`,
        `  │ ${" ".repeat(31)}│`,
        "  │ words that do not stand on one line",
      ],
    ],
    [
      "a long line is cut behind its marks",
      draw(["0123456789abcdefghijklmnop"], [label(1, 3, 4, "", true)], { ...PLAIN_STYLE, width: 24 }),
      ["1 │ 0123456789abcdefghi…", "  │   ^^"],
    ],
  ])("%s", (_what, drawing, expected) => {
    expect(drawing.split("\n")).toEqual(expected);
  });
});

test("another file hangs under the first", () => {
  const segments = [
    { heading: "a.c:1:1", lines: ["x"], labels: [label(1, 1, 1, "", true)] },
    { heading: "b.c:10:1", lines: null, labels: [] },
  ];
  expect(drawSegments(segments, 1, "note", PLAIN_STYLE)).toEqual([
    "  ┌─ a.c:1:1",
    "  │",
    "1 │ x",
    "  │ ^",
    "  │",
    "  ├─ b.c:10:1",
  ]);
});

// biome-ignore format: a table is read by its columns
test.each([
  ["abc",          3],
  ["größe",        5],
  ["錠前",         4],
  ["e\u0301",      1],
  ["\u{1f512}",    2],
  ["ＡＢ",         4],
  ["",             0],
])("%j takes %i cells", (text, width) => {
  expect(textWidth(text)).toBe(width);
  expect(cellsOf(text, true).width).toBe(width);
});
