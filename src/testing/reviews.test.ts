/**
 * Reviews every case of fixtures/reviews, a base and a patch on it, and compares the
 * review with what the case expects.
 */
import { afterAll, describe, expect, test } from "vitest";
import type { Finding } from "../findings/index.ts";
import { readMessages, selectPatches } from "../patch/index.ts";
import { applyTogether, reviewSeries, type SeriesReview, type TogetherResult } from "../review/index.ts";
import { fixturePacks, fixturesIn, profileNamed, readFixture } from "./fixture-files.ts";
import { patchedBase } from "./patched-base.ts";
import {
  judgeReview,
  type LocatedFinding,
  pendingInReview,
  type ReviewCase,
  type WantedFinding,
  type WantedTogether,
} from "./review-case.ts";

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
  const base = patchedBase(selection, texts);
  const others =
    wanted.with === undefined
      ? null
      : applyTogether(
          base,
          selectPatches(readMessages(Buffer.from(readFixture(`${folder}/with.patch`)))),
          texts,
        );
  const done = reviewSeries({
    patches: selection.patches,
    base,
    ...(others?.kind === "applied" ? { together: { source: others.source } } : {}),
    packs: await fixturePacks(wanted.pack ?? null),
    profile: profileNamed(wanted.profile ?? null),
    scope: wanted.scope ?? "touched",
  });
  const { review, sourceOf } = done;
  const lineAt = (file: string, side: "new" | "old", patch: number | null, line: number) =>
    sourceOf(file, side, patch)?.split("\n")[line - 1] ?? "";
  const found = review.findings.map((finding) => located(finding, done));
  const gaps = review.gaps.map((gap) => lineAt(gap.file, "new", selection.patches.length, gap.line));
  const unexpected = gaps.filter((code) => !(wanted.gaps ?? []).some((part) => code.includes(part)));
  const missing = (wanted.gaps ?? []).filter((part) => !gaps.some((code) => code.includes(part)));
  const hidden = review.hidden.map(({ check, file, line, patch, reason }) => ({
    check,
    at: lineAt(file, "new", patch, line).trim(),
    reason,
  }));
  return [
    ...judgeReview(wanted, found),
    ...differing("hidden", hidden, wanted.hidden ?? []),
    ...(wanted.notes ?? [])
      .filter((words) => !review.baseNotes.some((note) => note.includes(words)))
      .map((words) => `no note says "${words}": ${review.baseNotes.join("; ")}`),
    ...(wanted.with === undefined || others === null ? [] : togetherProblems(wanted.with, others, done)),
    ...unexpected.map((code) => `a gap that was not expected: ${code.trim()}`),
    ...missing.map((part) => `no gap was admitted at "${part}"`),
  ];
}

function differing(what: string, found: unknown, wanted: unknown): string[] {
  const [left, right] = [found, wanted].map((value) => JSON.stringify(value));
  return left === right ? [] : [`${what}: ${left}, expected ${right}`];
}

function located(finding: Finding, { sourceOf }: SeriesReview): LocatedFinding {
  const { file, side, patch, line } = finding;
  return { finding, code: sourceOf(file, side, patch)?.split("\n")[line - 1] ?? "" };
}

function togetherProblems(wanted: WantedTogether, result: TogetherResult, done: SeriesReview): string[] {
  if ("refused" in wanted) {
    const why = result.kind === "rejected" ? result.why : result.kind;
    return wanted.refused.filter((words) => !why.includes(words)).map((words) => `${why}: not "${words}"`);
  }
  const { together, findings } = done.review;
  if (together === null) return [`the other patches are not applied: ${JSON.stringify(result)}`];
  const woken = findings.flatMap((finding) => {
    const now = together.woken.get(finding.fingerprint);
    return now === undefined ? [] : [located({ ...finding, ...now, status: "live" }, done)];
  });
  const brought = together.appeared.map((finding) => located(finding, done));
  const asCase = (list: readonly WantedFinding[]) => ({ fixture: "", situation: [], findings: list });
  return [
    ...(together.order === wanted.order ? [] : [`applied ${together.order}, expected ${wanted.order}`]),
    ...judgeReview(asCase(wanted.wakes), woken).map((problem) => `woken: ${problem}`),
    ...judgeReview(asCase(wanted.brings), brought).map((problem) => `brought: ${problem}`),
  ];
}
