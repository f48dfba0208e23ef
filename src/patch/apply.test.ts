import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "../base/index.ts";
import { type ApplyResult, applyFileDiff, hunkLineOf } from "./apply.ts";
import type { FileDiff } from "./patch.ts";
import { textFileOf, textOf } from "./text-file.ts";
import { parseUnifiedDiff } from "./unified-diff.ts";

function diffOf(hunks: string): FileDiff {
  const { files, damage } = parseUnifiedDiff(`--- a/l.c\n+++ b/l.c\n${hunks}`);
  expect(damage).toEqual([]);
  return files[0] as FileDiff;
}

function afterOf(result: ApplyResult): string | null {
  if (result.kind === "rejected") throw new Error(result.why);
  return result.after === null ? null : textOf(result.after);
}

const NUMBERS = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join("");
const AT_10 = "@@ -9,3 +9,3 @@\n 9\n-10\n+ten\n 11\n";

describe("applyFileDiff", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["at its line",             NUMBERS,                  AT_10,                                         NUMBERS.replace("10\n", "ten\n")],
    ["further down",            `a\nb\n${NUMBERS}`,       AT_10,                                         `a\nb\n${NUMBERS.replace("10\n", "ten\n")}`],
    ["further up",              NUMBERS.slice(4),         AT_10,                                         NUMBERS.slice(4).replace("10\n", "ten\n")],
    ["at the nearer place",     `x\ny\nx\ny\nx\ny\nx\n`,  "@@ -3,3 +3,3 @@\n x\n-y\n+z\n x\n",          "x\ny\nx\nz\nx\ny\nx\n"],
    ["at the end",              "a\nb\n",                 "@@ -1,2 +1,3 @@\n a\n b\n+c\n",              "a\nb\nc\n"],
    ["at the start",            "a\nb\n",                 "@@ -1,2 +1,3 @@\n+c\n a\n b\n",              "c\na\nb\n"],
    ["taking the newline",      "a\nb\n",                 "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n", "a\nb"],
    ["bringing the newline",    "a\nb",                   "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n", "a\nb\n"],
    ["to a CRLF file",          "a\r\nb\r\nc\r\n",        "@@ -1,3 +1,3 @@\n a\r\n-b\r\n+d\r\n c\r\n",  "a\r\nd\r\nc\r\n"],
    ["whose CR the mail took",  "a\r\nb\r\nc\r\n",        "@@ -1,3 +1,3 @@\n a\n-b\n+d\n c\n",          "a\r\nd\r\nc\r\n"],
    ["without context",         "a\nb\nc\n",              "@@ -2 +2 @@\n-b\n+d\n",                      "a\nd\nc\n"],
    ["two hunks",               NUMBERS,                  `@@ -1,2 +1,3 @@\n+0\n 1\n 2\n@@ -9,3 +10,3 @@\n 9\n-10\n+ten\n 11\n`, `0\n${NUMBERS.replace("10\n", "ten\n")}`],
  ] as const)("applies %s", (_, base, hunks, expected) => {
    expect(afterOf(applyFileDiff(textFileOf(base), diffOf(hunks)))).toBe(expected);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["other context",        NUMBERS.replace("11\n", "eleven\n"), AT_10,                                1, 11,   "context differs at line 11: the patch expects «11», the file has «eleven»"],
    ["already there",        NUMBERS.replace("10\n", "ten\n"),    AT_10,                                1, 9,    "the file has this change already"],
    ["too short",            "1\n2\n",                            AT_10,                                1, null, "the patch expects «9» behind line 2, where the file ends"],
    ["a missing newline",    "a\nb",                              "@@ -1,2 +1,2 @@\n a\n-b\n+c\n",      1, 2,    "line 2 ends the file without a newline, which the patch expects"],
    ["a newline too many",   "a\nb\n",                            "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n", 1, 2, "line 2 has a newline, where the patch expects the file to end without one"],
    ["not at the end",       "a\nb\nc\n",                         "@@ -1,2 +1,3 @@\n a\n b\n+d\n",      1, 1,    "it belongs at the end of the file, where other lines stand"],
    ["mixed line ends",      "a\r\nb\nc\r\n",                     "@@ -1,3 +1,3 @@\n a\n-b\n+d\n c\n",  1, 1,    "context differs at line 1: the patch expects «a», the file has «a\r»"],
    ["a file in the way",    "a\n",                               "@@ -0,0 +1 @@\n+b\n",                1, null, "the patch expects an empty file"],
    ["the second hunk",      NUMBERS,                             `${AT_10}@@ -15,2 +15,1 @@\n 15\n-17\n`, 2, 16, "context differs at line 16: the patch expects «17», the file has «16»"],
  ] as const)("rejects %s", (_, base, hunks, hunk, line, why) => {
    expect(applyFileDiff(textFileOf(base), diffOf(hunks))).toEqual({ kind: "rejected", hunk, line, why });
  });

  test("a hunk may not slide further than the limit", () => {
    const base = textFileOf(`a\nb\nc\n${NUMBERS}`);
    expect(applyFileDiff(base, diffOf(AT_10), { slide: 3 }).kind).toBe("applied");
    expect(applyFileDiff(base, diffOf(AT_10), { slide: 2 }).kind).toBe("rejected");
  });

  test("creates, deletes and misses files", () => {
    const created = { ...diffOf("@@ -0,0 +1 @@\n+a\n"), kind: "created" as const, oldPath: null };
    const deleted = { ...diffOf("@@ -1 +0,0 @@\n-a\n"), kind: "deleted" as const, newPath: null };
    expect(afterOf(applyFileDiff(null, created))).toBe("a\n");
    expect(applyFileDiff(textFileOf("b\n"), created)).toMatchObject({
      kind: "rejected",
      why: "the file exists already",
    });
    expect(afterOf(applyFileDiff(textFileOf("a\n"), deleted))).toBeNull();
    expect(applyFileDiff(null, diffOf(AT_10))).toMatchObject({
      kind: "rejected",
      why: "there is no such file in the base",
    });
  });

  test("refuses a damaged hunk as a mistake of the caller", () => {
    const damaged = parseUnifiedDiff("--- a/l.c\n+++ b/l.c\n@@ -1,3 +1,3 @@\n a\n").files[0] as FileDiff;
    expect(() => applyFileDiff(textFileOf("a\n"), damaged)).toThrow(InvariantError);
  });

  test("says where a slid hunk lies, and which of its lines is which line of the file", () => {
    const result = applyFileDiff(textFileOf(`a\nb\n${NUMBERS}`), diffOf(AT_10));
    const [placed] = result.kind === "applied" ? result.placed : [];
    expect(placed).toMatchObject({ index: 1, oldStart: 11, newStart: 11 });
    if (placed === undefined) return;
    expect([11, 12, 13, 14].map((line) => hunkLineOf(placed, "new", line))).toEqual([0, 2, 3, null]);
    expect([11, 12, 13, 14].map((line) => hunkLineOf(placed, "old", line))).toEqual([0, 1, 3, null]);
  });

  test("maps lines, and names the hunk of each changed one", () => {
    const hunks = "@@ -1,2 +1,3 @@\n+0\n 1\n 2\n@@ -9,3 +10,2 @@\n 9\n-10\n 11\n";
    const result = applyFileDiff(textFileOf(NUMBERS), diffOf(hunks));
    if (result.kind !== "applied") throw new Error(result.why);
    const { lineMap } = result;
    expect([...lineMap.added]).toEqual([[1, 1]]);
    expect([...lineMap.removed]).toEqual([[10, 2]]);
    expect([1, 9, 10, 11, 20, 21].map(lineMap.newLineOf)).toEqual([2, 10, null, 11, 20, null]);
    expect([0, 1, 2, 11, 20, 21].map(lineMap.oldLineOf)).toEqual([null, null, 1, 11, 20, null]);
  });
});

