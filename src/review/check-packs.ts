/**
 * Whether packs do what they say: every rule reports the one of its examples and accepts the
 * other, under each of its profiles, and what a pack names is in the tree.
 */
import { readSourceFile, typeTableOf, variantsOf } from "../c/index.ts";
import { typeOptionsOf } from "../drivers/index.ts";
import {
  bindPack,
  type LoadedPacks,
  type Pack,
  type Profile,
  type Rule,
  treeNamesOf,
} from "../rules/index.ts";
import { auditFiles } from "./audit-files.ts";
import type { InputFile } from "./input-file.ts";

/** An example that does not do as it says. */
export interface ExampleFault {
  readonly profile: Profile;
  readonly example: "reports" | "accepts";
}

/** @returns the examples of the rule that fail; none when both hold under every profile */
export function checkExamples(rule: Rule, packs: LoadedPacks): ExampleFault[] {
  const model = packs.drivers.find((pack) => pack.rules.includes(rule))?.model;
  const path = (model?.files[0] ?? "example.c").replaceAll("*", "example");
  const isReported = (text: string, profile: Profile) =>
    auditFiles([{ path, text }], packs, profile).findings.some((finding) => finding.rule === rule.id);
  return rule.profiles.flatMap((profile): ExampleFault[] => [
    ...(isReported(rule.examples.reports, profile) ? [] : [{ profile, example: "reports" } as const]),
    ...(isReported(rule.examples.accepts, profile) ? [{ profile, example: "accepts" } as const] : []),
  ]);
}

/**
 * @param files the driver's, with the types of its headers
 * @returns one sentence for each name that is gone and each rule that is lost with it, under any profile
 */
export function bindingComplaints(
  pack: Pack,
  files: readonly InputFile[],
  packs: LoadedPacks,
): readonly string[] {
  const sources = files.map(({ path, text }) => readSourceFile(path, text, variantsOf(text)[0] ?? new Map()));
  const types = typeTableOf(sources, typeOptionsOf(packs.platform));
  return bindPack(pack, treeNamesOf(pack, types)).complaints;
}
