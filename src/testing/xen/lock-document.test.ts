/** What the document about the real driver's locks says: facts by name, for each approach. */
import { describe, expect, test } from "vitest";
import { renderLockDocuments } from "../../reports/index.ts";
import { lockDocumentsOf } from "../../review/index.ts";
import type { Profile } from "../../rules/index.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice();
const packs = await shippedPacks();
const files = tree === null ? [] : [{ path: SMMU, text: readXenFile(tree, SMMU) }];

function documentUnder(profile: Profile) {
  const [document, ...others] = lockDocumentsOf(files, packs, profile);
  if (document === undefined || others.length > 0) throw new Error("one driver makes one document");
  return document;
}

describe.skipIf(tree === null)("the document about the real driver's locks", () => {
  const byProfile = new Map(
    (["list", "approach-a", "approach-b"] as const).map((profile) => [
      profile,
      tree === null ? null : documentUnder(profile),
    ]),
  );

  // biome-ignore format: a table is read by its columns
  test.each([
    // profile       noun                      PCI                                         DT
    ["approach-a", "master",                 ["arm_smmu_devices_lock", "pcidevs_lock"],  ["arm_smmu_devices_lock", "dtdevs_lock"]],
    ["approach-a", "master's configuration", ["arm_smmu_devices_lock", "pcidevs_lock"],  ["arm_smmu_devices_lock", "dtdevs_lock"]],
    ["approach-a", "tree of masters",        ["arm_smmu_devices_lock"],                  ["arm_smmu_devices_lock"]],
    ["approach-b", "master",                 ["arm_smmu_devices_lock"],                  ["arm_smmu_devices_lock"]],
    ["list",       "tree of masters",        ["arm_smmu_devices_lock"],                  ["arm_smmu_devices_lock"]],
  ] as const)("%s: which locks protect the %s", (profile, noun, pci, dt) => {
    const object = byProfile.get(profile)?.objects.find((each) => each.noun === noun);
    const locksFor = (subsystem: string) => [
      object?.lock,
      ...(object?.bySubsystem ?? []).flatMap((each) => (each.subsystem === subsystem ? each.lock : [])),
    ];

    expect(locksFor("pci")).toEqual(pci);
    expect(locksFor("dt")).toEqual(dt);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    // profile      subsystem  object                    covered by        open in
    ["approach-a", "pci",     "master's configuration", ["pcidevs_lock"], []],
    ["approach-a", "dt",      "master's configuration", ["dtdevs_lock"],  []],
    ["approach-b", "pci",     "master's configuration", [],               ["arm_smmu_master_alloc_smes"]],
    ["approach-b", "dt",      "master's configuration", [],               ["arm_smmu_master_alloc_smes"]],
  ] as const)("%s: what .assign_device from %s does with the %s", (profile, subsystem, noun, under, open) => {
    const ways = byProfile
      .get(profile)
      ?.ways.filter((way) => way.operation === "assign_device" && way.subsystem === subsystem && way.runs === "beside others");
    const uses = ways?.map((way) => way.uses.find(({ object }) => object.noun === noun)) ?? [];

    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) {
      expect(use?.under).toEqual(under);
      expect(use?.without).toEqual(open.length === 0 ? [] : expect.arrayContaining([...open]));
    }
  });

  test.each(["list", "approach-a", "approach-b"] as const)(
    "%s: adding searches the tree without its lock",
    (profile) => {
      const ways = byProfile.get(profile)?.ways.filter(({ operation }) => operation === "add_device") ?? [];

      expect(new Set(ways.map(({ subsystem }) => subsystem))).toEqual(new Set(["pci", "dt"]));
      for (const { uses } of ways) {
        const tree = uses.find(({ object }) => object.noun === "tree of masters");
        expect(tree?.without).toContain("find_smmu_master");
      }
    },
  );

  test("only approach-a and approach-b guard a device's own master", () => {
    const nouns = (profile: Profile) => byProfile.get(profile)?.notGuarded.map(({ noun }) => noun);

    expect(nouns("list")).toEqual(expect.arrayContaining(["master", "master's configuration"]));
    expect(nouns("approach-a")).toEqual([]);
    expect(nouns("approach-b")).toEqual([]);
  });

  test("the text names the profile, both subsystems and the locks of the callers", () => {
    const text = renderLockDocuments([documentUnder("approach-a")]);

    expect(text).toContain("Profile `approach-a`");
    expect(text).toContain("| for a PCI device | for a DT device |");
    expect(text).toMatch(/\| `pcidevs_lock` \((?:declared|asserted|acquired)/);
    expect(text).toContain("### From PCI");
    expect(text).toContain("### From DT");
  });
});
