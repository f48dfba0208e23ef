import { describe, expect, test } from "vitest";
import { findingWith } from "../testing/sample-finding.ts";
import { classifyChanges, countsForExit, selectByScope } from "./change.ts";
import type { Finding } from "./finding.ts";
import { newLineOf, type PatchLines, pairRenamed, rewordedLines, touches } from "./patch-lines.ts";

const FILE = "drivers/toy.c";
const lines = (added: readonly number[], removed: readonly number[] = []): PatchLines => [
  { oldFile: FILE, newFile: FILE, added: new Set(added), removed: new Set(removed) },
];
const changesOf = (findings: readonly Finding[]) =>
  findings.map((each) => `${each.line} ${each.fingerprint}: ${each.change}`);

describe("classifyChanges", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // what                                     before                                after                                 lines             expected
    ["on an added line",                        [],                                   [{ line: 12 }],                       lines([12]),      ["12 f: introduced"]],
    ["with an added line on its path",          [],                                   [{ line: 12, steps: [5] }],           lines([5]),       ["12 f: introduced"]],
    ["new, on lines the patch left alone",      [],                                   [{ line: 12 }],                       lines([40]),      ["12 f: exposed"]],
    ["caused by a deleted line",                [],                                   [{ line: 12, side: "old" }],          lines([], [12]),  ["12 f: introduced"]],
    ["moved by forty lines",                    [{ line: 12 }],                       [{ line: 52 }],                       lines([2]),       ["52 f: pre-existing"]],
    ["latent before and live after",            [{ line: 12, status: "latent" }],     [{ line: 12, status: "live" }],       lines([40]),      ["12 f: exposed"]],
    ["unknown before and live after",           [{ line: 12, status: "unknown" }],    [{ line: 12, status: "live" }],       lines([40]),      ["12 f: pre-existing"]],
    ["gone",                                    [{ line: 12 }],                       [],                                   lines([], [12]),  ["12 f: fixed"]],
    ["two alike, the first repaired",           [{ line: 5 }, { line: 9 }],           [{ line: 8 }],                        lines([], [5]),   ["5 f-2: fixed", "8 f: pre-existing"]],
    ["one alike before, a second one added",    [{ line: 9 }],                        [{ line: 4 }, { line: 10 }],          lines([4]),       ["4 f: introduced", "10 f-2: pre-existing"]],
  ] as const)("%s", (_what, before, after, patch, expected) => {
    const build = ({ steps = [], ...fields }: Partial<Finding> & { readonly steps?: readonly number[] }) =>
      findingWith({
        fingerprint: "f",
        trace: steps.map((line) => ({ file: FILE, line, function: "toy_attach", what: "toy_lock acquired" })),
        ...fields,
      });
    const result = classifyChanges(before.map(build), after.map(build), { lines: patch, patch: 1 });
    expect(changesOf(result)).toEqual(expected);
  });

  test("a function that the patch renames keeps its findings", () => {
    const before = [findingWith({ fingerprint: "old", function: "toy_attach" })];
    const after = [findingWith({ fingerprint: "new", function: "toy_attach_dev" })];
    const renamed = [{ file: FILE, from: "toy_attach", to: "toy_attach_dev" }];
    const patch = lines([3], [3]);
    expect(changesOf(classifyChanges(before, after, { lines: patch, patch: 1, renamed }))).toEqual([
      "10 new: pre-existing",
    ]);
    expect(changesOf(classifyChanges(before, after, { lines: patch, patch: 1 }))).toEqual([
      "10 old: fixed",
      "10 new: exposed",
    ]);
  });

  test("a file that the patch renames keeps its findings", () => {
    const before = [findingWith({ fingerprint: "old", file: "drivers/old.c" })];
    const after = [findingWith({ fingerprint: "new" })];
    const moved = [
      { oldFile: "drivers/old.c", newFile: FILE, added: new Set<number>(), removed: new Set<number>() },
    ];
    expect(changesOf(classifyChanges(before, after, { lines: moved, patch: 1 }))).toEqual([
      "10 new: pre-existing",
    ]);
  });

  test("the caller's word on what is exposed goes before the lines", () => {
    const finding = findingWith({ fingerprint: "f" });
    const told = (answer: boolean | null) =>
      classifyChanges([], [finding], { lines: lines([10]), patch: 1, isExposed: () => answer }).map(
        (each) => each.change,
      );
    expect([told(true), told(false), told(null)]).toEqual([["exposed"], ["introduced"], ["introduced"]]);
  });

  test("what a caller added to a finding stays with it", () => {
    const noted = (line: number, labels: readonly string[]) => ({ ...findingWith({ line }), labels });
    const result = classifyChanges([noted(3, ["old"])], [noted(9, ["a"]), noted(5, ["b"])], {
      lines: lines([9]),
      patch: 1,
    });
    expect(selectByScope(result, "all", lines([9])).map((each) => [each.line, each.labels])).toEqual([
      [5, ["b"]],
      [9, ["a"]],
    ]);
  });

  test("fixed findings are notes, stand in the file before, and name the patch", () => {
    const [fixed] = classifyChanges([findingWith({})], [], { lines: lines([]), patch: 3 });
    expect(fixed).toMatchObject({ change: "fixed", severity: "note", side: "old", patch: 3 });
  });
});