/** A diff of two texts of `l.c` as git makes it. */
function gitDiff(base: string, after: string, context: number): string {
  const folder = mkdtempSync(join(tmpdir(), "lockspan-diff-"));
  try {
    writeFileSync(join(folder, "old"), base);
    writeFileSync(join(folder, "new"), after);
    execFileSync("git", ["diff", "--no-index", `-U${context}`, "old", "new"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return "";
  } catch (error) {
    // git exits with 1 when the files differ; the diff is on its output.
    const diff = String((error as { stdout: Buffer }).stdout);
    return diff.replaceAll("a/old", "a/l.c").replaceAll("b/new", "b/l.c");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("properties", () => {
  const text = fc
    .tuple(
      fc.array(fc.constantFrom("a", "b", "c", "", "{", "}\r"), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
    )
    .map(([lines, newline]) => lines.join("\n") + (newline ? "\n" : ""))
    .filter((each) => each !== "");

  test("applying the diff from one text to another gives the other, and the line map is true", () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 3 }), (base, after, context) => {
        fc.pre(base !== after);
        const [diff] = parseUnifiedDiff(gitDiff(base, after, context)).files;
        if (diff === undefined) throw new Error("git made no diff");
        const old = textFileOf(base);
        const result = applyFileDiff(old, diff);
        expect(afterOf(result)).toBe(after);
        if (result.kind !== "applied" || result.after === null) return;
        const { lineMap } = result;
        let previous = 0;
        for (const [index, line] of old.lines.entries()) {
          const newLine = lineMap.newLineOf(index + 1);
          expect(newLine === null).toBe(lineMap.removed.has(index + 1));
          if (newLine === null) continue;
          expect(result.after.lines[newLine - 1]).toBe(line);
          expect(lineMap.oldLineOf(newLine)).toBe(index + 1);
          expect(newLine).toBeGreaterThan(previous);
          previous = newLine;
        }
        const kept = old.lines.length - lineMap.removed.size;
        expect(kept + lineMap.added.size).toBe(result.after.lines.length);
      }),
      { numRuns: 60 },
    );
  });

  test("git apply takes the same diffs to moved and changed texts, and makes the same of them", () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom("a", "b", "x", null)), { maxLength: 2 });
    fc.assert(
      fc.property(text, text, edits, fc.nat(3), (base, after, changes, shift) => {
        fc.pre(base !== after);
        const other = changes.reduce(edit, "y\n".repeat(shift) + base);
        fc.pre(other !== "" && !hasCrlfThroughout(other));
        const diffText = gitDiff(base, after, 2);
        // Without context we take a hunk at the line that it names; git asks for --unidiff-zero first.
        fc.pre(/^ /m.test(diffText));
        fc.pre(!isTakenByItsBeginning(other, diffText));
        expect(appliedTo(other, diffText)).toBe(gitApply(other, diffText));
      }),
      { numRuns: 80 },
    );
  });

  test("a diff fits a text that only grew lines above it, and git apply agrees", () => {
    const distinct = fc
      .integer({ min: 4, max: 12 })
      .map((count) => Array.from({ length: count }, (_, i) => `line ${i}`));
    fc.assert(
      fc.property(distinct, fc.nat(), fc.nat(3), (lines, at, shift) => {
        const base = `${lines.join("\n")}\n`;
        const after = edit(base, [at % lines.length, "changed"]);
        const above = "y\n".repeat(shift);
        const diffText = gitDiff(base, after, 2);
        // A hunk whose first line is the first of the file belongs there, and nowhere below.
        fc.pre(shift === 0 || at % lines.length > 2);
        expect(appliedTo(above + base, diffText)).toBe(above + after);
        expect(gitApply(above + base, diffText)).toBe(above + after);
      }),
      { numRuns: 40 },
    );
  });
});

