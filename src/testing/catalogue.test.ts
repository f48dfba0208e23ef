/**
 * Every situation of the test catalogue is covered: by a fixture whose header names it,
 * by a case of fixtures/reviews, or by a test whose title begins with its id.
 *
 * The catalogue has 281 situations in 16 chapters. Which file covers which is read from
 * the files themselves, so that the table below cannot go stale.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseFixture } from "./expectations.ts";
import { FIXTURES } from "./fixture-files.ts";
import type { ReviewCase } from "./review-case.ts";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));

/** Chapter, how many situations it has, what it is about. */
// biome-ignore format: a table is read by its columns
const CHAPTERS = [
  ["A", 32, "shape of a span"],
  ["B", 18, "conditional and failing acquisition"],
  ["C", 22, "which lock it is"],
  ["D", 21, "helpers, wrappers, callees"],
  ["E", 14, "what the caller is known to hold"],
  ["F", 24, "private, published, removed"],
  ["G", 18, "whether it is an access at all"],
  ["H", 17, "pointers"],
  ["I", 23, "macros and the preprocessor"],
  ["J", 17, "escape, staleness, atomicity"],
  ["K", 15, "double lock and order"],
  ["L", 14, "interrupts and allocation"],
  ["M", 10, "reader/writer and special locks"],
  ["N", 12, "entry points, and who runs against whom"],
  ["O", 14, "patches"],
  ["P", 10, "quality of the output"],
] as const;

const SITUATIONS = CHAPTERS.flatMap(([chapter, count]) =>
  Array.from({ length: count }, (_, at) => `${chapter}${String(at + 1).padStart(2, "0")}`),
);

/** Situation → files, by their path in the project. */
const coverage = new Map<string, string[]>();

for (const file of filesUnder(FIXTURES, /\.c$/)) cover(`fixtures/${file}`, situationsOfFixture(file));
for (const file of filesUnder(FIXTURES, /(?:^|\/)expect\.json$/)) {
  cover(`fixtures/${file}`, (JSON.parse(readText(FIXTURES, file)) as ReviewCase).situation);
}
for (const file of filesUnder(SOURCES, /\.test\.ts$/)) cover(`src/${file}`, situationsOfTests(file));

describe("the catalogue", () => {
  test("has 281 situations", () => {
    expect(SITUATIONS).toHaveLength(281);
  });

  test.each(CHAPTERS)("chapter %s, %i situations: %s", (chapter) => {
    const bare = SITUATIONS.filter((id) => id.startsWith(chapter) && !coverage.has(id));

    expect(bare, "situations that no file covers").toEqual([]);
  });

  test("no file names a situation that does not exist", () => {
    const strange = [...coverage].filter(([id]) => !SITUATIONS.includes(id));

    expect(strange).toEqual([]);
  });
});

function cover(file: string, situations: readonly string[]): void {
  for (const id of situations) coverage.set(id, [...(coverage.get(id) ?? []), file]);
}

/** Parts of a program, and sources that are no fixtures, have no header. */
function situationsOfFixture(file: string): readonly string[] {
  const text = readText(FIXTURES, file);
  return /^\s*\/\*[\s*]*fixture:/.test(text) ? parseFixture(text).header.situations : [];
}

/** The ids that a title begins with. */
function situationsOfTests(file: string): string[] {
  const titles = readText(SOURCES, file).matchAll(/\btest(?:\.\w+)*\(\s*["'`]((?:[A-P]\d\d, )*[A-P]\d\d): /g);
  return [...titles].flatMap(([, ids = ""]) => ids.split(", "));
}

function filesUnder(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => name.test(file))
    .sort();
}

function readText(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}