describe("selectByScope", () => {
  const all = [
    findingWith({ line: 1, change: "introduced" }),
    findingWith({ line: 2, change: "exposed" }),
    findingWith({ line: 3, change: "pre-existing" }),
    findingWith({ line: 4, change: "pre-existing" }),
    findingWith({ line: 5, change: "fixed", side: "old", severity: "note" }),
  ];
  test.each([
    ["introduced", ["1 error", "2 error"]],
    ["touched", ["1 error", "2 error", "3 note", "5 note"]],
    ["all", ["1 error", "2 error", "3 error", "4 error", "5 note"]],
  ] as const)("%s", (scope, expected) => {
    const selected = selectByScope(all, scope, lines([3]));
    expect(selected.map((each) => `${each.line} ${each.severity}`)).toEqual(expected);
  });
});

// biome-ignore format: a table is read by its columns
test.each([
  [{ severity: "error",   change: "introduced"   }, "warning", true],
  [{ severity: "warning", change: "exposed"      }, "warning", true],
  [{ severity: "warning", change: "introduced"   }, "error",   false],
  [{ severity: "note",    change: "introduced"   }, "note",    true],
  [{ severity: "error",   change: "pre-existing" }, "note",    false],
  [{ severity: "note",    change: "fixed"        }, "note",    false],
  [{ severity: "error",   change: null           }, "warning", true],
] as const)("%j at --fail-on %s counts: %s", (fields, failOn, counts) => {
  expect(countsForExit(findingWith(fields), failOn)).toBe(counts);
});

describe("touches", () => {
  test.each([
    ["an added line", { line: 10 }, lines([10]), true],
    ["the last line of its place", { line: 10, endLine: 12 }, lines([12]), true],
    ["a removed line of the same number", { line: 10 }, lines([], [10]), false],
    ["a removed line that is the cause", { line: 10, side: "old" }, lines([], [10]), true],
    ["a line of another file", { line: 10, file: "other.c" }, lines([10]), false],
  ] as const)("%s: %s", (_what, fields, patch, expected) => {
    expect(touches(findingWith(fields), patch)).toBe(expected);
  });
});

// before: 1 2 3 4 5 6; the patch removes 2 and adds new lines 1, 4 and 5.
// after:  + 1 3 + + 4 5 6
test.each([
  [1, 2],
  [2, null],
  [3, 3],
  [4, 6],
  [6, 8],
])("old line %i stands at %s", (line, expected) => {
  expect(newLineOf(lines([5, 1, 4], [2]), FILE, line)).toBe(expected);
});

test("functions pair by body when one name went and another came", () => {
  const fn = (name: string, body: string, file = FILE) => ({ file, name, body });
  const before = [fn("a", "x"), fn("b", "y"), fn("stays", "z"), fn("c", "w")];
  const after = [fn("stays", "z"), fn("a2", "x"), fn("b2", "y changed"), fn("c2", "w", "other.c")];
  expect(pairRenamed(before, after)).toEqual([{ file: FILE, from: "a", to: "a2" }]);
});

describe("rewordedLines", () => {
  const rows = (texts: readonly string[], from: number) =>
    texts.map((text, index) => ({ line: from + index, text }));

  // biome-ignore format: a table is read by its columns
  test.each([
    // what                              removed                         added                                     pairs
    ["blanks",                           ["s->calls = 0;"],              ["  s->calls  =  0 ;"],                   [[1, 11]]],
    ["a comment behind it",              ["f(s);"],                      ["f(s); /* once */"],                     [[1, 11]]],
    ["a comment that goes on",           ["f(s);"],                      ["f(s); /* once", "and again */"],        [[1, 11]]],
    ["another word",                     ["f(s);"],                      ["g(s);"],                                []],
    ["brackets alone",                   ["}"],                          ["  }"],                                  []],
    ["one line among new ones",          ["f(s);"],                      ["a();", "\tf(s);", "b();"],              [[1, 12]]],
    ["two lines that changed places",    ["use(o);", "unlock(&L);"],     ["unlock(&L);", "  use(o);"],             [[2, 11]]],
  ] as const)("%s", (_what, removed, added, pairs) => {
    expect(rewordedLines(rows(removed, 1), rows(added, 11))).toEqual(pairs);
  });
});

test("a line that only words differently is none of the patch, and stands where the new one does", () => {
  const patch = [
    {
      oldFile: FILE,
      newFile: FILE,
      added: new Set([10, 11]),
      removed: new Set([10]),
      reworded: new Map([[10, 11]]),
    },
  ];
  const finding = (line: number, side: Finding["side"]) => findingWith({ line, side });

  expect(
    [finding(10, "new"), finding(11, "new"), finding(10, "old")].map((one) => touches(one, patch)),
  ).toEqual([true, false, false]);
  expect(newLineOf(patch, FILE, 10)).toBe(11);
});
