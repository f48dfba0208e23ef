import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PatchError } from "../../base/index.ts";
import { checkoutTopOf, readInputs } from "./input.ts";

let root = "";

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "lockspan-input-")));
  mkdirSync(join(root, "tree/a/b"), { recursive: true });
  mkdirSync(join(root, "tree/.git"));
  writeFileSync(join(root, "tree/a/x.patch"), "x");
});

afterAll(() => rmSync(root, { recursive: true }));

describe("readInputs", () => {
  test("reads files in the order given", async () => {
    const name = join(root, "tree/a/x.patch");
    expect(await readInputs([name, name])).toEqual([
      { name, bytes: Buffer.from("x") },
      { name, bytes: Buffer.from("x") },
    ]);
  });

  test.each([
    ["none.patch", "there is no such file"],
    ["tree", "is a folder, not a file"],
  ])("refuses %s", async (name, message) => {
    const error = await readInputs([join(root, name)]).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PatchError);
    expect((error as PatchError).message).toContain(message);
  });
});

describe("checkoutTopOf", () => {
  test.each([
    ["tree/a/x.patch", "tree"],
    ["tree/a/b", "tree"],
    ["tree", "tree"],
  ])("%s is in %s", async (path, top) => {
    expect(await checkoutTopOf(join(root, path))).toBe(join(root, top));
  });

  test("outside of a checkout there is none", async () => {
    expect(await checkoutTopOf(root)).toBeNull();
  });
});
