/** `lockspan review A --with B` from files to reports, with the cases of fixtures/reviews. */
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { NO_CACHE, type Progress } from "../../base/index.ts";
import { PLAIN_STYLE } from "../../reports/index.ts";
import { FIXTURES, fixturePacks } from "../../testing/fixture-files.ts";
import type { Surroundings } from "../command.ts";
import { parseCommandLine } from "../options.ts";
import { NO_BAR } from "../progress-bar.ts";
import { runReview } from "./review.ts";

const around: Surroundings = {
  env: {},
  version: "0",
  packs: () => fixturePacks("checks/exchange-pack"),
  cache: async () => NO_CACHE,
  auditWorker: new URL("file:nowhere"),
  highlights: async () => "",
  pages: async () => new Map(),
  style: () => PLAIN_STYLE,
  progress: () => NO_BAR,
};

/** Reviews `change.patch` of a case in a folder that holds its sources. */
async function review(name: string, ...more: string[]) {
  return reviewIn(around, name, ...more);
}

async function reviewIn(around: Surroundings, name: string, ...more: string[]) {
  const tree = mkdtempSync(path.join(tmpdir(), "lockspan-"));
  const folder = path.join("reviews", name);
  cpSync(path.join(FIXTURES, folder), path.join(tree, folder), { recursive: true });
  const patch = (file: string) => path.join(FIXTURES, folder, file);
  const words = more.map((word) => (word.endsWith(".patch") ? patch(word) : word));
  const invocation = parseCommandLine(["review", patch("change.patch"), "--tree", tree, ...words]);
  if (invocation.kind !== "run") throw new Error("these words start no command");
  return runReview(invocation.options, around);
}

test("it is shown how far the work is, and cleared in the end", async () => {
  const shown: string[] = [];
  const bar = {
    ...NO_BAR,
    show: ({ what, left }: Progress) => shown.push(`${what}, ${left} left`),
    clear: () => shown.push("cleared"),
  };
  await reviewIn({ ...around, progress: () => bar }, "together-removal-is-pending");

  const [first, ...rest] = shown;
  expect(first).toBe("before the patch: reading files, 1 left");
  expect(rest).toContain("with the patch: reading files, 1 left");
  expect(rest.slice(-2)).toEqual(["with the patch: analysing functions, 1 left", "cleared"]);
});

describe("review --with", () => {
  test("text closes with what becomes live", async () => {
    const { text, status } = await review("together-removal-is-pending", "--with", "with.patch");

    expect(text).toContain(
      'with "[PATCH] exchange: sessions can roam away" applied as well: 1 finding becomes live\n' +
        "  error[early-unlock]: sessions_lock is released too early",
    );
    expect(text).toMatch(/\n {6}\d\. roam: struct session freed by xfree\(s\) \(reviews\/\S+:\d+\)\n/);
    expect(status).toBe(1);
  });

  test("without it nothing is said of the other patch", async () => {
    const { text } = await review("together-removal-is-pending");

    expect(text).not.toContain("applied as well");
  });

  test("json has the finding live, and the other patch behind the reviewed one", async () => {
    const { text } = await review("together-removal-is-pending", "--with", "with.patch", "--format", "json");
    const { patches, findings } = JSON.parse(text);
    const early = findings.find(({ check }: { check: string }) => check === "early-unlock");

    expect(patches.map((patch: { with?: string }) => patch.with)).toEqual([undefined, "after"]);
    expect(early).toMatchObject({ status: "live", change: "introduced", patch: 1, with: "woken" });
    expect(early.conflict.map((step: { function: string }) => step.function)).toContain("roam");
  });

  test("the reply has one paragraph on it", async () => {
    const { text } = await review("together-removal-is-pending", "--with", "with.patch", "--format", "mail");

    expect(text.replace(/\s+/g, " ")).toMatch(
      /With "\[PATCH\] exchange: sessions can roam away" \(<together-removal-is-pending-2@example\.org>\) applied as well, what is said of dial\(\) becomes live: in roam\(\) [^.]*.roam [^.]*struct session freed by xfree\(s\)/,
    );
  });

  test("files that only the other patches name come from the same tree", async () => {
    const { text } = await review("together-in-another-file", "--with", "with.patch");

    expect(text).toContain('with "[PATCH 1/2] exchange: take sessions out" and 1 more patch applied as well');
    expect(text).toMatch(/roam: .*other\.c:\d+/);
  });

  test("what both bring only together counts for the exit status", async () => {
    const alone = await review("together-orders-meet");
    const both = await review("together-orders-meet", "--with", "with.patch");

    expect([alone.status, both.status]).toEqual([0, 1]);
  });

  test.each([
    [
      "neither order",
      "together-conflicts",
      /^--with \S+with\.patch: "\[PATCH\] exchange: owners count from one" applies together with the patch neither after it \(hunk 1 of \S+base\.c: .*\) nor before it \(then, of the patch, hunk 1 of \S+base\.c: .*\)$/,
    ],
    ["the patch itself", "together-with-itself", /is under review itself$/],
  ])("%s: exit 3 with one line", async (_, name, message) => {
    await expect(review(name, "--with", "with.patch")).rejects.toMatchObject({
      status: 3,
      message: expect.stringMatching(message),
    });
  });

  test("a file with no patch in it: exit 3, and the line says that --with named it", async () => {
    await expect(
      review("together-conflicts", "--with", path.join(FIXTURES, "README.md")),
    ).rejects.toMatchObject({
      status: 3,
      message: expect.stringMatching(/^--with: there is no patch/),
    });
  });

  test("no other command takes it", () => {
    expect(() => parseCommandLine(["audit", "a.c", "--with", "b.patch"])).toThrow("has no option --with");
  });
});
