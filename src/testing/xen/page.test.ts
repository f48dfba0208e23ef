/** The page of the real driver: how large it is, and that it shows every finding and every function with locks. */
import { describe, expect, test } from "vitest";
import { renderPage } from "../../reports/index.ts";
import { auditFiles, versionModels } from "../../review/index.ts";
import { shippedHighlighter } from "../highlights.ts";
import { shippedPacks } from "./xen-packs.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const tree = xenTreeOrNotice();
const packs = await shippedPacks();

describe.skipIf(tree === null)("the page of the real driver", () => {
  test("is small and whole", async () => {
    const files = [{ path: SMMU, text: tree === null ? "" : readXenFile(tree, SMMU) }];
    const review = auditFiles(files, packs, "approach-b");
    const sources = () => files[0]?.text ?? null;
    const models = versionModels(review, sources, { packs, beside: {} });

    const page = await renderPage({ review, sources, models, highlighter: shippedHighlighter, version: "0" });

    expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
    expect(page.match(/<article /g)).toHaveLength(review.findings.length);
    const heads = [...page.matchAll(/<h3><code>(\w+)\(\)<\/code> <small>/g)].map(([, name]) => name);
    expect(heads).toEqual(expect.arrayContaining(models("new", null).functions.map(({ name }) => name)));
  });
});
