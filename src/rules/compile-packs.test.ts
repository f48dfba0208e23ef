import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../base/index.ts";
import { compilePacks } from "./compile-packs.ts";
import { type CompiledPacks, guardsOf, loadCompiledPacks, packForFile, rulesFor } from "./compiled-packs.ts";
import type { Profile } from "./rule.ts";

function filesOf(folder: string) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, "utf8") }));
}

let shipped: CompiledPacks;
beforeAll(async () => {
  shipped = await compilePacks([...filesOf("rules/xen"), ...filesOf("rules/arm-smmu")]);
});

describe("the packs that ship", () => {
  test("every file opens with its schema, for editors", () => {
    for (const { path, text } of [...filesOf("rules/xen"), ...filesOf("rules/arm-smmu")]) {
      expect(text.split("\n")[0], path).toMatch(
        /^# yaml-language-server: \$schema=\.\.\/schema\/(platform|driver|rule)\.schema\.json$/,
      );
    }
  });

  test("survive the way through JSON", () => {
    const loaded = loadCompiledPacks(JSON.parse(JSON.stringify(shipped)));
    expect(loaded).toEqual(loadCompiledPacks(shipped));
    expect(loaded.platform.functions.size).toBeGreaterThan(300);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["list",       ["device-list-guarded", "tree-guarded"]],
    ["approach-a", ["device-list-guarded", "master-by-subsystem", "tree-guarded"]],
    ["approach-b", ["device-list-guarded", "master-guarded", "tree-guarded"]],
  ] as const)("profile %s applies %j", (profile: Profile, names) => {
    const [pack] = shipped.drivers;
    expect(rulesFor(pack?.rules ?? [], profile).map((rule) => rule.id)).toEqual(
      names.map((name) => `arm-smmu/${name}`),
    );
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    // profile      struct                 field      rule                             alternatives
    ["list",        "arm_smmu_device",     "masters", "arm-smmu/tree-guarded",         0],
    ["list",        "arm_smmu_master",     "cfg",     null,                            0],
    ["list",        "arm_smmu_master",     "node",    "arm-smmu/tree-guarded",         0],
    ["approach-a",  "arm_smmu_master",     "cfg",     "arm-smmu/master-by-subsystem",  2],
    ["approach-a",  "arm_smmu_master",     "node",    "arm-smmu/tree-guarded",         0],
    ["approach-a",  "iommu_group",         "cfg",     "arm-smmu/master-by-subsystem",  2],
    ["approach-b",  "arm_smmu_master_cfg", "smendx",  "arm-smmu/master-guarded",       0],
    ["approach-b",  "iommu_group",         "ref",     null,                            0],
    ["approach-b",  "arm_smmu_domain",     "cfg",     null,                            0],
  ] as const)("%s: %s.%s is guarded by %s", (profile, struct, field, rule, alternatives) => {
    const found = guardsOf(rulesFor(shipped.drivers[0]?.rules ?? [], profile), struct, field);
    expect(found.map((each) => each.rule.id)).toEqual(rule === null ? [] : [rule]);
    expect(found[0]?.guard.bySubsystem?.length ?? 0).toBe(alternatives);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["xen/drivers/passthrough/arm/smmu.c",        "path"],
    ["/src/xen/xen/drivers/passthrough/arm/smmu.c", "path"],
    ["./smmu.c",                                  "name"],
    ["arm/smmu.c",                                "name"],
    ["xen/drivers/passthrough/arm/smmu-v3.c",     null],
    ["xen/drivers/passthrough/pci.c",             null],
  ])("%s is the driver's by %s", (path, by) => {
    expect(packForFile(shipped.drivers, path)?.by ?? null).toBe(by);
  });

  test("a subsystem's callers hold its lock in every context of add, remove and assign", () => {
    const held = { pci: "pcidevs_lock", dt: "dtdevs_lock" } as const;
    const operations = ["add_device", "remove_device", "assign_device", "reassign_device"];
    const points = (shipped.drivers[0]?.model.entryPoints ?? []).filter((point) =>
      operations.includes(point.operation),
    );
    expect(points.length).toBe(operations.length);
    for (const context of points.flatMap((point) => point.contexts)) {
      expect(context.callerHolds).toContain(held[context.subsystem as keyof typeof held]);
    }
  });
});

