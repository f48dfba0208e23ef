import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { gapFiguresOf } from "./gap-figures.ts";

it("counts files, lines and what is inside a gap, over all variants", () => {
  const figures = gapFiguresOf(fileURLToPath(new URL("../../fixtures/c/", import.meta.url)));
  expect(figures.files).toBeGreaterThan(5);
  expect(figures.cleanFiles).toBe(figures.files - 1);
  expect(figures.linesInGaps).toBe(6);
  expect(figures.gaps.map((gap) => gap.file)).toEqual(["gaps.c", "gaps.c", "gaps.c"]);
});
