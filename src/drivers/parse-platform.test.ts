import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../base/index.ts";
import type { Platform } from "./driver-model.ts";
import { parsePlatform } from "./parse-platform.ts";
import { platformOf } from "./platform.ts";

function shippedFiles() {
  return readdirSync("rules/xen")
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ path: `rules/xen/${name}`, text: readFileSync(`rules/xen/${name}`, "utf8") }));
}

describe("the shipped Xen pack", () => {
  let xen: Platform;
  beforeAll(async () => {
    xen = platformOf(await parsePlatform(shippedFiles()));
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    // call                      does           lock                      mode         interrupts   flags  recursive
    ["spin_lock",                "acquire",     { arg: 0 },               "exclusive", "unchanged", null,  false],
    ["spin_lock_irqsave",        "acquire",     { arg: 0 },               "exclusive", "save",      1,     false],
    ["spin_unlock_irqrestore",   "release",     { arg: 0 },               "exclusive", "restore",   1,     false],
    ["spin_lock_irq",            "acquire",     { arg: 0 },               "exclusive", "off",       null,  false],
    ["spin_trylock",             "try-acquire", { arg: 0 },               "exclusive", "unchanged", null,  false],
    ["rspin_lock",               "acquire",     { arg: 0 },               "exclusive", "unchanged", null,  true],
    ["nrspin_lock",              "acquire",     { arg: 0 },               "exclusive", "unchanged", null,  false],
    ["read_lock",                "acquire",     { arg: 0 },               "shared",    "unchanged", null,  false],
    ["write_unlock_irqrestore",  "release",     { arg: 0 },               "exclusive", "restore",   1,     false],
    ["rw_is_locked",             "test-held",   { arg: 0 },               "shared",    "unchanged", null,  false],
    ["rw_is_write_locked",       "test-held",   { arg: 0 },               "exclusive", "unchanged", null,  false],
    ["percpu_read_lock",         "acquire",     { arg: 1 },               "shared",    "unchanged", null,  false],
    ["pcidevs_lock",             "acquire",     { global: "pcidevs_lock" }, "exclusive", "unchanged", null, true],
    ["pcidevs_locked",           "test-held",   { global: "pcidevs_lock" }, "exclusive", "unchanged", null, true],
  ] as const)("%s", (name, kind, lock, mode, interrupts, flagsArg, recursive) => {
    const effect = xen.functions.get(name)?.lock;
    expect(effect).toMatchObject({ kind, lock, mode, interrupts, flagsArg, recursive });
    expect(effect?.own === true).toBe(name === "pcidevs_locked");
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["list_add",        { publishes: [{ object: 0, into: 1 }], writes: [0, 1] }],
    ["hlist_add_after", { publishes: [{ object: 1, into: 0 }] }],
    ["rb_erase",        { unpublishes: [0] }],
    ["xzalloc",         { allocates: true, frees: null }],
    ["_xrealloc",       { allocates: true, frees: 0 }],
    ["xfree",           { frees: 0 }],
    ["panic",           { noReturn: true }],
    ["domain_crash",    { noReturn: false }],
    ["ASSERT_UNREACHABLE", { noReturn: true, debugOnly: true }],
    ["ACCESS_ONCE",     { transparent: 0 }],
    ["IS_ERR",          { tests: { arg: 0, for: "error-pointer" } }],
    ["PTR_ERR",         { errorPointer: { arg: 0, gives: "number-of" } }],
    ["local_irq_save",  { interrupts: { effect: "save", flagsArg: 0 }, lock: null }],
    ["request_irq",     { handsTo: [{ object: 4, to: 2 }], publishes: [] }],
  ] as const)("%s %j", (name, effects) => {
    expect(xen.functions.get(name)).toMatchObject(effects);
  });

  test("asserts, walks, containers, boot marks and handlers", () => {
    expect(xen.asserts.get("BUG_ON")).toEqual({ name: "BUG_ON", holds: "false" });
    expect(xen.iterators.get("list_for_each_entry_safe")).toEqual({
      name: "list_for_each_entry_safe",
      position: 0,
      yields: "entry",
      head: 2,
      member: 3,
      next: 1,
    });
    expect(xen.containers.get("list_first_entry")?.follows).toBe("next");
    expect(xen.containers.get("container_of")?.follows).toBeNull();
    expect([...xen.bootAttributes]).toEqual(["__init"]);
    expect(xen.interruptRegistrations.get("request_irq")).toBe(2);
    expect(xen.dispatchers?.get("iommu_call")).toEqual({
      name: "iommu_call",
      table: 0,
      operation: 1,
      firstArgument: 2,
    });
    expect(xen.dispatchers?.get("alternative_call")?.table).toBeNull();
    expect(xen.lockDefinitions.get("DEFINE_SPINLOCK")).toEqual({
      macro: "DEFINE_SPINLOCK",
      type: "spinlock_t",
      recursive: false,
    });
  });
});

describe("a broken platform file names its line and the right word", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // file                   line  says                                        hint
    ["key-typo",              4,    'unknown key "modee"',                      'Did you mean "mode"?'],
    ["value-typo",            3,    '"aquire" is no value for "kind"',          'Did you mean "acquire"?'],
    ["repeated-name",         5,    '"spin_lock" stands at',                    "Keep one of the two lines."],
    ["nameless",              3,    "this line names nothing",                  'Give it a "name" or "names".'],
    ["unclear-lock",          3,    "which lock it is does not come out",       'Give either "arg" or "global".'],
    ["wrong-type",            2,    '"lockTypes" must be array',                "Types whose variables are locks."],
    ["not-yaml",              3,    "this is not YAML",                         "Mend the indentation, brackets or quotes there."],
  ])("%s", async (name, line, says, hint) => {
    const path = `fixtures/rules/platform-${name}.yaml`;
    const failure = await parsePlatform([{ path, text: readFileSync(path, "utf8") }]).catch((error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(failure.message).toContain(`${path}:${line}: ${says}`);
    expect(failure.hint).toBe(hint);
  });
});
