import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { bindPack, type Pack, type TreeNames } from "./bind-pack.ts";
import { compilePacks } from "./compile-packs.ts";

let smmu: Pack;
beforeAll(async () => {
  const files = readdirSync("rules/arm-smmu")
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({
      path: `rules/arm-smmu/${name}`,
      text: readFileSync(`rules/arm-smmu/${name}`, "utf8"),
    }));
  const [pack] = (await compilePacks(files)).drivers;
  if (pack === undefined) throw new Error("no pack");
  smmu = pack;
});

/** The names of a driver whose tree of masters has that key. */
function namesWith(key: string, leftOut: readonly string[] = []): TreeNames {
  const structs: [string, string[]][] = [
    ["arm_smmu_device", ["dev", "list", "masters", "stream_map_lock"]],
    ["arm_smmu_master", [key, "node", "cfg"]],
    ["arm_smmu_master_cfg", ["smmu", "smendx"]],
    ["iommu_group", ["cfg", "ref"]],
  ];
  const globals = ["arm_smmu_devices_lock", "arm_smmu_devices", "arm_smmu_iommu_ops"];
  return {
    structs: new Map(
      structs
        .filter(([struct]) => !leftOut.includes(struct))
        .map(([struct, fields]) => [
          struct,
          fields.filter((field) => !leftOut.includes(`${struct}.${field}`)),
        ]),
    ),
    globals: new Set(globals.filter((name) => !leftOut.includes(name))),
    functions: new Set(),
  };
}

describe("bindPack", () => {
  test.each(["dev", "of_node"])("a tree keyed by %s has all that is needed", (key) => {
    const bound = bindPack(smmu, namesWith(key));
    expect(bound.complaints).toEqual([]);
    expect(bound.rules.length).toBe(smmu.rules.length);
    const links = bound.rules.flatMap((rule) => rule.guards).find((guard) => guard.walkKeys !== undefined);
    expect(links?.walkKeys).toEqual([key]);
  });

  test("a lock that another file defines is not looked for", () => {
    const bound = bindPack(smmu, namesWith("dev"));
    expect(bound.complaints.filter((line) => line.includes("pcidevs_lock"))).toEqual([]);
  });

  test("a name that is gone is complained of with what is lost", () => {
    const bound = bindPack(smmu, namesWith("dev", ["iommu_group"]));
    expect(bound.complaints).toEqual([
      'arm-smmu: the field "iommu_group.cfg" is not in this tree: pointers that outlive a span in the group are not seen',
      "arm-smmu/master-by-subsystem: struct iommu_group is not in this tree, so the group's pointer to the configuration is not checked",
      "arm-smmu/master-guarded: struct iommu_group is not in this tree, so the group's pointer to the configuration is not checked",
    ]);
    const rule = bound.rules.find((each) => each.id === "arm-smmu/master-guarded");
    expect(rule?.guards.map((guard) => guard.struct)).toEqual(["arm_smmu_master", "arm_smmu_master_cfg"]);
  });

  test("the fields of a struct that is gone are not complained of one by one", () => {
    const bound = bindPack(smmu, namesWith("dev", ["arm_smmu_master"]));
    expect(bound.complaints).toEqual([
      'arm-smmu: the struct "arm_smmu_master" is not in this tree: masters cannot be told from other objects',
      "arm-smmu/master-by-subsystem: struct arm_smmu_master is not in this tree, so the master is not checked",
      "arm-smmu/master-guarded: struct arm_smmu_master is not in this tree, so the master is not checked",
      "arm-smmu/tree-guarded: struct arm_smmu_master is not in this tree, so the link of the tree of masters is not checked",
    ]);
  });

  test("when none of a key's names is there, both are named", () => {
    const bound = bindPack(smmu, namesWith("phandle"));
    expect(bound.complaints).toEqual([
      'arm-smmu: none of the fields "arm_smmu_master.dev", "arm_smmu_master.of_node" is in this tree: the key of the tree is not known',
    ]);
  });

  test("without the lock no rule is left, and each says so", () => {
    const bound = bindPack(smmu, namesWith("dev", ["arm_smmu_devices_lock"]));
    expect(bound.rules).toEqual([]);
    expect(bound.complaints[0]).toContain('the global "arm_smmu_devices_lock" is not in this tree');
    for (const rule of smmu.rules) {
      expect(bound.complaints).toContain(
        `${rule.id} is not applied: the lock arm_smmu_devices_lock is not in this tree`,
      );
    }
  });

  test("a file that has nothing of the driver does not fit", () => {
    const nothing = { structs: new Map(), globals: new Set<string>(), functions: new Set<string>() };
    expect(bindPack(smmu, nothing).fits).toBe(false);
    expect(bindPack(smmu, namesWith("dev", ["iommu_group"])).fits).toBe(true);
  });
});
