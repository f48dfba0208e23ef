import { describe, expect, test } from "vitest";
import type { Pack } from "../rules/index.ts";
import { headersFor } from "../rules/index.ts";
import { separatePrograms } from "./separate-programs.ts";

const pack = (id: string, types: Readonly<Record<string, string>>): Pack => ({
  model: {
    id,
    title: id,
    files: [`drivers/${id}.c`],
    headers: [`drivers/${id}.h`],
    locks: [],
    handles: [],
    operationsType: "ops",
    entryPoints: [],
    needs: [],
    types: Object.entries(types).map(([struct, fields]) => ({ struct, fields: fields.split(" "), says: id })),
  },
  rules: [],
});
const PACKS = [
  pack("old", { box: "lock list" }),
  pack("new", { box: "lock tree" }),
  pack("other", { tin: "lid" }),
];

describe("files that cannot be one program", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // files                                    programs
    ["old.c other.c common.c",                  ["old.c other.c common.c"]],
    ["old.c new.c common.c",                    ["old.c common.c", "new.c common.c"]],
    ["new.c new.h old.c old.h",                 ["new.c new.h", "old.c old.h"]],
    ["old.c new.c other.c",                     ["old.c other.c", "new.c"]],
    ["common.c",                                ["common.c"]],
  ])("%s", (names, programs) => {
    const files = names.split(" ").map((name) => ({ path: `drivers/${name}`, text: "" }));
    const separated = separatePrograms(files, PACKS).map((own) => own.map(({ path }) => path.slice(8)).join(" "));
    expect(separated).toEqual(programs);
  });
});

describe("headers that a pack wants", () => {
  test.each([
    ["drivers/old.c", ["drivers/old.h"]],
    ["/home/me/tree/drivers/old.c", ["/home/me/tree/drivers/old.h"]],
    // A name alone does not say where the tree's top is.
    ["old.c", []],
    ["drivers/common.c", []],
  ])("beside %s", (path, headers) => {
    expect(headersFor(PACKS, [path]).map((wanted) => wanted.path)).toEqual(headers);
  });

  test("not when it is analysed itself", () => {
    expect(headersFor(PACKS, ["drivers/old.c", "drivers/old.h"])).toEqual([]);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    // files                                          programs
    ["arch/x86/mm.c common/a.c arch/arm/mm.c",        ["common/a.c arch/arm/mm.c", "arch/x86/mm.c common/a.c"]],
    ["arch/x86/mm.c arch/x86/cpu/mtrr.c common/a.c",  ["arch/x86/mm.c arch/x86/cpu/mtrr.c common/a.c"]],
    ["arch/readme.c drivers/arch.c common/a.c",       ["arch/readme.c drivers/arch.c common/a.c"]],
  ])("of a build for one architecture: %s", (names, programs) => {
    const files = names.split(" ").map((path) => ({ path, text: "" }));
    const separated = separatePrograms(files, PACKS, new Set(["arch"])).map((own) => own.map(({ path }) => path).join(" "));
    expect(separated).toEqual(programs);
  });

  test("of a whole tree a further driver is read with what is near it", () => {
    const far = Array.from({ length: 200 }, (_, at) => ({ path: `common/file${at}.c`, text: "" }));
    const near = ["drivers/old.c", "drivers/new.c", "drivers/common.c", "main.c", "include/all.h"];
    const files = [...far, ...near.map((path) => ({ path, text: "" }))];
    const [first, second, ...others] = separatePrograms(files, PACKS).map((own) =>
      own.map(({ path }) => path),
    );
    expect(others).toEqual([]);
    expect(first).toHaveLength(files.length - 1);
    expect(second).toEqual(["drivers/new.c", "drivers/common.c", "main.c", "include/all.h"]);
  });
});
