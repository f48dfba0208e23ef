import { expect, test } from "vitest";
import { FileNames } from "./file-names.ts";

test.each([
  [["a/b/c.c"], ["c.c"]],
  [
    ["a/c.c", "b/c.c", "b/d.c"],
    ["a/c.c", "b/c.c", "d.c"],
  ],
  [
    ["x/a/c.c", "y/a/c.c", "a/c.c"],
    ["x/a/c.c", "y/a/c.c", "a/c.c"],
  ],
  [["c.c", "c.c"], ["c.c"]],
  [["a/c.c/"], ["c.c/"]],
])("%j are called %j", (files, names) => {
  const made = new FileNames(files);

  expect([...new Set(files)].map((file) => made.short(file))).toEqual(names);
});

test("a name that nobody gave stays as it is", () => {
  expect(new FileNames([]).short("a/b.c")).toBe("a/b.c");
});
