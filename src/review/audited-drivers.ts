/** What an audit of several drivers compares: what each is held to, which locks it takes, how it is entered. */
import { compareText } from "../base/index.ts";
import type { DriverModel } from "../drivers/index.ts";
import { lockKind } from "../locks/index.ts";
import type { AnalysedVariant } from "./analyse-files.ts";
import { documentedObjects } from "./documented-objects.ts";

export interface AuditedDriver {
  /** The pack's id. */
  readonly id: string;
  readonly files: readonly string[];
  /** What its rules guard, as reports call it, with the lock. */
  readonly guarded: readonly { readonly noun: string; readonly lock: string }[];
  /** Locks that its functions take. */
  readonly locks: readonly string[];
  /** Members of its operation tables. */
  readonly operations: readonly string[];
}

/** @returns the drivers that packs speak of, by id; files of no pack are left out */
export function auditedDrivers(analysed: AnalysedVariant, paths: readonly string[]): AuditedDriver[] {
  const models = [...new Set(paths.flatMap((path) => analysed.modelOf(path) ?? []))];
  return models
    .map((model) => auditedDriver(analysed, model, paths))
    .sort((left, right) => compareText(left.id, right.id));
}

function auditedDriver(
  { program, rules, modelOf }: AnalysedVariant,
  model: DriverModel,
  paths: readonly string[],
): AuditedDriver {
  const units = program.units.filter((unit) => modelOf(unit.file.path) === model);
  const taken = units.flatMap((unit) =>
    unit.facts.acquires.flatMap(({ lock }) => lockKind(program.table, lock) ?? []),
  );
  const objects = documentedObjects(rules.filter((rule) => rule.model === model.id));
  return {
    id: model.id,
    files: paths.filter((path) => modelOf(path) === model),
    guarded: objects.map(({ noun, lock }) => ({ noun, lock })),
    locks: sortedNames(taken),
    operations: sortedNames(units.flatMap(({ operations }) => operations)),
  };
}

function sortedNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareText);
}
