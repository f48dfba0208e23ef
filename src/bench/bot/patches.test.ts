/** The patches that the bot is measured with: different, well made, and of the file as it is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyFileDiff, readMessages, selectPatches, textFileOf } from "../../patch/index.ts";
import { DEMO_TREE } from "../../testing/bot/mails.ts";
import { SMMU } from "../../testing/xen/xen-tree.ts";
import { patchMail } from "./archive.ts";
import { patchesOf } from "./patches.ts";

test("each applies, and no two are alike", () => {
  const text = readFileSync(join(DEMO_TREE, SMMU), "utf8");
  const patches = patchesOf(SMMU, text, 40);
  expect(patches.length).toBe(40);
  expect(new Set(patches.map(({ diff }) => diff)).size).toBe(40);
  for (const [number, patch] of patches.entries()) {
    const [selected] = selectPatches(readMessages(Buffer.from(patchMail(patch, number).text))).patches;
    const [file] = selected?.files ?? [];
    if (file === undefined) throw new Error("it was not read");
    expect(applyFileDiff(textFileOf(text), file).kind).toBe("applied");
  }
});
