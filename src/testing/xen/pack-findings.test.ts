/**
 * What the rules for the other drivers and the two subsystems report on the real tree: exactly
 * what their packs' pages explain.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { auditFiles, headerFiles } from "../../review/index.ts";
import { headersFor } from "../../rules/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice() ?? "";
const packs = await shippedPacks();
const FOLDER = "xen/drivers/passthrough";

describe.skipIf(tree === "")("the packs on the real tree", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["arm-smmu",    ["arm/smmu.c"],              ["find_smmu_master_cfg arm-smmu/master-guarded",
                                                  "arm_smmu_dt_add_device_generic arm-smmu/tree-guarded",
                                                  "arm_smmu_master_alloc_smes arm-smmu/master-guarded",
                                                  "arm_smmu_attach_dev arm-smmu/master-guarded",
                                                  "arm_smmu_detach_dev arm-smmu/master-guarded",
                                                  "arm_smmu_add_device arm-smmu/tree-guarded"]],
    ["smmu-v3",     ["arm/smmu-v3.c"],           ["arm_smmu_deassign_dev smmu-v3/contexts-guarded"]],
    ["ipmmu-vmsa",  ["arm/ipmmu-vmsa.c"],        []],
    ["passthrough", ["pci.c", "device_tree.c"],  ["iommu_release_dt_devices passthrough/dt-list-guarded"]],
  ])("%s", (pack, names, expected) => {
    const files = names.map((name) => ({ path: `${FOLDER}/${name}`, text: readXenFile(tree, `${FOLDER}/${name}`) }));
    const wanted = headersFor(packs.drivers, files.map((file) => file.path));
    const present = wanted.filter((header) => existsSync(path.join(tree, header.path)));
    const texts = new Map(present.map((header) => [header.path, readXenFile(tree, header.path)]));
    const { findings, baseNotes } = auditFiles(files, packs, "approach-b", {
      headers: headerFiles(wanted, texts),
    });
    const byRule = findings.filter(({ rule }) => rule !== null).map((finding) => `${finding.function} ${finding.rule}`);
    expect([...new Set(byRule)]).toEqual(expected);
    expect(baseNotes).toEqual([]);

    const page = readFileSync(path.join(PROJECT_ROOT, "rules", pack, "README.md"), "utf8");
    for (const { function: name } of findings) expect(page, `the page of ${pack}`).toContain(`${name}()`);
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
