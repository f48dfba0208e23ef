/**
 * Lock balance, lock order and interrupts over xen/drivers/passthrough, file by file:
 * whatever is reported there was judged by hand.
 *
 * What is right must be reported. What is a false alarm may be, until it is gone; it is
 * printed. Anything else is new and has to be judged.
 */
import { describe, expect, test } from "vitest";
import { auditFiles } from "../../review/index.ts";
import { shippedPacks } from "./xen-packs.ts";
import { cFilesOf, readXenFile, xenTreeOrNotice } from "./xen-tree.ts";

const FOLDER = "xen/drivers/passthrough/";

/** What needs no rule and no word about the callers. */
const CHECKS = ["lock-leak", "double-lock", "unlock-not-held", "lock-order", "irq-unsafe", "alloc-irq-off"];

const tree = xenTreeOrNotice();
const packs = await shippedPacks();

// biome-ignore format: a table is read by its columns
const JUDGED: readonly (readonly [file: string, name: string, check: string, verdict: "right" | "false alarm", reason: string])[] = [
  ["amd/iommu_init.c", "enable_iommu",              "lock-order",      "right",       "iov_adjust_irq_affinities() takes the lock of the IOMMU under that of the interrupt"],
  ["pci.c",            "iommu_get_device_group",    "irq-unsafe",      "right",       "copy_to_guest_offset() under pcidevs_lock: a note"],
  ["vtd/quirks.c",     "vtd_ops_postamble_quirk",   "unlock-not-held", "false alarm", "the preamble acquires under the same condition"],
];

describe.skipIf(tree === null)("the passthrough folder of the real tree", () => {
  const found = (tree === null ? [] : cFilesOf(tree).filter((file) => file.startsWith(FOLDER))).flatMap(
    (file) =>
      auditFiles([{ path: file, text: readXenFile(tree ?? "", file) }], packs, "approach-b")
        .findings.filter(({ check }) => CHECKS.includes(check))
        .map((finding) => `${finding.file.slice(FOLDER.length)} ${finding.function} ${finding.check}`),
  );
  const rows = JUDGED.map(([file, name, check, verdict, reason]) => ({
    key: `${file} ${name} ${check}`,
    verdict,
    reason,
  }));

  test("nothing is reported that nobody judged", () => {
    for (const { key, verdict, reason } of rows)
      if (verdict === "false alarm" && found.includes(key))
        process.stderr.write(`false alarm: ${key}: ${reason}\n`);

    expect([...new Set(found)].filter((key) => !rows.some((row) => row.key === key))).toEqual([]);
  });

  test("what is right is reported", () => {
    const right = rows.filter(({ verdict }) => verdict === "right").map(({ key }) => key);

    expect(found).toEqual(expect.arrayContaining(right));
  });
});
