/**
 * The thread's change on the real driver, reviewed as a patch mail under each profile.
 *
 * `fails` marks what the thread says and the review does not say yet.
 */
import { describe, expect, test } from "vitest";
import { readMessages, selectPatches } from "../../patch/index.ts";
import { type Review, reviewSeries } from "../../review/index.ts";
import type { Profile } from "../../rules/index.ts";
import { patchedBase } from "../patched-base.ts";
import { patchMailOf } from "./format-mail.ts";
import { applyThreadChange } from "./thread-patch.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice();
const packs = await shippedPacks();

function reviewUnder(profile: Profile): Review {
  const before = readXenFile(tree ?? "", SMMU);
  const mail = patchMailOf("[PATCH] xen/arm: smmu: protect the masters", {
    file: SMMU,
    before,
    after: applyThreadChange(before),
  });
  const selection = selectPatches(readMessages(Buffer.from(mail)));
  const base = patchedBase(selection, new Map([[SMMU, before]]));
  return reviewSeries({ patches: selection.patches, base, packs, profile, scope: "touched" }).review;
}

const brought = (review: Review) =>
  review.findings.filter(({ change }) => change === "introduced" || change === "exposed");

describe.skipIf(tree === null)("the thread's change under approach-b", () => {
  const review = tree === null ? null : reviewUnder("approach-b");
  const findings = review === null ? [] : brought(review);
  const [early] = findings.filter(({ check }) => check === "early-unlock");
  const steps = early?.trace.map(({ what }) => what).join("\n") ?? "";

  test("the release in arm_smmu_add_device is too early, and that is the one thing it brings", () => {
    expect(findings.map(({ check, function: name }) => `${check} ${name}`)).toEqual([
      "early-unlock arm_smmu_add_device",
    ]);
    expect(early).toMatchObject({
      severity: "error",
      confidence: "must",
      lock: "arm_smmu_devices_lock",
      side: "new",
    });
  });

  test("its path has the span, the cfg's use behind it and the store in the group", () => {
    for (const words of [
      "acquired",
      "obtained from find_smmu_master()",
      "released",
      "cfg->smmu",
      "(last use)",
    ])
      expect(steps).toContain(words);
    expect(steps).toMatch(/stored in .* by iommu_group_set_iommudata\(\)/);
  });

  test("its advice is to hold on until after the store at least", () => {
    expect(early?.fix).toMatch(/arm_smmu_devices_lock until after/);
  });

  test("its advice names the lock that would nest: the last use is in arm_smmu_master_alloc_smes", () => {
    expect(early?.fix).toContain("arm_smmu_device.stream_map_lock");
  });

  test("those who use the same objects without the lock are named behind it", () => {
    const also = review?.notes.get(early?.fingerprint ?? "")?.also.map((place) => place.function) ?? [];

    expect(also).toEqual(
      expect.arrayContaining(["arm_smmu_attach_dev", "arm_smmu_detach_dev", "arm_smmu_master_alloc_smes"]),
    );
  });

  test("nothing is said against arm_smmu_dt_add_device_legacy", () => {
    const against = (review?.findings ?? []).filter(
      (finding) => finding.function === "arm_smmu_dt_add_device_legacy" && finding.change !== "fixed",
    );

    expect(against).toEqual([]);
  });

  test("nothing removes a master yet, so it cannot happen yet", () => {
    expect(early?.status).toBe("latent");
  });
});

describe.skipIf(tree === null)("the thread's change under the other profiles", () => {
  test("it is all that list asks for", () => {
    const { findings } = reviewUnder("list");

    expect(findings.filter(({ change }) => change !== "fixed")).toEqual([]);
    expect(findings.map((finding) => finding.function).sort()).toEqual([
      "arm_smmu_add_device",
      "arm_smmu_dt_add_device_generic",
    ]);
  });

  test("under approach-a the subsystem's lock keeps the master alive behind the release", () => {
    expect(brought(reviewUnder("approach-a"))).toEqual([]);
  });
});
