/**
 * YAML files of rule packs to what a run uses.
 *
 * A folder with a `driver.yaml` holds a driver's model and its rules; a file with a `model`
 * key is a rule, wherever it lies; every other file is part of the platform.
 */
import { InputError } from "../base/index.ts";
import { type DriverModel, type PackFile, parseDriver, parsePlatform } from "../drivers/index.ts";
import type { CompiledPacks } from "./compiled-packs.ts";
import { parseRule } from "./parse-rule.ts";
import type { Rule } from "./rule.ts";

const NOTHING: CompiledPacks = { version: 1, platform: [], drivers: [] };

/**
 * @param files in any order; `path` is what complaints print
 * @param shipped packs that the files may add to: a rule may name a shipped driver, a platform
 *        line gives a shipped name another meaning, a driver of the same id takes the shipped one's place
 * @throws {InputError} `file:line: …` for the first thing that is wrong
 */
export async function compilePacks(
  files: readonly PackFile[],
  shipped: CompiledPacks = NOTHING,
): Promise<CompiledPacks> {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
  const ofKind = (kind: FileKind) => sorted.filter((file) => kindOf(file) === kind);
  const models: DriverModel[] = [];
  for (const file of ofKind("driver")) models.push(await parseDriver(file));
  refuseTwins(models);
  const kept = shipped.drivers.filter((pack) => !models.some((model) => model.id === pack.model.id));
  // A file that two packs claim belongs to the one that came last.
  const packs = [...models.map((model) => ({ model, rules: [] as readonly Rule[] })), ...kept];
  const rules: Rule[] = [];
  const known = packs.map((pack) => pack.model);
  for (const file of ofKind("rule")) rules.push(await parseRule(file, known));
  return {
    version: 1,
    platform: [...shipped.platform, ...(await parsePlatform(ofKind("platform")))],
    drivers: packs.map(({ model, rules: before }) => ({ model, rules: joinRules(before, rules, model) })),
  };
}

type FileKind = "driver" | "rule" | "platform";

function kindOf(file: PackFile): FileKind {
  if (/(^|[\\/])driver\.ya?ml$/.test(file.path)) return "driver";
  return /^(model|id|guards|profiles)\s*:/m.test(file.text) ? "rule" : "platform";
}

function refuseTwins(models: readonly DriverModel[]): void {
  const seen = new Set<string>();
  for (const { id } of models) {
    if (seen.has(id)) {
      throw new InputError(`two packs are for the driver "${id}"`, { hint: "Give one of them another id." });
    }
    seen.add(id);
  }
}

/** A rule of the same id takes the earlier one's place. */
function joinRules(before: readonly Rule[], added: readonly Rule[], model: DriverModel): readonly Rule[] {
  const own = added.filter((rule) => rule.model === model.id);
  const kept = before.filter((rule) => !own.some((each) => each.id === rule.id));
  return [...kept, ...own].sort((left, right) => (left.id < right.id ? -1 : 1));
}
