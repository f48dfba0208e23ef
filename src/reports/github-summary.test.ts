import { describe, expect, test } from "vitest";
import { findingWith } from "../testing/sample-finding.ts";
import { TOY, toyReview } from "../testing/sample-review.ts";
import { jobPage, type SummaryFacts, summaryComment } from "./github-summary.ts";

const facts = (count: number, message: string): SummaryFacts => {
  const told = Array.from({ length: count }, (_, at) =>
    findingWith({ file: TOY, line: at + 1, patch: 1, change: "introduced", message, fingerprint: `${at}` }),
  );
  const review = { ...toyReview, findings: told };
  const targets = { old: null, new: null };
  return {
    review,
    targets,
    told,
    older: [],
    known: 0,
    base: "b".repeat(40),
    head: "a".repeat(40),
    remarks: [],
  };
};

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe("the page of a job", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["plain letters",        "x".repeat(400)],
    ["of three bytes each",  "…".repeat(400)],
    ["of two units each",    "\u{1f512}".repeat(200)],
  ])("with a mebibyte of %s: GitHub takes it, it ends in words, and nothing is left open", (_what, message) => {
    const page = jobPage(facts(3_000, message));

    expect(bytes(page)).toBeLessThanOrEqual(1_000_000);
    expect(bytes(page)).toBeGreaterThan(900_000);
    expect(page.trimEnd()).toMatch(/the rest is in the report of the job\.$/);
    expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length);
    // It throws for half a character.
    expect(() => encodeURIComponent(page)).not.toThrow();
  });

  test("has each path, where the comment has the table alone", () => {
    const few = facts(2, "said");

    expect(jobPage(few).match(/\*\*error: /g)).toHaveLength(2);
    expect(summaryComment(few, "<!-- mark -->")).not.toContain("**error: ");
  });
});
