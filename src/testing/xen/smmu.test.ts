/**
 * The facts of the domain on the real driver: every lock span with its exits, which lock
 * is meant where two share a spelling, who owns a master, who breaks which rule.
 *
 * Written against Debian's Xen 4.17, by names only: lines move with the package. Another
 * tree may have other functions; the facts that name them are then expected to differ.
 */
import { describe, expect, test } from "vitest";
import type { Finding } from "../../findings/index.ts";
import { auditFiles, modelOfFiles } from "../../review/index.ts";
import type { Profile } from "../../rules/index.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice();
const packs = await shippedPacks();
const text = tree === null ? "" : readXenFile(tree, SMMU);
const files = tree === null ? [] : [{ path: SMMU, text }];

/** They search or change a tree of masters without the lock, at run time. */
const TREE_USERS = ["arm_smmu_add_device", "arm_smmu_dt_add_device_generic"];

/** They use a master or its cfg that others find, and change no tree. */
const MASTER_USERS = [
  "arm_smmu_attach_dev",
  "arm_smmu_detach_dev",
  "arm_smmu_master_alloc_smes",
  "find_smmu_master_cfg",
];

/** Callees and callers of these; nobody else touches a tree, a master or a cfg. */
const ON_THE_WAY = [
  "arm_smmu_assign_dev",
  "arm_smmu_deassign_dev",
  "arm_smmu_reassign_dev",
  "arm_smmu_domain_add_master",
  "arm_smmu_domain_remove_master",
  "arm_smmu_master_configure_smrs",
  "arm_smmu_master_free_smes",
  "arm_smmu_dt_add_device_legacy",
  "insert_smmu_master",
  "find_smmu_master",
  "find_smmu_master_cfg",
];

describe.skipIf(tree === null)("the model of the real driver", () => {
  const model = modelOfFiles(files, packs, "approach-b");
  const spans = model.functions.flatMap((unit) => unit.spans.map((span) => ({ ...span, in: unit.name })));

  // biome-ignore format: a table is read by its columns
  const EXITS: readonly (readonly [string, string, number])[] = [
    ["arm_smmu_assign_dev",          "arm_smmu_xen_domain.lock",         1],
    ["arm_smmu_deassign_dev",        "arm_smmu_xen_domain.lock",         1],
    ["arm_smmu_device_dt_probe",     "arm_smmu_devices_lock",            1],
    ["arm_smmu_init_domain_context", "arm_smmu_domain.lock",             2],
    ["arm_smmu_iotlb_flush",         "arm_smmu_xen_domain.lock",         1],
    ["arm_smmu_master_alloc_smes",   "arm_smmu_device.stream_map_lock",  2],
    ["find_smmu",                    "arm_smmu_devices_lock",            1],
    ["find_smmu_for_device",         "arm_smmu_devices_lock",            1],
  ];

  test("every lock span, with its exits", () => {
    const counted = [...new Set(spans.map((span) => `${span.in} ${span.lock}`))].map((key) => {
      const ends = new Set(spans.filter((span) => `${span.in} ${span.lock}` === key).map((span) => span.to));
      return `${key} ${ends.size}`;
    });

    expect(counted.sort()).toEqual(EXITS.map((row) => row.join(" ")).sort());
  });

  test("each span surely begins and ends in its function, and excludes everybody", () => {
    const odd = spans.filter(
      (span) => span.kind !== "must" || span.mode !== "exclusive" || span.from === null || span.to === null,
    );

    expect(odd).toEqual([]);
  });

  test("smmu_domain->lock is the lock of two structs", () => {
    const spelt = (name: string) => {
      const lines = text.split("\n");
      return spans.filter(
        (span) => span.in === name && lines[(span.from ?? 0) - 1]?.includes("smmu_domain->lock"),
      );
    };
    const context = spelt("arm_smmu_init_domain_context");
    const flush = spelt("arm_smmu_iotlb_flush");

    expect(new Set(context.map(({ lock }) => lock))).toEqual(new Set(["arm_smmu_domain.lock"]));
    expect(new Set(flush.map(({ lock }) => lock))).toEqual(new Set(["arm_smmu_xen_domain.lock"]));
    expect(model.locks.filter(({ kind }) => kind === "member").map(({ struct }) => struct)).toEqual(
      expect.arrayContaining(["struct arm_smmu_domain", "struct arm_smmu_xen_domain"]),
    );
  });

  test("a master is private while arm_smmu_dt_add_device_legacy fills it", () => {
    const accesses =
      model.functions.find(({ name }) => name === "arm_smmu_dt_add_device_legacy")?.accesses ?? [];
    const written = accesses.filter(({ kind }) => kind === "write");

    expect(new Set(written.map(({ type }) => type))).toEqual(
      new Set(["struct arm_smmu_master", "struct arm_smmu_master_cfg"]),
    );
    expect(written.filter((access) => !access.private)).toEqual([]);
  });

  test("a new PCI device's cfg is private in arm_smmu_add_device, a found master's is not", () => {
    const accesses = model.functions.find(({ name }) => name === "arm_smmu_add_device")?.accesses ?? [];
    const filled = accesses.filter(({ object, kind }) => object === "cfg->smmu" && kind === "write");

    expect(filled.map((access) => access.private).sort()).toEqual([false, true]);
  });

  test("the callers' locks are known for the ways in", () => {
    const holds = (op: string, subsystem: string) =>
      model.entryPoints
        .filter((entry) => entry.op === op && entry.subsystem === subsystem)
        .map(({ callerHolds }) => callerHolds);

    for (const locks of holds("assign_device", "pci")) expect(locks).toContain("pcidevs_lock");
    for (const locks of holds("assign_device", "dt")) expect(locks).toContain("dtdevs_lock");
    expect(
      [holds("assign_device", "pci"), holds("assign_device", "dt")].map((ways) => ways.length > 0),
    ).toEqual([true, true]);
  });
});

