import { describe, expect, test } from "vitest";
import type { DriverModel } from "./driver-model.ts";
import { formatLockName, parseLockName } from "./lock-name.ts";
import { matchesFile } from "./matches-file.ts";

const MODEL: DriverModel = {
  id: "toy",
  title: "A toy",
  files: ["drivers/toy/toy.c", "drivers/toy/toy-*.c"],
  locks: [],
  handles: [],
  operationsType: "toy_ops",
  entryPoints: [],
  needs: [],
};

describe("matchesFile", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["drivers/toy/toy.c",             "path"],
    ["/home/me/tree/drivers/toy/toy.c", "path"],
    ["./drivers/toy/toy-v3.c",        "path"],
    ["C:\\tree\\drivers\\toy\\toy.c", "path"],
    ["toy.c",                         "name"],
    ["old/toy.c",                     "name"],
    ["other/drivers/toys/toy-v2.c",   "name"],
    ["drivers/toy/toyXc",             null],
    ["drivers/toy/toy-v3.h",          null],
    ["",                              null],
  ])("%s: %s", (path, how) => {
    expect(matchesFile(MODEL, path)).toBe(how);
  });
});

describe("lock names", () => {
  test.each([
    ["big_lock", { kind: "global", name: "big_lock" }],
    ["box.lock", { kind: "member", struct: "box", field: "lock" }],
  ] as const)("%s", (text, lock) => {
    expect(parseLockName(text)).toEqual(lock);
    expect(formatLockName(lock)).toBe(text);
  });
});
