/**
 * A rule's YAML to a rule whose names the driver model declares.
 *
 * In:  the file, and the models that it may belong to.
 * Out: the rule with its defaults filled in. Whether the names exist in a given tree is
 *      another question: see `bind-pack.ts`.
 */
import { suggestWord } from "../base/index.ts";
import {
  complaint,
  type DriverModel,
  declaredType,
  type LockMode,
  type LockName,
  type PackDocument,
  type PackFile,
  type PackPath,
  parseLockName,
  readPackDocument,
  refuseUnknownField,
  refuseUnknownLock,
} from "../drivers/index.ts";
import type { SubsystemLock } from "../locks/index.ts";
import type { GlobalGuard, Guard, Rule } from "./rule.ts";

interface LockDeclaration {
  readonly lock: string;
  readonly read?: LockMode;
  readonly write?: LockMode;
  readonly alternatives?: readonly string[];
  readonly orSubsystemLock?: boolean;
  readonly noun?: string;
}

type GuardDeclaration = LockDeclaration &
  Pick<Guard, "struct" | "fields"> &
  Partial<Pick<Guard, "constant" | "lockFree" | "walkKeys" | "neverFreed" | "allToWrite">>;

type RuleDeclaration = Omit<Rule, "guards" | "globals"> & {
  readonly guards: readonly GuardDeclaration[];
  readonly globals?: readonly (LockDeclaration & { readonly global: string })[];
};

type RuleDocument = PackDocument<RuleDeclaration>;

/** @throws {InputError} `file:line: …` for what the schema refuses and for names that no model declares. */
export async function parseRule(file: PackFile, models: readonly DriverModel[]): Promise<Rule> {
  const document = await readPackDocument<RuleDeclaration>(file, "rule");
  const model = modelOf(document, models);
  refuseForeignId(document);
  const { guards, globals, ...rest } = document.value;
  return {
    ...rest,
    guards: guards.map((guard, index) => guardOf(document, model, guard, ["guards", index])),
    globals: (globals ?? []).map((guard, index) => globalOf(document, model, guard, ["globals", index])),
  };
}

function modelOf(document: RuleDocument, models: readonly DriverModel[]): DriverModel {
  const name = document.value.model;
  const model = models.find((each) => each.id === name);
  if (model !== undefined) return model;
  const hint = suggestWord(
    name,
    models.map((each) => each.id),
  );
  throw complaint(document, ["model"], `no driver "${name}"`, hint);
}

/** Reports and suppressions name the id, so it must lead back to the file. */
function refuseForeignId(document: RuleDocument): void {
  const { id, model } = document.value;
  const fileName = document.file.split(/[\\/]/).at(-1) ?? "";
  const expected = `${model}/${fileName.replace(/\.ya?ml$/, "")}`;
  if (id === expected) return;
  throw complaint(document, ["id"], `the id "${id}" is not the file's`, `Write "${expected}".`);
}

function guardOf(document: RuleDocument, model: DriverModel, guard: GuardDeclaration, path: PackPath): Guard {
  declaredType(document, model, guard.struct, [...path, "struct"]);
  const lists = { fields: guard.fields === "all" ? [] : guard.fields, ...listsOf(guard) };
  for (const [key, fields] of Object.entries(lists)) {
    for (const field of fields) {
      refuseUnknownField(document, model, { struct: guard.struct, field }, [...path, key]);
    }
  }
  const { lock: _lock, alternatives: _alternatives, orSubsystemLock: _or, ...rest } = guard;
  return { constant: [], lockFree: [], ...rest, ...lockOf(document, model, guard, path) };
}

function listsOf(guard: GuardDeclaration): Record<string, readonly string[]> {
  return { constant: guard.constant ?? [], lockFree: guard.lockFree ?? [], walkKeys: guard.walkKeys ?? [] };
}

function globalOf(
  document: RuleDocument,
  model: DriverModel,
  guard: LockDeclaration & { readonly global: string },
  path: PackPath,
): GlobalGuard {
  const { lock: _lock, alternatives: _alternatives, orSubsystemLock: _or, ...rest } = guard;
  return { ...rest, ...lockOf(document, model, guard, path) };
}

interface LockTerms {
  readonly lock: LockName;
  readonly read: LockMode;
  readonly write: LockMode;
  readonly alternatives: readonly LockName[];
  readonly bySubsystem?: readonly SubsystemLock[];
}

function lockOf(
  document: RuleDocument,
  model: DriverModel,
  guard: LockDeclaration,
  path: PackPath,
): LockTerms {
  refuseUnknownLock(document, model, guard.lock, [...path, "lock"]);
  const alternatives = guard.alternatives ?? [];
  for (const lock of alternatives) refuseUnknownLock(document, model, lock, [...path, "alternatives"]);
  return {
    lock: parseLockName(guard.lock),
    read: guard.read ?? "exclusive",
    write: guard.write ?? "exclusive",
    alternatives: alternatives.map(parseLockName),
    ...(guard.orSubsystemLock === true ? { bySubsystem: subsystemLocks(document, model, path) } : {}),
  };
}

function subsystemLocks(document: RuleDocument, model: DriverModel, path: PackPath): SubsystemLock[] {
  const locks = (model.subsystems ?? []).flatMap(({ subsystem, lock }) =>
    lock === null ? [] : [{ subsystem, lock }],
  );
  if (locks.length > 0) return locks;
  throw complaint(
    document,
    [...path, "orSubsystemLock"],
    `no subsystem of driver ${model.id} has a lock`,
    'Give them under "subsystems" in its driver.yaml.',
  );
}
