/**
 * Binds a pack to a tree: which of its rules mean something there.
 *
 * A pack names facts that change with time. Whatever it names and the tree does not
 * have is complained of, once and with what is lost; nothing is guessed, and nothing
 * goes quiet.
 */
import { type DriverModel, formatLockName, type LockName, type Need } from "../drivers/index.ts";
import type { GlobalGuard, Guard, Rule } from "./rule.ts";

/** A driver's model and the rules written for it. */
export interface Pack {
  readonly model: DriverModel;
  readonly rules: readonly Rule[];
}

/** The names that the driver's files declare. */
export interface TreeNames {
  /** Struct tag to the names of its fields. */
  readonly structs: ReadonlyMap<string, Iterable<string>>;
  readonly globals: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

export interface BoundPack {
  readonly model: DriverModel;
  /** The rules that can be applied, with the guards that can. */
  readonly rules: readonly Rule[];
  /** One line for each name that is gone and for each rule that is lost with it. */
  readonly complaints: readonly string[];
  /** Whether at least half of what the model needs is there: false when the file only shares the driver's name. */
  readonly fits: boolean;
}

/** @param pack with the rules of the profile alone, so that no rule of another profile is complained of */
export function bindPack(pack: Pack, names: TreeNames): BoundPack {
  const { model } = pack;
  const present = presenceIn(names);
  const missing = model.needs.filter((need) => !candidatesOf(need).some((name) => present(need.kind, name)));
  const bound = pack.rules.map((rule) => bindRule(rule, model, present));
  const told = missing.filter((need) => !isImplied(need, missing));
  return {
    model,
    rules: bound.flatMap((each) => (each.rule === null ? [] : [each.rule])),
    complaints: [
      ...told.map((need) => missingNeed(model, need)),
      ...new Set(bound.flatMap((each) => each.complaints)),
    ],
    fits: missing.length * 2 <= model.needs.length,
  };
}

/** The fields of a struct that is gone are gone with it. */
function isImplied(need: Need, missing: readonly Need[]): boolean {
  if (need.kind !== "field") return false;
  const structs = candidatesOf(need).map((name) => name.split(".")[0]);
  return missing.some((other) => other.kind === "struct" && structs.every((struct) => struct === other.name));
}

type Presence = (kind: Need["kind"], name: string) => boolean;

function presenceIn(names: TreeNames): Presence {
  const fields = new Set<string>();
  for (const [struct, members] of names.structs)
    for (const member of members) fields.add(`${struct}.${member}`);
  return (kind, name) => {
    switch (kind) {
      case "struct":
        return names.structs.has(name);
      case "field":
        return fields.has(name);
      case "global":
        return names.globals.has(name);
      case "function":
        return names.functions.has(name);
    }
  };
}

function candidatesOf(need: Need): readonly string[] {
  return need.anyOf ?? [need.name];
}

function missingNeed(model: DriverModel, need: Need): string {
  const names = candidatesOf(need).map((name) => `"${name}"`);
  const gone =
    names.length === 1
      ? `the ${need.kind} ${names[0]} is not in this tree`
      : `none of the ${need.kind}s ${names.join(", ")} is in this tree`;
  return `${model.id}: ${gone}${need.without === undefined ? "" : `: ${need.without}`}`;
}

interface BoundRule {
  readonly rule: Rule | null;
  readonly complaints: readonly string[];
}

function bindRule(rule: Rule, model: DriverModel, present: Presence): BoundRule {
  const losses: Loss[] = [];
  const lost: Lost = (name, what) => losses.push({ name, what });
  const guards = rule.guards.flatMap((guard) => bindGuard(guard, model, present, lost));
  const globals = (rule.globals ?? []).filter((guard) => isGlobalBound(guard, model, present, lost));
  if (guards.length + globals.length === 0) return { rule: null, complaints: [lostRule(rule, losses)] };
  const complaints = losses.map(
    ({ name, what }) => `${rule.id}: ${name} is not in this tree, so the ${what} is not checked`,
  );
  return { rule: { ...rule, guards, globals }, complaints };
}

function lostRule(rule: Rule, losses: readonly Loss[]): string {
  const names = [...new Set(losses.map((loss) => loss.name))];
  const gone = names.length === 1 ? `${names[0]} is` : `${names.join(", ")} are`;
  return `${rule.id} is not applied: ${gone} not in this tree`;
}

interface Loss {
  readonly name: string;
  /** What is not checked without it. */
  readonly what: string;
}

type Lost = (name: string, what: string) => void;

function bindGuard(guard: Guard, model: DriverModel, present: Presence, lost: Lost): Guard[] {
  const what = guard.noun ?? `struct ${guard.struct}`;
  if (!present("struct", guard.struct)) {
    lost(`struct ${guard.struct}`, what);
    return [];
  }
  if (!isLockThere(guard.lock, model, present)) {
    lost(`the lock ${formatLockName(guard.lock)}`, what);
    return [];
  }
  const here = (field: string) => present("field", `${guard.struct}.${field}`);
  const kept = {
    constant: guard.constant.filter(here),
    lockFree: guard.lockFree.filter(here),
    ...(guard.walkKeys === undefined ? {} : { walkKeys: guard.walkKeys.filter(here) }),
  };
  if (guard.fields === "all") return [{ ...guard, ...kept }];
  for (const field of guard.fields) {
    if (here(field) || hasStandIn(`${guard.struct}.${field}`, model, present)) continue;
    lost(`struct ${guard.struct}'s field ${field}`, what);
  }
  const fields = guard.fields.filter(here);
  return fields.length === 0 ? [] : [{ ...guard, ...kept, fields }];
}

/** A field whose name of another time is there is not missed. */
function hasStandIn(field: string, model: DriverModel, present: Presence): boolean {
  return model.needs.some(
    (need) => need.anyOf?.includes(field) && need.anyOf.some((name) => present("field", name)),
  );
}

function isGlobalBound(guard: GlobalGuard, model: DriverModel, present: Presence, lost: Lost): boolean {
  const what = guard.noun ?? guard.global;
  const isThere = present("global", guard.global);
  if (!isThere) lost(`the variable ${guard.global}`, what);
  else if (!isLockThere(guard.lock, model, present)) lost(`the lock ${formatLockName(guard.lock)}`, what);
  else return true;
  return false;
}

/** A lock that another file defines is not looked for. */
function isLockThere(lock: LockName, model: DriverModel, present: Presence): boolean {
  const name = formatLockName(lock);
  const fact = model.lockFacts?.find((each) => formatLockName(each.lock) === name);
  if (fact !== undefined && fact.definedIn !== null) return true;
  return present(lock.kind === "global" ? "global" : "field", name);
}
