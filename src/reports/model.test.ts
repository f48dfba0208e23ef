import { describe, expect, test } from "vitest";
import { toyModel } from "../testing/sample-model.ts";
import { renderModelText } from "./model.ts";
import { PLAIN_STYLE } from "./style.ts";

describe("renderModelText", () => {
  test("gives exactly these bytes", async () => {
    await expect(renderModelText(toyModel, PLAIN_STYLE)).toMatchFileSnapshot(
      "../../fixtures/reports/model.txt",
    );
  });

  test("order of arrival does not matter", () => {
    const { locks, functions, entryPoints, concurrency } = toyModel;
    const reversed = {
      ...toyModel,
      locks: [...locks].reverse(),
      functions: [...functions].reverse().map((fn) => ({ ...fn, spans: [...fn.spans].reverse() })),
      entryPoints: [...entryPoints].reverse(),
      concurrency: [...concurrency].reverse(),
    };
    expect(renderModelText(reversed, PLAIN_STYLE)).toBe(renderModelText(toyModel, PLAIN_STYLE));
  });

  test("empty parts are left out", () => {
    const empty = {
      files: ["a.c"],
      locks: [],
      functions: [],
      entryPoints: [],
      concurrency: [],
      order: [],
      types: [],
      gaps: [],
    };
    expect(renderModelText(empty, PLAIN_STYLE)).toBe("1 file, 0 functions\n");
  });
});
