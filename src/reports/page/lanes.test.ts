import { describe, expect, test } from "vitest";
import type { ReportedFunction, ReportedSpan } from "../../review/index.ts";
import { lanesOf } from "./lanes.ts";

const span = (from: number | null, to: number | null, kind: ReportedSpan["kind"] = "must"): ReportedSpan => ({
  lock: "L",
  mode: "exclusive",
  from,
  to,
  kind,
});

/** A letter a line: `(` acquires, `)` releases, `x` returns holding; `#` must, `/` may, `.` nothing. */
function drawn(code: string, spans: readonly ReportedSpan[]): string {
  const lines = code.split("\n");
  const fn: ReportedFunction = {
    name: "f",
    file: "a.c",
    line: 1,
    endLine: lines.length,
    spans,
    accesses: [],
    requires: [],
    acquires: [],
    releases: [],
  };
  const marks = { acquire: "(", release: ")", kept: "x" };
  const [lane] = lanesOf(fn, lines);
  return lines
    .map((_, at) => {
      const mark = lane?.lines.get(at + 1);
      if (mark === undefined) return ".";
      return mark.event === null ? { must: "#", may: "/" }[mark.held] : marks[mark.event];
    })
    .join("");
}

const PLAIN = "f()\n{\n\tlock;\n\ta;\n\tunlock;\n\tb;\n}";
const EARLY = "f()\n{\n\tlock;\n\tif (a) {\n\t\tunlock;\n\t\treturn;\n\t}\n\tb;\n\tunlock;\n}";
const AGAIN = "f()\n{\n\tlock;\n\tunlock;\n\ta;\n\tlock;\n\tb;\n\tunlock;\n}";

describe("a lane", () => {
  test.each([
    ["from acquiring to releasing", PLAIN, [span(3, 5)], "..(#).."],
    ["on some paths", PLAIN, [span(3, 5, "may")], "..(/).."],
    ["entered with the lock", PLAIN, [span(null, 5)], "####).."],
    ["returned with the lock", PLAIN, [span(3, null)], "..(###x"],
    ["the rest of the block behind a release is free", EARLY, [span(3, 5), span(3, 9)], "..(#).##)."],
    ["taken again", AGAIN, [span(3, 4), span(6, 8)], "..().(#)."],
  ])("%s", (_what, code, spans, is) => expect(drawn(code, spans)).toBe(is));
});

test("each lock has a lane and a letter of its own, in the order of their names", () => {
  const locks = Array.from({ length: 28 }, (_, at) => `lock${String(at).padStart(2, "0")}`);
  const spans = [...locks].reverse().map((lock) => ({ ...span(1, 2), lock }));
  const fn: ReportedFunction = {
    name: "f",
    file: "a.c",
    line: 1,
    endLine: 2,
    spans,
    accesses: [],
    requires: [],
    acquires: [],
    releases: [],
  };

  const lanes = lanesOf(fn, ["a", "b"]);

  expect(lanes.map(({ lock }) => lock)).toEqual(locks);
  expect(new Set(lanes.map(({ letter }) => letter)).size).toBe(28);
});
