import { describe, expect, test } from "vitest";
import type { LoadedPacks } from "../rules/index.ts";
import { leftOutOf } from "./analysed-part.ts";

const packs = { drivers: [{ model: { files: ["drivers/bus.c"] } }] } as unknown as LoadedPacks;

const file = (path: string, text: string, length = 100) => ({ path, text: text.padEnd(length) });

const covered = file("drivers/bus.c", "int attach(struct device *dev)\n{\n    return table_find(dev);\n}\n");
const called = file("common/table.c", "int\ntable_find(struct device *dev)\n{\n    return 0;\n}\n");
const calling = file("common/caller.c", "static int probe(void)\n{\n    return attach(bus);\n}\n");
const long = file("common/a.c", "int other(void)\n{\n}\n", 90);
const short = file("common/b.c", "int another(void)\n{\n}\n", 40);

describe("leftOutOf", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // files                                    room  left out
    [[long, short],                             130,  []],
    [[long, short],                             129,  ["common/a.c"]],
    [[covered, called, calling, long, short],   340,  ["common/a.c"]],
    [[covered, called, calling, long, short],   300,  ["common/b.c", "common/a.c"]],
    [[short, long, calling, called, covered],   200,  ["common/table.c", "common/b.c", "common/a.c"]],
    [[covered, short],                          10,   ["common/b.c"]],
  ] as const)("%#: of files of some length, with room for %s characters", (files, room, left) => {
    expect([...leftOutOf(files, packs, room)].sort()).toEqual([...left].sort());
  });

  test("what a driver's pack speaks of is never left out, whatever its length", () => {
    expect(leftOutOf([{ ...covered, text: covered.text.padEnd(1_000) }], packs, 10)).toEqual(new Set());
  });
});
