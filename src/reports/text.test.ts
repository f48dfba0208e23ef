import { describe, expect, test } from "vitest";
import { findingWith } from "../testing/sample-finding.ts";
import {
  earlyUnlock,
  lockLeak,
  TOY,
  toyPatch,
  toyReview,
  toyReviewTogether,
  toySources,
} from "../testing/sample-review.ts";
import { PLAIN_STYLE } from "./style.ts";
import { renderFindings, renderText } from "./text.ts";

const golden = (name: string) => `../../fixtures/reports/${name}`;
const WIDE = { ...PLAIN_STYLE, width: 80 };

describe("renderText gives exactly these bytes", () => {
  const fixed = findingWith({
    ...lockLeak,
    change: "fixed",
    severity: "note",
    side: "old",
    function: "toy_attach",
  });
  const old = findingWith({
    ...lockLeak,
    check: "guarded-access",
    severity: "note",
    status: "live",
    change: "pre-existing",
    line: 47,
    column: 2,
    endColumn: 15,
    rule: "toy/guarded",
    message: "master->domain is written without toy_lock",
    trace: [],
    conflict: [{ file: TOY, line: 15, function: "toy_attach", what: "cfg used" }],
  });
  const deleted = {
    ...earlyUnlock,
    side: "old" as const,
    line: 25,
    endColumn: 30,
    trace: [],
    fix: null,
    check: "guarded-access" as const,
  };
  const { check, file, line, function: name, patch, fingerprint } = lockLeak;
  const hidden = { check, file, line, function: name, patch, fingerprint, reason: "the caller lets it go" };
  const gap = { file: TOY, line: 8, endLine: 9, why: "a macro that is not known" };

  test.each([
    ["review.txt", toyReview, WIDE],
    ["review-color.txt", toyReview, { ...WIDE, color: true }],
    ["review-ascii.txt", toyReview, { ...WIDE, unicode: false, width: 60 }],
    [
      "review-changes.txt",
      { ...toyReview, findings: [fixed, old, deleted], gaps: [gap], notes: new Map() },
      WIDE,
    ],
    ["review-together.txt", toyReviewTogether, WIDE],
    ["review-none.txt", { ...toyReview, findings: [] }, WIDE],
    ["review-hidden.txt", { ...toyReview, findings: [], hidden: [hidden, hidden] }, WIDE],
    [
      "review-gaps.txt",
      { ...toyReview, findings: [], gaps: [gap, gap], baseNotes: ["the blob is not in the history"] },
      WIDE,
    ],
    [
      "audit.txt",
      { ...toyReview, kind: "audit", patches: [], findings: [{ ...lockLeak, patch: null, change: null }] },
      WIDE,
    ],
  ] as const)("%s", async (name, review, style) => {
    await expect(renderText(review, toySources, style)).toMatchFileSnapshot(golden(name));
  });
});

test("without the file's text the finding is still told", () => {
  const text = renderText(toyReview, () => null, PLAIN_STYLE);
  expect(text).toContain(
    "error[lock-leak]: toy_detach() returns here with toy_lock held\n  ┌─ xen/drivers/toy.c:46:3\n",
  );
});

test("nothing that a stranger wrote reaches the terminal as a command or changes the order of letters", () => {
  const evil = "a\u001b[2Jb\u202ec\u0007";
  const review = {
    ...toyReview,
    patches: [{ ...toyPatch, subject: evil, author: evil, files: [evil] }],
    findings: [{ ...lockLeak, message: evil, held: [evil] }],
    gaps: [{ file: evil, line: 1, endLine: 1, why: evil }],
  };
  const text = renderText(review, () => `\n${evil}\n`.repeat(40), PLAIN_STYLE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
});

test("ASCII output is ASCII whatever the sources hold", () => {
  const text = renderText(toyReview, toySources, { ...PLAIN_STYLE, unicode: false });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  expect(text).toMatch(/^[\u0000-\u007f]*$/);
});

test("gaps beyond twenty are counted", () => {
  const gaps = Array.from({ length: 25 }, (_, index) => ({
    file: TOY,
    line: index + 1,
    endLine: index + 1,
    why: "x",
  }));
  const text = renderText({ ...toyReview, findings: [], gaps }, toySources, PLAIN_STYLE);
  expect(text).toContain("and 5 more places; --format json lists them all\n");
  expect(text.match(/not analysed:/g)).toHaveLength(20);
  expect(text).toContain("not known for 25 places");
});

test("the findings alone still say what could not be read", () => {
  const gaps = [{ file: TOY, line: 8, endLine: 9, why: "a macro that is not known" }];
  expect(renderFindings({ ...toyReview, findings: [] }, toySources, PLAIN_STYLE)).toBe("");
  expect(renderFindings({ ...toyReview, findings: [], gaps }, toySources, PLAIN_STYLE)).toBe(
    `not analysed: ${TOY}:8-9: a macro that is not known\n`,
  );
});
