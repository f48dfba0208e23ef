/**
 * Runs the two examples of every rule: the one that it must report and the one that it
 * must accept.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { auditFiles } from "../review/index.ts";
import { compilePacks, loadCompiledPacks } from "../rules/index.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const shipped = await compilePacks(yamlUnder("rules"));
const platform = { ...shipped, drivers: [] };
const handlePack = await compilePacks(yamlUnder("fixtures/checks/handle-pack"), platform);
const commonPack = await compilePacks(yamlUnder("fixtures/checks/pack"), platform);
const exchangePack = await compilePacks(yamlUnder("fixtures/checks/exchange-pack"), platform);

describe.each([shipped, commonPack, handlePack, exchangePack])("$drivers.0.model.id", (compiled) => {
  const packs = loadCompiledPacks(compiled);
  const cases = packs.drivers.flatMap(({ model, rules }) =>
    rules.flatMap((rule) => rule.profiles.map((profile) => ({ id: rule.id, profile, model, rule }))),
  );

  test.each(cases)("$id under $profile", ({ id, profile, model, rule }) => {
    const path = (model.files[0] ?? "").replaceAll("*", "example");
    const rulesOf = (text: string) =>
      auditFiles([{ path, text }], packs, profile).findings.map((finding) => finding.rule);

    expect(rulesOf(rule.examples.reports)).toContain(id);
    expect(rulesOf(rule.examples.accepts)).not.toContain(id);
  });
});

function yamlUnder(folder: string) {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => path.posix.join(folder, name))
    .map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), "utf8") }));
}
