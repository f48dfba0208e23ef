/** What an audit of several drivers compares: what each is held to, which locks it takes, how it is entered. */
import { compareText } from "../base/index.ts";
import type { DriverModel } from "../drivers/index.ts";
import { lockKind } from "../locks/index.ts";
import { documentedObjects } from "./documented-objects.ts";
import type { AnalysedVariant } from "./files-analysis.ts";

export interface AuditedDriver {
  /** The pack's id. */
  readonly id: string;
  readonly files: readonly string[];
  /** What its rules guard, as reports call it, with the lock. */
  readonly guarded: readonly GuardedNoun[];
  /** Locks that its functions take. */
  readonly locks: readonly string[];
  /** Members of its operation tables. */
  readonly operations: readonly string[];
}

interface GuardedNoun {
  readonly noun: string;
  readonly lock: string;
}

/** What one program shows of a driver. */
export interface DriverPart {
  readonly id: string;
  readonly files: readonly string[];
  readonly guarded: readonly GuardedNoun[];
  readonly functions: readonly {
    /** `path:name`, unique in the program. */
    readonly key: string;
    readonly locks: readonly string[];
    readonly operations: readonly string[];
  }[];
}

/** @returns the drivers that packs speak of; files of no pack are left out */
export function driverParts(analysed: AnalysedVariant, paths: readonly string[]): DriverPart[] {
  const models = [...new Set(paths.flatMap((path) => analysed.modelOf(path) ?? []))];
  return models.map((model) => driverPart(analysed, model, paths));
}

function driverPart(
  { program, rules, modelOf }: AnalysedVariant,
  model: DriverModel,
  paths: readonly string[],
): DriverPart {
  const units = program.units.filter((unit) => modelOf(unit.file.path) === model);
  const objects = documentedObjects(rules.filter((rule) => rule.model === model.id));
  return {
    id: model.id,
    files: paths.filter((path) => modelOf(path) === model),
    guarded: objects.map(({ noun, lock }) => ({ noun, lock })),
    functions: units.map((unit) => ({
      key: `${unit.file.path}:${unit.name}`,
      locks: unit.facts.acquires.flatMap(({ lock }) => lockKind(program.table, lock) ?? []),
      operations: unit.operations,
    })),
  };
}

/** Sorted by id. A function of several programs counts as in the first that has it. */
export function joinDrivers(parts: readonly DriverPart[]): AuditedDriver[] {
  const ids = [...new Set(parts.map(({ id }) => id))].sort(compareText);
  return ids.map((id) => {
    const own = parts.filter((part) => part.id === id);
    const functions = new Map<string, DriverPart["functions"][number]>();
    for (const one of own.flatMap((part) => part.functions))
      if (!functions.has(one.key)) functions.set(one.key, one);
    const guarded = own.flatMap((part) => part.guarded);
    return {
      id,
      files: [...new Set(own.flatMap(({ files }) => files))],
      guarded: [...new Map(guarded.map((one) => [`${one.noun}\n${one.lock}`, one])).values()],
      locks: sortedNames([...functions.values()].flatMap(({ locks }) => locks)),
      operations: sortedNames([...functions.values()].flatMap(({ operations }) => operations)),
    };
  });
}

function sortedNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareText);
}
