/** A review that was kept is served for what it was made from, and for nothing else. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openResultCache, resolveBase } from "../adapters/index.ts";
import { readMessages, selectPatches } from "../patch/index.ts";
import { renderJson } from "../reports/index.ts";
import { type Review, reviewSeries, type SeriesInput } from "../review/index.ts";
import { DEMO_TREE, mailOf, PATCH } from "../testing/bot/mails.ts";
import { shippedPacks } from "../testing/xen/xen-packs.ts";
import { keptReview } from "./kept-review.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "lockspan-kept-"));
  writeFileSync(join(home, "program.js"), "the program");
});
afterEach(() => rmSync(home, { recursive: true }));

const cacheOf = (given: { readonly version?: string; readonly rules?: readonly string[] } = {}) =>
  openResultCache({
    env: { LOCKSPAN_CACHE: join(home, "cache") },
    version: "1.0.0",
    program: pathToFileURL(`${home}/`),
    rules: ["rules", "approach-b"],
    ...given,
  });

async function demo(id = "1@x"): Promise<SeriesInput> {
  const selection = selectPatches(readMessages(mailOf({ id, body: `x\n---\n${PATCH}` }).bytes));
  const base = await resolveBase(DEMO_TREE, selection, { base: null });
  const packs = await shippedPacks();
  const beside = { headers: [{ path: "xen/a.h", text: "struct a;" }], callers: [] };
  return { patches: selection.patches, base, beside, packs, profile: "approach-b", scope: "introduced" };
}

/** Reviews, or takes what was kept. @returns the review, and whether it was made */
async function asked(input: SeriesInput, cache = cacheOf()) {
  const make = vi.fn((): Review => reviewSeries(input).review);
  const review = keptReview(await cache, input, make);
  return { review, made: make.mock.calls.length === 1 };
}

test("what another process has reviewed comes out as if it had been reviewed again", async () => {
  const first = await asked(await demo());
  const second = await asked(await demo());
  expect([first.made, second.made]).toEqual([true, false]);
  expect(first.review.findings.length).toBeGreaterThan(0);
  expect(second.review).toEqual(first.review);
  expect(renderJson(second.review)).toBe(renderJson(first.review));
});

test("nothing stale is served", async () => {
  const input = await demo();
  await asked(input);
  const { base, beside } = input;
  const [file] = base.files;
  if (file === undefined) throw new Error("the patch names no file");
  const others: readonly (readonly [string, SeriesInput])[] = [
    ["another mail", await demo("2@x")],
    ["another text", { ...input, base: { ...base, files: [{ ...file, text: `${file.text}\n` }] } }],
    ["no text", { ...input, base: { ...base, files: [{ ...file, text: null }] } }],
    ["another commit", { ...input, base: { ...base, commit: "1".repeat(40) } }],
    ["another header", { ...input, beside: { ...beside, headers: [] } }],
    ["a header that calls", { ...input, beside: { headers: [], callers: beside?.headers ?? [] } }],
    ["another scope", { ...input, scope: "all" }],
  ];
  const none = { ...(await asked(input)).review, findings: [] };
  for (const [what, other] of others) {
    const make = vi.fn(() => none);
    keptReview(await cacheOf(), other, make);
    expect(make, what).toHaveBeenCalledOnce();
  }
  expect((await asked(input, cacheOf({ version: "1.0.1" }))).made).toBe(true);
  expect((await asked(input, cacheOf({ rules: ["other rules", "approach-b"] }))).made).toBe(true);
  expect((await asked(input, cacheOf({ rules: ["rules", "list"] }))).made).toBe(true);
  expect((await asked(input)).made).toBe(false);
  writeFileSync(join(home, "program.js"), "another build");
  expect((await asked(input)).made).toBe(true);
});

test("a damaged review is made again", async () => {
  const first = await asked(await demo());
  const folder = join(home, "cache");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/^..\/[0-9a-f]+$/.test(name)) continue;
    writeFileSync(join(folder, name), readFileSync(join(folder, name)).subarray(0, -1));
  }
  const second = await asked(await demo());
  expect(second.made).toBe(true);
  expect(second.review).toEqual(first.review);
});
