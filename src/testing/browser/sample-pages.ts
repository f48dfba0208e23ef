/** Pages to look at: made from the demonstration and a made-up driver, as the program makes them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { readMessages, selectPatches } from "../../patch/index.ts";
import { renderModelPage, renderPage } from "../../reports/index.ts";
import { auditFiles, modelOfFiles, reviewSeries, versionModels } from "../../review/index.ts";
import { shippedHighlighter } from "../highlights.ts";
import { patchedBase } from "../patched-base.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { shippedPacks } from "../xen/xen-packs.ts";

const DRIVER = "xen/drivers/passthrough/arm/smmu.c";
const YARD = "yard.c";

const fixture = (...name: string[]) => readFileSync(path.join(PROJECT_ROOT, "fixtures", ...name), "utf8");
const driver = () => fixture("demo/tree", DRIVER);
const common = { highlighter: shippedHighlighter, version: "0.0.0" };

/** A patch that brings in an early release; its other side can run in the tree as it is. */
export async function reviewPage(): Promise<string> {
  const packs = await shippedPacks();
  const mail = Buffer.from(fixture("demo/protect-masters.patch"));
  const selection = selectPatches(readMessages(mail));
  const base = patchedBase(selection, new Map([[DRIVER, driver()]]));
  const { review, sourceOf: sources } = reviewSeries({
    patches: selection.patches,
    base,
    beside: {},
    packs,
    profile: "approach-b",
    scope: "touched",
  });
  const models = versionModels(review, sources, { packs, beside: {} });
  return renderPage({ review, sources, models, ...common });
}

/** Two drivers: findings of every weight, a cycle of locks, lanes of every kind. */
export async function auditPage(): Promise<string> {
  const packs = await shippedPacks();
  const files = [
    { path: DRIVER, text: driver() },
    { path: YARD, text: fixture("browser", YARD) },
  ];
  const review = auditFiles(files, packs, "approach-b");
  const sources = (name: string) => files.find((file) => file.path === name)?.text ?? null;
  const models = versionModels(review, sources, { packs, beside: {} });
  return renderPage({ review, sources, models, ...common });
}

export async function modelPage(): Promise<string> {
  const packs = await shippedPacks();
  const text = driver();
  const model = modelOfFiles([{ path: DRIVER, text }], packs, "approach-a");
  const sources = (name: string) => (name === DRIVER ? text : null);
  return renderModelPage({ model, sources, profile: "approach-a", ...common });
}
