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

  test.each([60, 80, 120, 200])("%i columns hold it in ASCII, each bar whole", (width) => {
    const text = renderModelText(toyModel, { color: false, unicode: false, width });
    for (const line of text.split("\n")) {
      const longestWord = Math.max(...line.split(" ").map((word) => word.length));
      expect(line.length, line).toBeLessThanOrEqual(Math.max(width, longestWord + 6));
    }
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain("    ......[=]...........  toy_lock: 24 to 26\n");
  });

  test("a narrow screen has shorter bars", () => {
    const text = renderModelText(toyModel, { color: false, unicode: false, width: 40 });
    expect(text).toContain("    ....[=].........  toy_lock: 24 to 26\n");
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
