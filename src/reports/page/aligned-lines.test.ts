import { describe, expect, test } from "vitest";
import { hunkOf } from "../../testing/sample-review.ts";
import { alignedLines, linesBefore } from "./aligned-lines.ts";

const blocksOf = (hunks: readonly string[], [from, to]: readonly [number, number]) =>
  alignedLines({ from, to }, [{ hunks: hunks.map(hunkOf) }]);

/** `3=4` for a line that stays, `3,4>5` for lines that become others. */
function drawn(hunks: readonly string[], after: readonly [number, number]): string {
  return blocksOf(hunks, after)
    .map((block) =>
      block.kind === "same" ? `${block.old}=${block.new}` : `${block.old.join()}>${block.new.join()}`,
    )
    .join(" ");
}

describe("lines before and after a patch", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["of a function that nothing changes", [], [2, 4], "2=2 3=3 4=4"],
    ["behind a hunk", ["@@ -1,1 +1,3 @@\n a\n+b\n+c\n"], [4, 5], "2=4 3=5"],
    ["that are added", ["@@ -2,2 +2,3 @@\n a\n+b\n c\n"], [1, 5], "1=1 2=2 >3 3=4 4=5"],
    ["that are removed", ["@@ -2,3 +2,2 @@\n a\n-b\n c\n"], [1, 3], "1=1 2=2 3> 4=3"],
    ["that become others", ["@@ -1,4 +1,3 @@\n a\n-b\n-c\n+d\n e\n"], [1, 3], "1=1 2,3>2 4=3"],
    ["of two hunks, whatever their order", ["@@ -5,1 +6,1 @@\n-a\n+b\n", "@@ -1,0 +1,1 @@\n+c\n"], [2, 7], "1=2 2=3 3=4 4=5 5>6 6=7"],
    ["whose head becomes another", ["@@ -3,3 +3,3 @@\n a\n-b\n+c\n d\n"], [4, 5], "4>4 5=5"],
    ["behind what is removed before them", ["@@ -3,3 +3,2 @@\n a\n-b\n d\n"], [4, 5], "5=4 6=5"],
  ] as const)("%s", (_what, hunks, after, lines) => expect(drawn(hunks, after)).toBe(lines));

  test.each([
    ["changed", ["@@ -2,2 +2,3 @@\n a\n+b\n c\n"], [1, 5], { from: 1, to: 4 }],
    ["not changed", ["@@ -9,1 +9,2 @@\n a\n+b\n"], [1, 5], null],
    ["new", ["@@ -1,1 +1,4 @@\n a\n+b\n+c\n+d\n"], [2, 4], null],
  ] as const)("what was before a function that is %s", (_what, hunks, after, before) =>
    expect(linesBefore(blocksOf(hunks, after))).toEqual(before),
  );
});
