/** The grammar of fixture comments, and what counts as a difference. */
import { describe, expect, test } from "vitest";
import { parseFixture } from "./expectations.ts";
import { judgeFixture, type Observed } from "./judge-fixture.ts";

const HEADER = "/* fixture: a sentence */\n";
const expectationsOf = (code: string) => parseFixture(HEADER + code).expectations;

describe("parseFixture", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["x; /* expect: lock-leak */",                  [{ kind: "expect", line: 2, check: "lock-leak", confidence: "must", severity: null, status: null }]],
    ["x; // expect: lock-leak may",                 [{ kind: "expect", line: 2, check: "lock-leak", confidence: "may",  severity: null, status: null }]],
    ["x; /* expect: escape note */",                [{ kind: "expect", line: 2, check: "escape",    confidence: "must", severity: "note", status: null }]],
    ["x; /* expect: escape may error */",           [{ kind: "expect", line: 2, check: "escape",    confidence: "may",  severity: "error", status: null }]],
    ["x; /* expect: escape latent */",              [{ kind: "expect", line: 2, check: "escape",    confidence: "must", severity: null, status: "latent" }]],
    ["x; /* says: held by g */",                    [{ kind: "says",   line: 2, words: "held by g" }]],
    ["x; /* says-miss: held by g */",               [{ kind: "says-miss", line: 2, words: "held by g" }]],
    ["\nx; /* expect-none: private */",             [{ kind: "none",   line: 3, reason: "private" }]],
    ["x; /* expect-miss: lock-leak #12 */",         [{ kind: "miss",   line: 2, check: "lock-leak", confidence: null, severity: null, status: null, reason: "#12" }]],
    ["x; /* expect-noise: lock-leak no alias yet */", [{ kind: "noise", line: 2, check: "lock-leak", confidence: null, severity: null, status: null, reason: "no alias yet" }]],
    ["x; /* expect-miss: escape may latent boot note */", [{ kind: "miss", line: 2, check: "escape", confidence: "may", severity: null, status: "latent", reason: "boot note" }]],
    ["x; /* held: b, a */",                         [{ kind: "held",   line: 2, locks: ["a", "b"] }]],
    ["x; /* held: nothing */",                      [{ kind: "held",   line: 2, locks: [] }]],
    ["x; /* gap: nested function */",               [{ kind: "gap",    line: 2, why: "nested function" }]],
    ["/* a remark */ x; /* NB: the other lock */",  []],
    ['s = "/* expect: nonsense */";',               []],
  ])("%s", (code, expectations) => {
    expect(expectationsOf(code)).toEqual(expectations);
  });

  test("several expectations stand on one line", () => {
    const code = "x; /* expect: lock-leak */ /* expect: unlock-not-held */";

    expect(expectationsOf(code).map((item) => item.line)).toEqual([2, 2]);
  });

  test.each([
    "/* expect lock-leak */",
    "/* expects: lock-leak */",
    "/* expected: lock-leak */",
    "/* Expect: lock-leak */",
    "/* exepct: lock-leak */",
    "/* expect-nothing: lock-leak */",
    "/* expect-mis: lock-leak #1 */",
    "/* hold: a */",
    "/* gaps: a */",
    "/* expect: */",
    "/* expect: leak */",
    "/* expect: lock-leak perhaps */",
    "/* expect: lock-leak may may */",
    "/* expect: lock-leak error note */",
    "/* expect: lock-leak live latent */",
    "/* say: a */",
    "/* expect-none: */",
    "/* expect-miss: lock-leak */",
    "/* held: */",
  ])("refuses %s", (comment) => {
    expect(() => expectationsOf(`\nx; ${comment}`)).toThrow(/^line 3: the comment/);
  });

  test("reads the header", () => {
    const text =
      "/*\n * fixture: one sentence\n *          on two lines\n * situation: A03, A05\n * profile: list\n * with: a.c b.c\n */";

    expect(parseFixture(text).header).toEqual({
      fixture: "one sentence on two lines",
      situations: ["A03", "A05"],
      profile: "list",
      pack: null,
      with: ["a.c", "b.c"],
    });
  });

  test.each([
    ["int x;", /opens with a comment/],
    ["/* fixtur: x */", /opens with a comment/],
    ["/* fixture: x\n * profil: list */", /the header knows no "profil"/],
  ])("refuses the header %j", (text, message) => {
    expect(() => parseFixture(text)).toThrow(message);
  });
});

describe("judgeFixture", () => {
  const leak = {
    check: "lock-leak",
    line: 2,
    confidence: "must",
    severity: "error",
    status: "live",
    function: "f",
    message: "L leaks",
    held: ["L"],
    trace: [{ file: "f.c", line: 1, function: "f", what: "L acquired" }],
    conflict: [],
    fix: "release L",
  } as const;
  const observed = (changes: Partial<Observed>): Observed => ({
    findings: [],
    gaps: [],
    heldBefore: () => ["L"],
    ...changes,
  });
  const gap = { file: "f.c", line: 2, endLine: 4, why: "nested function" };

  // biome-ignore format: a table is read by its columns
  test.each([
    ["/* expect: lock-leak */",        observed({ findings: [leak] }), null],
    ["/* expect: lock-leak */",        observed({}),                   /missing: lock-leak must/],
    ["/* expect: lock-leak may */",    observed({ findings: [leak] }), /expected lock-leak may, reported lock-leak must error live/],
    ["/* expect: lock-leak note */",   observed({ findings: [leak] }), /expected lock-leak must note/],
    ["/* expect: lock-leak live */",   observed({ findings: [leak] }), null],
    ["/* expect: lock-leak latent */", observed({ findings: [leak] }), /expected lock-leak must latent/],
    ["/* expect: lock-leak */ /* says: f: L acquired */ /* says: release */", observed({ findings: [leak] }), null],
    ["/* expect: lock-leak */ /* says: M */", observed({ findings: [leak] }), /no finding says "M": L leaks/],
    ["/* expect: lock-leak */ /* says-miss: M */", observed({ findings: [leak] }), null],
    ["/* expect: lock-leak */ /* says-miss: leaks */", observed({ findings: [leak] }), /is said now/],
    ["/* expect: double-lock */",      observed({ findings: [leak] }), /missing: double-lock[\s\S]*not expected: lock-leak/],
    ["/* expect-none: balanced */",    observed({ findings: [leak] }), /reported, not expected/],
    ["/* expect-none: balanced */",    observed({}),                   null],
    ["/* expect-miss: lock-leak #1 */", observed({}),                  null],
    ["/* expect-miss: lock-leak #1 */", observed({ findings: [leak] }), /no longer missed/],
    ["/* expect-miss: lock-leak note #1 */", observed({ findings: [leak] }), null],
    ["/* expect-miss: lock-leak must live #1 */", observed({ findings: [leak] }), /no longer missed/],
    ["/* expect-noise: lock-leak #1 */", observed({ findings: [leak] }), null],
    ["/* expect-noise: lock-leak #1 */", observed({}),                 /is gone/],
    ["/* held: L */",                  observed({}),                   null],
    ["/* held: nothing */",            observed({}),                   /held L, expected nothing/],
    ["/* gap: nested */",              observed({ gaps: [gap] }),      null],
    ["/* gap: nested */",              observed({}),                   /no gap was admitted/],
    ["",                               observed({ gaps: [gap] }),      /a gap that was not expected/],
  ] as const)("%s", (comment, seen, problem) => {
    const problems = judgeFixture(expectationsOf(`x; ${comment}`), seen).join("\n");

    if (problem === null) expect(problems).toBe("");
    else expect(problems).toMatch(problem);
  });
});