describe.skipIf(tree === null)("violations of the real driver", () => {
  const findingsUnder = (profile: Profile) => auditFiles(files, packs, profile).findings;

  test.each(["list", "approach-a"] as const)(
    "under %s only the users of the tree break a rule",
    (profile) => {
      const findings = findingsUnder(profile);

      expect([...new Set(findings.map((finding) => finding.function))].sort()).toEqual(TREE_USERS);
      expect(new Set(findings.map(({ lock }) => lock))).toEqual(new Set(["arm_smmu_devices_lock"]));
    },
  );

  test("under approach-b everybody who uses a master breaks a rule, and nobody else", () => {
    const findings = findingsUnder("approach-b");
    const known: readonly string[] = [...TREE_USERS, ...MASTER_USERS, ...ON_THE_WAY];

    expect(functionsOf(findings)).toEqual(expect.arrayContaining([...TREE_USERS, ...MASTER_USERS]));
    expect(findings.map((finding) => finding.function).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(["list", "approach-a", "approach-b"] as const)(
    "no lock is out of balance under %s",
    (profile) => {
      expect(findingsUnder(profile).filter(({ rule }) => rule === null)).toEqual([]);
    },
  );

  test.each(["list", "approach-a", "approach-b"] as const)(
    "under %s the race with an insertion is live",
    (profile) => {
      const generic = findingsUnder(profile).filter(
        (finding) => finding.function === "arm_smmu_dt_add_device_generic",
      );

      expect(generic.map(({ status }) => status)).toContain("live");
      expect(generic.flatMap(({ conflict }) => conflict.map((step) => step.function))).toContain(
        "insert_smmu_master",
      );
    },
  );
});

/** Functions that a finding is in, or that its path leads through. */
function functionsOf(findings: readonly Finding[]): string[] {
  return [
    ...new Set(findings.flatMap((each) => [each.function, ...each.trace.map((step) => step.function)])),
  ];
}
