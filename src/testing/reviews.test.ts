/**
 * Reviews every case of fixtures/reviews, a base and a patch on it, and compares the
 * review with what the case expects.
 */
import { afterAll, describe, expect, test } from "vitest";
import { readMessages, selectPatches } from "../patch/index.ts";
import { reviewSeries } from "../review/index.ts";
import { fixturePacks, fixturesIn, profileNamed, readFixture } from "./fixture-files.ts";
import { patchedBase } from "./patched-base.ts";
import { judgeReview, pendingInReview, type ReviewCase } from "./review-case.ts";

const pending: string[] = [];

afterAll(() => {
  for (const line of pending.sort()) process.stderr.write(`${line}\n`);
});

describe("reviews", () => {
  test.each(fixturesIn("reviews"))("%s", async (folder) => {
    const wanted = JSON.parse(readFixture(`${folder}/expect.json`)) as ReviewCase;
    pending.push(...pendingInReview(folder, wanted));

    const problems = await problemsOf(folder, wanted);
    expect(problems, problems.join("\n")).toEqual([]);
  });
});

async function problemsOf(folder: string, wanted: ReviewCase): Promise<string[]> {
  const texts = new Map(fixturesIn(folder, ".c").map((file) => [file, readFixture(file)]));
  const selection = selectPatches(readMessages(Buffer.from(readFixture(`${folder}/change.patch`))));
  const { review, sourceOf } = reviewSeries({
    patches: selection.patches,
    base: patchedBase(selection, texts),
    packs: await fixturePacks(wanted.pack ?? null),
    profile: profileNamed(wanted.profile ?? null),
    scope: wanted.scope ?? "touched",
  });
  const lineAt = (file: string, side: "new" | "old", patch: number | null, line: number) =>
    sourceOf(file, side, patch)?.split("\n")[line - 1] ?? "";
  const found = review.findings.map((finding) => ({
    finding,
    code: lineAt(finding.file, finding.side, finding.patch, finding.line),
  }));
  const gaps = review.gaps.map((gap) => lineAt(gap.file, "new", selection.patches.length, gap.line));
  const unexpected = gaps.filter((code) => !(wanted.gaps ?? []).some((part) => code.includes(part)));
  const missing = (wanted.gaps ?? []).filter((part) => !gaps.some((code) => code.includes(part)));
  return [
    ...judgeReview(wanted, found),
    ...unexpected.map((code) => `a gap that was not expected: ${code.trim()}`),
    ...missing.map((part) => `no gap was admitted at "${part}"`),
  ];
}