describe("a broken pack names its line and the right word", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // file                      line  says                                                          hint
    ["lock-typo",                11,   'no lock "arm_smmu_device_lock" in driver arm-smmu',           'Did you mean "arm_smmu_devices_lock"?'],
    ["struct-typo",              9,    'no struct "arm_smmu_mastr" in driver arm-smmu',               'Did you mean "arm_smmu_master"?'],
    ["field-typo",               10,   'struct arm_smmu_master of driver arm-smmu has no field "cgf"', 'Did you mean "cfg"?'],
    ["alternative-typo",         12,   'no lock "dtdev_lock" in driver arm-smmu',                     'Did you mean "dtdevs_lock"?'],
    ["key-typo",                 8,    'unknown key "gaurds"',                                        'Did you mean "guards"?'],
    ["guard-key-typo",           11,   'unknown key "feilds"',                                        'Did you mean "fields"?'],
    ["profile-typo",             5,    '"approach-c" is no value for "0"',                            'Did you mean "approach-a"?'],
    ["model-typo",               4,    'no driver "arm-smu"',                                         'Did you mean "arm-smmu"?'],
    ["foreign-id",               3,    'the id "arm-smmu/other" is not the file\'s',                  'Write "arm-smmu/rule-foreign-id".'],
    ["missing-why",              3,    'the key "why" is missing',                                    'Add "why".'],
    ["fields-word",              10,   '"fields" may not be that',                                    "The guarded fields, or all."],
  ])("%s", async (name, line, says, hint) => {
    const path = `fixtures/rules/rule-${name}.yaml`;
    const failure = await compilePacks([{ path, text: readFileSync(path, "utf8") }], shipped).catch((error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(`${failure.message} · ${failure.hint}`).toBe(`${path}:${line}: ${says} · ${hint}`);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    // folder                    line  says                                                     hint
    ["driver-member-typo",       14,   'struct box of driver toy has no field "lok"',            'Did you mean "lock"?'],
    ["driver-handle-struct",     15,   'no struct "bxo" in driver toy',                          'Did you mean "box"?'],
    ["driver-caller-lock",       19,   'no lock "big_lok" in driver toy',                        'Did you mean "big_lock"?'],
    ["driver-shared-not-held",   20,   '"box.lock" is held for reading but not among the locks held', 'Add it to "callerHolds".'],
    ["driver-empty-need",        21,   "what is needed does not come out",                       'Give either "name" or "anyOf".'],
    ["driver-no-table",          12,   "which table has this operation does not come out",       'Give "operationsType": the tag of the struct that the driver fills with its functions.'],
    ["driver-key-typo",          5,    'unknown key "file"',                                     'Did you mean "files"?'],
  ])("%s", async (folder, line, says, hint) => {
    const path = `fixtures/rules/${folder}/driver.yaml`;
    const failure = await compilePacks([{ path, text: readFileSync(path, "utf8") }]).catch((error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(`${failure.message} · ${failure.hint}`).toBe(`${path}:${line}: ${says} · ${hint}`);
  });
});

describe("packs beside the ones that ship", () => {
  const rule = readFileSync("rules/arm-smmu/tree-guarded.yaml", "utf8");

  test("add a rule to a shipped driver", async () => {
    const text = rule.replaceAll("arm-smmu/tree-guarded", "arm-smmu/mine");
    const packs = await compilePacks([{ path: "mine/mine.yaml", text }], shipped);
    expect(packs.drivers[0]?.rules.map((each) => each.id)).toContain("arm-smmu/mine");
    expect(packs.drivers[0]?.rules.length).toBe((shipped.drivers[0]?.rules.length ?? 0) + 1);
  });

  test("take the place of a shipped rule of the same id", async () => {
    const text = rule.replace(/^title: .*$/m, "title: Another title");
    const packs = await compilePacks([{ path: "mine/tree-guarded.yaml", text }], shipped);
    const titles = packs.drivers[0]?.rules
      .filter((each) => each.id === "arm-smmu/tree-guarded")
      .map((each) => each.title);
    expect(titles).toEqual(["Another title"]);
  });

  test("teach the platform a name, or another meaning of one", async () => {
    const text = "functions:\n  - { name: my_alloc, allocates: true }\n  - { name: list_add, reads: [1] }\n";
    const { platform } = loadCompiledPacks(await compilePacks([{ path: "mine/more.yaml", text }], shipped));
    expect(platform.functions.get("my_alloc")?.allocates).toBe(true);
    expect(platform.functions.get("list_add")?.publishes).toEqual([]);
    expect(platform.functions.get("spin_lock")?.lock?.kind).toBe("acquire");
  });
});
