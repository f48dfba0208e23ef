import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeDamage, type FileDiff } from "./patch.ts";
import { hasDiff, parseUnifiedDiff } from "./unified-diff.ts";

const HUNK = "@@ -1,2 +1,2 @@ static void lamp(void)\n a\n-b\n+c\n";
const GIT = "diff --git a/x/l.c b/x/l.c\n";

function only(text: string): FileDiff {
  const { files, damage } = parseUnifiedDiff(text);
  expect(damage).toEqual([]);
  expect(files).toHaveLength(1);
  return files[0] as FileDiff;
}

describe("parseUnifiedDiff reads", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["git's format",        `${GIT}index 1234567..89abcde 100644\n--- a/x/l.c\n+++ b/x/l.c\n${HUNK}`,                   { kind: "modified", oldPath: "x/l.c", newPath: "x/l.c", oldBlob: "1234567", newBlob: "89abcde", oldMode: "100644" }],
    ["no diff --git line",  `--- a/x/l.c\n+++ b/x/l.c\n${HUNK}`,                                                        { kind: "modified", oldPath: "x/l.c", newPath: "x/l.c", oldBlob: null }],
    ["time stamps",         `--- x.orig/l.c\t2026-01-01 10:00:00.0 +0100\n+++ x/l.c\t2026-01-02 10:00:00.0 +0100\n${HUNK}`, { oldPath: "l.c", newPath: "l.c" }],
    ["a kept copy",         `--- x/l.c.orig 2026-01-01 10:00:00\n+++ x/l.c 2026-01-02 10:00:00\n${HUNK}`,               { oldPath: "x/l.c", newPath: "x/l.c" }],
    ["no prefix",           `diff --git b/l.c b/l.c\n--- b/l.c\n+++ b/l.c\n${HUNK}`,                                    { oldPath: "b/l.c", newPath: "b/l.c" }],
    ["mnemonic prefixes",   `diff --git i/x/l.c w/x/l.c\n--- i/x/l.c\n+++ w/x/l.c\n${HUNK}`,                            { oldPath: "x/l.c", newPath: "x/l.c" }],
    ["a new file",          `${GIT}new file mode 100644\nindex 000000000..1234567\n--- /dev/null\n+++ b/x/l.c\n@@ -0,0 +1 @@\n+a\n`, { kind: "created", oldPath: null, newPath: "x/l.c", oldBlob: null, newBlob: "1234567" }],
    ["an empty new file",   `${GIT}new file mode 100644\nindex 0000000..e69de29\n`,                                     { kind: "created", oldPath: null, newPath: "x/l.c", hunks: [] }],
    ["a deleted file",      `${GIT}deleted file mode 100644\nindex 1234567..0000000\n--- a/x/l.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n`, { kind: "deleted", oldPath: "x/l.c", newPath: null, newBlob: null }],
    ["a mode change",       `${GIT}old mode 100644\nnew mode 100755\n`,                                                 { kind: "modified", oldMode: "100644", newMode: "100755", hunks: [] }],
    ["a rename",            "diff --git a/a b.c b/c d.c\nsimilarity index 100%\nrename from a b.c\nrename to c d.c\n",  { kind: "renamed", oldPath: "a b.c", newPath: "c d.c" }],
    ["a copy",              "diff --git a/a.c b/c.c\nsimilarity index 90%\ncopy from a.c\ncopy to c.c\n",               { kind: "copied", oldPath: "a.c", newPath: "c.c" }],
    ["a binary file",       "diff --git a/l.png b/l.png\nindex 1..2\nBinary files a/l.png and b/l.png differ\n",        { binary: true, newPath: "l.png", hunks: [] }],
    ["binary data",         "diff --git a/l.png b/l.png\nindex 12345..23456 100644\nGIT binary patch\nliteral 2\nJcmZ\n+xy\n\ndelta 1\nJcm\n\n", { binary: true, hunks: [] }],
    ["a quoted name",       'diff --git "a/gr\\303\\274n.c" "b/gr\\303\\274n.c"\nold mode 100644\nnew mode 100755\n',   { newPath: "grün.c" }],
    ["a name with blanks",  "diff --git a/my lamp.c b/my lamp.c\nold mode 100644\nnew mode 100755\n",                   { newPath: "my lamp.c" }],
    ["CRLF from transport", `${GIT}--- a/x/l.c\n+++ b/x/l.c\n${HUNK}`.replaceAll("\n", "\r\n"),                         { newPath: "x/l.c" }],
  ] as const)("%s", (_, text, expected) => {
    expect(only(text)).toMatchObject(expected);
    expect(only(`Some prose.\n---\n l.c | 2 +-\n\n${text}-- \n2.39.5\n`)).toMatchObject(expected);
  });

  test("a hunk's header, section and lines as written", () => {
    const [hunk] = only(`--- a/l.c\n+++ b/l.c\n${HUNK}\\ No newline at end of file\n`).hunks;
    expect(hunk).toEqual({
      oldStart: 1,
      oldCount: 2,
      newStart: 1,
      newCount: 2,
      section: "static void lamp(void)",
      header: "@@ -1,2 +1,2 @@ static void lamp(void)",
      lines: [
        { kind: "context", text: "a", newline: true },
        { kind: "removed", text: "b", newline: true },
        { kind: "added", text: "c", newline: false },
      ],
    });
  });

  test("a file's own CR stays, the transport's goes", () => {
    const own = `--- a/l.c\n+++ b/l.c\n@@ -1 +1 @@\n-a\r\n+b\r\n`;
    expect(only(own).hunks[0]?.lines[0]?.text).toBe("a\r");
    expect(only(own.replaceAll("\n", "\r\n")).hunks[0]?.lines[0]?.text).toBe("a\r");
  });

  test("removed and added lines that look like a header", () => {
    const text = "--- a/l.c\n+++ b/l.c\n@@ -1,2 +1,2 @@\n--- old\n+++ new\n x\n";
    expect(only(text).hunks[0]?.lines.map((line) => line.text)).toEqual(["-- old", "++ new", "x"]);
  });

  test("an empty context line whose blank was lost", () => {
    expect(only("--- a/l.c\n+++ b/l.c\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n").hunks[0]?.lines[1]).toMatchObject({
      kind: "context",
      text: "",
    });
  });
});