/**
 * Git looks only at the beginning of a line that the hunk has without a newline, and loses the
 * rest: of `a\na` it may take the first line for such an `a`, and makes `aa` of what follows.
 */
function isTakenByItsBeginning(text: string, diffText: string): boolean {
  const bare = /^[ -](.*)\n\\ No newline/m.exec(diffText)?.[1];
  if (bare === undefined) return false;
  const lines = text.split("\n");
  return lines.some((line, at) => line.startsWith(bare) && !(line === bare && at === lines.length - 1));
}

/** A file with CRLF throughout gets the CR back that a mail took: git refuses those. */
function hasCrlfThroughout(text: string): boolean {
  return text
    .split("\n")
    .slice(0, -1)
    .every((line) => line.endsWith("\r"));
}

/** What we make of a diff of `l.c` on another text than it was made from; null when it fits nowhere. */
function appliedTo(text: string, diffText: string): string | null {
  const [diff] = parseUnifiedDiff(diffText).files;
  if (diff === undefined) throw new Error("git made no diff");
  const result = applyFileDiff(textFileOf(text), diff);
  return result.kind === "applied" ? afterOf(result) : null;
}

/** Replaces or, with null, removes one line. */
function edit(base: string, [at, line]: readonly [number, string | null]): string {
  const lines = base.split("\n");
  lines.splice(at % lines.length, 1, ...(line === null ? [] : [line]));
  return lines.join("\n");
}

/** What git makes of it; null when git refuses. */
function gitApply(base: string, diff: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), "lockspan-apply-"));
  try {
    writeFileSync(join(folder, "l.c"), base);
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input: diff,
      stdio: ["pipe", "ignore", "ignore"],
    });
    return readFileSync(join(folder, "l.c"), "utf8");
  } catch {
    // A refusal is an answer here.
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
