/** What counts as a difference between a review and what its case expects. */
import { describe, expect, test } from "vitest";
import { judgeReview, pendingInReview, type ReviewCase, type WantedFinding } from "./review-case.ts";
import { findingWith } from "./sample-finding.ts";

const found = {
  finding: findingWith({
    change: "introduced",
    check: "lock-leak",
    function: "close_session",
    message: "close_session() returns here with sessions_lock held",
    patch: 1,
  }),
  code: "        return -EPERM;",
};
const leak: WantedFinding = {
  change: "introduced",
  check: "lock-leak",
  function: "close_session",
  at: "return -EPERM",
};
const known = { ...leak, reason: "not yet" };
const wanted = (parts: Partial<ReviewCase>): ReviewCase => ({
  fixture: "a sentence",
  situation: ["O02"],
  findings: [],
  ...parts,
});

describe("judgeReview", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["as expected",           wanted({ findings: [leak] }),                                     [found],        null],
    ["its words are there",   wanted({ findings: [{ ...leak, says: ["sessions_lock held"] }] }), [found],       null],
    ["nothing is reported",   wanted({ findings: [leak] }),                                     [],             /^missing: introduced lock-leak in close_session/],
    ["reported twice",        wanted({ findings: [leak] }),                                     [found, found], /reported 2 times/],
    ["not expected",          wanted({}),                                                       [found],        /reported, not expected: introduced lock-leak/],
    ["another place",         wanted({ findings: [{ ...leak, at: "return 0" }] }),              [found],        /missing[\s\S]*not expected/],
    ["another patch",         wanted({ findings: [{ ...leak, patch: 2 }] }),                    [found],        /missing[\s\S]*not expected/],
    ["another change",        wanted({ findings: [{ ...leak, change: "exposed" }] }),           [found],        /missing[\s\S]*not expected/],
    ["words are missing",     wanted({ findings: [{ ...leak, says: ["bell"] }] }),              [found],        /does not say "bell"/],
    ["words too many",        wanted({ findings: [{ ...leak, saysNot: ["held"] }] }),           [found],        /says "held"/],
    ["a known miss",          wanted({ missed: [known] }),                                      [],             null],
    ["a miss no more",        wanted({ missed: [known] }),                                      [found],        /no longer missed/],
    ["a known false alarm",   wanted({ noise: [known] }),                                       [found],        null],
    ["a false alarm no more", wanted({ noise: [known] }),                                       [],             /is gone/],
    ["silent on words",       wanted({ findings: [leak], silentOn: [{ at: "EPERM", words: "bell", reason: "not yet" }] }), [found], null],
    ["silent no more",        wanted({ findings: [leak], silentOn: [{ at: "EPERM", words: "held", reason: "not yet" }] }), [found], /is said now/],
  ] as const)("%s", (_, expected, reported, problem) => {
    const problems = judgeReview(expected, reported).join("\n");

    if (problem === null) expect(problems).toBe("");
    else expect(problems).toMatch(problem);
  });

  test("severity, confidence, status and side count where they are named", () => {
    const { severity, confidence, status, side } = found.finding;
    const exact = { ...leak, severity, confidence, status, side };
    const others = [
      { ...exact, severity: severity === "note" ? "error" : "note" },
      { ...exact, confidence: confidence === "may" ? "must" : "may" },
      { ...exact, status: status === "latent" ? "live" : "latent" },
      { ...exact, side: side === "old" ? "new" : "old" },
    ] as const;

    expect(judgeReview(wanted({ findings: [exact] }), [found])).toEqual([]);
    for (const other of others) expect(judgeReview(wanted({ findings: [other] }), [found])).toHaveLength(1);
  });
});

test("what is pending has one line each", () => {
  const silentOn = [{ at: "EPERM", words: "bell", reason: "not yet" }];

  expect(pendingInReview("reviews/x", wanted({ missed: [known], noise: [known], silentOn }))).toHaveLength(3);
});