describe("parseUnifiedDiff says what is damaged", () => {
  const SIDES = "--- a/l.c\n+++ b/l.c\n";
  // biome-ignore format: a table is read by its columns
  test.each([
    ["cut off",           `${SIDES}@@ -1,3 +1,3 @@\n a\n-b\n`,                "hunk 1 of l.c: ends after 2 of 3 old and 1 of 3 new lines: the text is cut off"],
    ["wrapped",           `${SIDES}@@ -1,2 +1,2 @@\n a\n-b\nbb\n+c\n`,        "hunk 1 of l.c: ends after 2 of 2 old and 1 of 2 new lines, at «bb»: a line was wrapped or lost"],
    ["miscounted",        `${SIDES}@@ -1,1 +1,2 @@\n a\n-b\n+c\n`,            "hunk 1 of l.c: does not have the 1 old and 2 new lines that its header says"],
    ["surplus",           `${SIDES}${HUNK}+d\n`,                              "hunk 1 of l.c: has more lines than its header says («+d»)"],
    ["second hunk",       `${SIDES}${HUNK}@@ -9,2 +9,2 @@\n a\n`,             "hunk 2 of l.c: ends after 1 of 2 old and 1 of 2 new lines: the text is cut off"],
    ["broken header",     `${SIDES}@@ -1,x +1,2 @@\n a\n`,                    "hunk 1 of l.c: has a broken header («@@ -1,x +1,2 @@»)"],
    ["overlap",           `${SIDES}${HUNK}${HUNK}`,                           "hunk 2 of l.c: starts before the previous hunk ends"],
    ["no names",          `${HUNK}`,                                          "a hunk without file names in front of it («@@ -1,2 +1,2 @@ static void lamp(void)»)"],
    ["no hunk",           `${GIT}index 12345..23456 100644\n`,                "x/l.c: names the file and then has no hunk"],
    ["the same twice",    `${SIDES}${HUNK}${SIDES}${HUNK}`,                   "l.c: is changed twice in one patch"],
    ["climbing",          `--- a/../l.c\n+++ b/../l.c\n${HUNK}`,              'a file name with "..": "../l.c"'],
    ["climbing prefix",   `--- ../l.c\n+++ b/l.c\n${HUNK}`,                   'a file name with "..": "../l.c"'],
    ["absolute",          `--- a//l.c\n+++ b//l.c\n${HUNK}`,                  'an absolute file name: "/l.c"'],
    ["backslash",         `--- a/x\\..\\l.c\n+++ b/x\\..\\l.c\n${HUNK}`,      'a file name with a backslash: "x\\\\..\\\\l.c"'],
    ["drive",             `--- C:/l.c\n+++ C:/l.c\n${HUNK}`,                  'an absolute file name: "C:/l.c"'],
    ["NUL",               `--- "a/l\\000.c"\n+++ "b/l\\000.c"\n${HUNK}`,      'a file name with a NUL byte: "l\\u0000.c"'],
    [".git",              `--- a/.git/config\n+++ b/.git/config\n${HUNK}`,    'a file name inside .git: ".git/config"'],
    ["rename climbing",   "diff --git a/l.c b/m.c\nrename from l.c\nrename to ../m.c\n", 'a file name with "..": "../m.c"'],
    ["empty",             `--- a/\n+++ b/\n${HUNK}`,                          'an empty file name: ""'],
  ] as const)("%s", (_, text, expected) => {
    const [first] = parseUnifiedDiff(text).damage;
    expect(first === undefined ? null : describeDamage(first)).toBe(expected);
  });

  test("no cut of a whole diff is a shorter diff", () => {
    const whole = `${GIT}index 12345..23456 100644\n--- a/x/l.c\n+++ b/x/l.c\n${HUNK}@@ -8,2 +8,3 @@\n x\n+y\n z\n`;
    const lines = whole.split("\n");
    const hunkStarts = new Set([0, 4 + 4]);
    for (let end = 1; end < lines.length - 1; end += 1) {
      const { files, damage } = parseUnifiedDiff(`${lines.slice(0, end).join("\n")}\n`);
      // Cut exactly between two hunks nothing is missing that the text could tell.
      const isWholeSoFar = hunkStarts.has(end);
      expect([end, damage.length > 0 || files.length === 0 || isWholeSoFar]).toEqual([end, true]);
    }
  });
});

describe("parseUnifiedDiff never throws", () => {
  const piece = fc.constantFrom(
    GIT,
    HUNK,
    "--- a/l.c\n",
    "+++ b/l.c\n",
    "@@ -1 +1 @@\n",
    "+\n",
    "-- \n",
    'rename from "\n',
    "index 0..0\n",
    " \n",
    "\\ No newline\n",
    "\r\n",
    "GIT binary patch\n",
    "literal 5\n",
  );
  test("on pieces of diffs in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const { files } = parseUnifiedDiff(pieces.join(""));
        expect(files.every((file) => file.hunks.length >= 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("hasDiff", () => {
  test.each([
    [`${GIT}x`, true],
    [`--- a/l.c\n+++ b/l.c\n${HUNK}`, true],
    [`> ${GIT}`, false],
    ["---\n l.c | 2 +-\n", false],
  ] as const)("%j: %s", (text, expected) => {
    expect(hasDiff(text)).toBe(expected);
  });
});
