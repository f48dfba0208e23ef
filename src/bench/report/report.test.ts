/**
 * The committed figures agree with the code in kind: the tools, columns and operators are those that
 * the code knows, the two documents say the same, and every promise holds. Numbers may be of any day.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../testing/project-root.ts";
import type { Verdict } from "../peers/judge.ts";
import type { Comparison } from "../peers/table.ts";
import { TOOL_NAMES } from "../peers/tools.ts";
import { claimsOn, type Score } from "./claims.ts";
import { generatedPart, markdownTable, tablesOf, withGeneratedPart } from "./markdown.ts";
import { COLUMNS, limitsPart, operatorNames, readmePart, scoresIn } from "./parts.ts";

const partOf = (file: string): string => generatedPart(readFileSync(join(PROJECT_ROOT, file), "utf8")) ?? "";

describe("the figures that are committed", () => {
  const readme = partOf("README.md");
  const limits = partOf("LIMITS.md");
  const scores = scoresIn(readme);
  const [defects, rewrites] = tablesOf(limits);

  test("are of the tools and columns that the comparison has", () => {
    expect(tablesOf(readme)[0]?.head).toEqual(COLUMNS);
    expect(scores.map(({ name }) => name)).toEqual(["lockspan", ...TOOL_NAMES]);
    expect(defects?.head).toEqual(["defect", "planted", "lockspan", ...TOOL_NAMES]);
    expect(rewrites?.head).toEqual(["rewrite", "made", "lockspan", ...TOOL_NAMES]);
  });

  test("are of the operators that mutants are made with, and of many mutants", () => {
    expect(defects?.rows.map(([name]) => name)).toEqual(operatorNames("defect"));
    expect(rewrites?.rows.map(([name]) => name)).toEqual(operatorNames("harmless"));
    const made = [...(defects?.rows ?? []), ...(rewrites?.rows ?? [])].map(([, count]) => Number(count));
    expect(made.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
  });

  test("are the same in both documents", () => {
    const sumOf = (rows: readonly string[][] | undefined, column: number) =>
      (rows ?? []).reduce((sum, row) => sum + Number(row[column]), 0);
    for (const [index, { name, caught, flagged }] of scores.entries())
      expect([name, sumOf(defects?.rows, index + 2), sumOf(rewrites?.rows, index + 2)]).toEqual([
        name,
        caught,
        flagged,
      ]);
  });

  test("bear out what is claimed beside them, and every promise", () => {
    const claims = claimsOn(scores);
    for (const { says, holds } of claims) expect(readme).toContain(holds ? `- ${says}` : `- Not so: ${says}`);
    expect(claims.filter(({ isPromise, holds }) => isPromise && !holds)).toEqual([]);
  });
});

const score = (name: string, caught: number, flagged: number, rest: Partial<Score> = {}): Score => ({
  name,
  caught,
  flagged,
  setUp: name === "lockspan" ? 0 : 4,
  seconds: 0.1,
  ...rest,
});
const clang = "clang -Wthread-safety";

test.each([
  ["that is ahead", [score("lockspan", 9, 0), score(clang, 8, 1)], []],
  ["that is level with another", [score("lockspan", 8, 0), score(clang, 8, 1)], ["catches more"]],
  ["that flags more than one that catches", [score("lockspan", 9, 2), score(clang, 8, 1)], ["flags no more"]],
  ["that flags more than one that catches nothing", [score("lockspan", 9, 2), score("gcc", 0, 0)], []],
  ["with a set-up", [score("lockspan", 9, 0, { setUp: 1 }), score(clang, 8, 1)], ["set-up"]],
  ["that is slow", [score("lockspan", 9, 0, { seconds: 0.21 }), score(clang, 8, 1)], ["twice the"]],
] as const)("a table %s denies what is not so", (_, scores, denied) => {
  const claims = claimsOn(scores).filter(({ holds }) => !holds);
  expect(claims.map(({ says }) => denied.find((words) => says.includes(words)))).toEqual(denied);
});

test("a part is written between its marks, and read back", () => {
  const document = "before\n\n<!-- figures: begin -->\n<!-- figures: end -->\n\nafter\n";
  const written = withGeneratedPart(document, markdownTable(["a", "b"], [["c", 1]]));
  expect(written.startsWith("before\n\n<!-- figures: begin -->")).toBe(true);
  expect(written.endsWith("<!-- figures: end -->\n\nafter\n")).toBe(true);
  expect(tablesOf(generatedPart(written) ?? "")).toEqual([{ head: ["a", "b"], rows: [["c", "1"]] }]);
  expect(withGeneratedPart(written, "new")).toBe(withGeneratedPart(document, "new"));
  expect(() => withGeneratedPart("nothing", "new")).toThrow(/no place for figures/);
});

test("both parts come from one comparison", () => {
  const verdict = (operator: string, kind: Verdict["kind"], isCaught: boolean): Verdict => ({
    operator,
    kind,
    file: "a.c",
    function: "f",
    isCaught,
    isFlagged: isCaught,
  });
  const cost = { setUpSeconds: 0, seconds: 0.1, peak: 5e7, standing: 0, unread: 0, files: 1 };
  const verdicts = [verdict("lock-removed", "defect", true), verdict("local-renamed", "harmless", false)];
  const comparison: Comparison = {
    date: "2026-01-01",
    machine: "2 cores",
    node: "20",
    tree: "xen-4.17",
    seed: 1,
    results: [
      { ...cost, name: "lockspan", version: "1.0.0", given: "packs", verdicts },
      { ...cost, name: "sparse", version: "0.6", given: "contexts", verdicts: [...verdicts.slice(1)] },
    ],
  };
  expect(scoresIn(readmePart(comparison))).toEqual([
    { name: "lockspan", setUp: 0, seconds: 0.1, caught: 1, flagged: 0 },
    { name: "sparse", setUp: 0, seconds: 0.1, caught: 0, flagged: 0 },
  ]);
  const [planted, made] = tablesOf(limitsPart(comparison));
  expect(planted?.rows).toContainEqual(["lock-removed", "1", "1", "0"]);
  expect(planted?.rows).toContainEqual(["wrong-mode", "0", "0", "0"]);
  expect(made?.rows).toContainEqual(["local-renamed", "1", "0", "0"]);
});
