/** The median of an even and of an odd number of values. */
import { expect, test } from "vitest";
import { summarise } from "./statistics.ts";

// biome-ignore format: a table is read by its columns
test.each([
  [[5],             { min: 5, median: 5,   max: 5 }],
  [[9, 1, 5],       { min: 1, median: 5,   max: 9 }],
  [[10, 9, 100, 2], { min: 2, median: 9.5, max: 100 }],
])("%j", (values, summary) => {
  expect(summarise(values)).toEqual(summary);
});
