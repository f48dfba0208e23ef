/**
 * What the rules for the other drivers and the two subsystems report on the real tree: exactly
 * what their packs' pages explain.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { auditFiles, headerFiles } from "../../review/index.ts";
import { headersFor } from "../../rules/index.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice() ?? "";
const packs = await shippedPacks();
const FOLDER = "xen/drivers/passthrough";

describe.skipIf(tree === "")("the packs on the real tree", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["smmu-v3",     ["arm/smmu-v3.c"],           ["arm_smmu_deassign_dev smmu-v3/contexts-guarded"]],
    ["ipmmu-vmsa",  ["arm/ipmmu-vmsa.c"],        []],
    ["passthrough", ["pci.c", "device_tree.c"],  ["iommu_release_dt_devices passthrough/dt-list-guarded"]],
  ])("%s", (_pack, names, expected) => {
    const files = names.map((name) => ({ path: `${FOLDER}/${name}`, text: readXenFile(tree, `${FOLDER}/${name}`) }));
    const wanted = headersFor(packs.drivers, files.map((file) => file.path));
    const present = wanted.filter((header) => existsSync(path.join(tree, header.path)));
    const texts = new Map(present.map((header) => [header.path, readXenFile(tree, header.path)]));
    const { findings, baseNotes } = auditFiles(files, packs, "approach-b", headerFiles(wanted, texts));
    const byRule = findings.filter(({ rule }) => rule !== null).map((finding) => `${finding.function} ${finding.rule}`);
    expect([...new Set(byRule)]).toEqual(expected);
    expect(baseNotes).toEqual([]);
  });

  test("drivers that share struct tags are judged side by side as they are alone", () => {
    const both = ["arm/smmu.c", "arm/smmu-v3.c"].map((name) => ({
      path: `${FOLDER}/${name}`,
      text: readXenFile(tree, `${FOLDER}/${name}`),
    }));
    const fingerprints = (files: typeof both) =>
      auditFiles(files, packs, "approach-b").findings.map((finding) => finding.fingerprint);
    const alone = both.flatMap((file) => fingerprints([file]));
    expect(fingerprints(both).sort()).toEqual(alone.sort());
  });
});
