/** What the callers of the real driver hold, measured in the files of the tree. */
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { auditFiles, modelOfFiles } from "../../review/index.ts";
import { callersFor } from "../../rules/index.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice() ?? "";
const packs = await shippedPacks();

describe.skipIf(tree === "")("the callers of the SMMU driver in Xen 4.17", () => {
  const read = (file: string) => ({ path: file, text: tree === "" ? "" : readXenFile(tree, file) });
  const callers = callersFor(packs.drivers, [SMMU])
    .filter((file) => existsSync(path.join(tree, file)))
    .map(read);
  const files = [read(SMMU)];
  const { entryPoints } = modelOfFiles(files, packs, "approach-b", { callers });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["add_device",      "pci", "pcidevs_lock", true],
    ["add_device",      "dt",  "dtdevs_lock",  false],
    ["assign_device",   "pci", "pcidevs_lock", true],
    ["assign_device",   "dt",  "dtdevs_lock",  true],
    ["reassign_device", "pci", "pcidevs_lock", true],
    ["reassign_device", "dt",  "dtdevs_lock",  true],
  ])(".%s is called from %s: %s held %s", (op, subsystem, lock, held) => {
    const ways = entryPoints.filter((entry) => entry.op === op && entry.subsystem === subsystem);
    expect(ways.length).toBeGreaterThan(0);
    expect(ways.map(({ callerHolds }) => callerHolds.includes(lock))).toEqual(ways.map(() => held));
  });

  test("the report says that the device-tree add path holds no lock of its subsystem yet", () => {
    const { baseNotes } = auditFiles(files, packs, "approach-b", { callers });
    expect(baseNotes.join("\n")).toMatch(
      /iommu_add_dt_device\(\) in \S+device_tree\.c calls \.add_device without dtdevs_lock/,
    );
    expect(baseNotes).toHaveLength(1);
  });
});
