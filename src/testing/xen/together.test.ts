/**
 * The thread's whole argument on the real driver: what the patch does is harmless
 * in the tree of its day, and is not with the removal that was on the list already.
 */
import { describe, expect, test } from "vitest";
import { readMessages, selectPatches } from "../../patch/index.ts";
import { renderMails, renderText } from "../../reports/index.ts";
import { applyTogether, reviewSeries, type SeriesReview, type TogetherSource } from "../../review/index.ts";
import { patchedBase } from "../patched-base.ts";
import { patchMailOf } from "./format-mail.ts";
import { applyRemovalChange } from "./removal-patch.ts";
import { applyThreadChange } from "./thread-patch.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice();
const packs = await shippedPacks();

type Change = (text: string) => string;

function patchOf(subject: string, before: string, change: Change) {
  const mail = patchMailOf(subject, { file: SMMU, before, after: change(before) });
  return selectPatches(readMessages(Buffer.from(mail)));
}

function reviewWith(own: Change, others: Change): SeriesReview {
  const before = readXenFile(tree ?? "", SMMU);
  const selection = patchOf("[PATCH] xen/arm: smmu: protect the masters", before, own);
  const base = patchedBase(selection, new Map([[SMMU, before]]));
  const pending = patchOf("[PATCH] xen/arm: smmu: remove devices", before, others);
  const result = applyTogether(base, pending, new Map([[SMMU, before]]));
  return reviewSeries({
    patches: selection.patches,
    base,
    packs,
    profile: "approach-b",
    scope: "touched",
    together: { source: appliedOf(result) },
  });
}

function appliedOf(result: ReturnType<typeof applyTogether>): TogetherSource {
  if (result.kind !== "applied") throw new Error(`the patches do not apply together: ${result.kind}`);
  return result.source;
}

describe.skipIf(tree === null)("the thread's patch with the removal that is pending", () => {
  const done = tree === null ? null : reviewWith(applyThreadChange, applyRemovalChange);
  const early = done?.review.findings.find(({ check }) => check === "early-unlock");
  const together = done?.review.together ?? null;

  test("the early release cannot happen in the tree alone", () => {
    expect(early?.function).toBe("arm_smmu_add_device");
    expect(early?.status).toBe("latent");
  });

  test("it becomes live with the removal, and the path that frees the master is shown", () => {
    const woken = together?.woken.get(early?.fingerprint ?? "");
    const path = woken?.conflict.map((step) => `${step.function}: ${step.what}`).join("\n");

    expect(path).toMatch(/^(?:forget_smmu_master|arm_smmu_dt_remove_device_generic): /m);
    expect(path).toMatch(/rb_erase|kfree/);
  });

  test("nothing that the removal does wrong is told to the author of this patch", () => {
    expect(together?.appeared).toEqual([]);
    const told = done?.review.findings.filter(
      ({ change }) => change === "introduced" || change === "exposed",
    );
    expect(told?.map(({ function: name }) => name)).toEqual(["arm_smmu_add_device"]);
  });

  test("the report for people and the reply say it", () => {
    const text =
      done === null
        ? ""
        : renderText(done.review, done.sourceOf, { color: false, unicode: true, width: null });
    const [mail = ""] =
      done === null
        ? []
        : renderMails(done.review, {
            tool: { name: "lockspan", version: "0.0.0" },
            from: "lockspan <lockspan@example.org>",
            domain: "example.org",
            date: null,
            closing: "Say so.",
          });

    expect(text).toContain(
      'with "[PATCH] xen/arm: smmu: remove devices" applied as well: 1 finding becomes live',
    );
    expect(mail.replace(/\s+/g, " ")).toContain(
      'With "[PATCH] xen/arm: smmu: remove devices" (<20211026122903.1-1-contributor@example.org>) applied as well, the above becomes live',
    );
  });
});

describe.skipIf(tree === null)("the removal with the thread's patch that is pending", () => {
  test("what the other one releases too early is not told to the author of the removal", () => {
    const { review } = reviewWith(applyRemovalChange, applyThreadChange);
    const functions = review.findings
      .filter(({ change }) => change === "introduced")
      .map(({ function: name }) => name);

    expect(functions).not.toContain("arm_smmu_add_device");
    expect(review.together?.appeared).toEqual([]);
  });
});
