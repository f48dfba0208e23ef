/** The objects that rules guard, as a document about locks names them. */
import { formatLockName, type LockMode } from "../drivers/index.ts";
import type { Guard as GuardInForce } from "../locks/index.ts";
import type { GlobalGuard, Guard, Rule } from "../rules/index.ts";

export interface DocumentedObject {
  /** As reports call it: `tree of masters`. */
  readonly noun: string;
  /** The variable, or the struct and its fields. */
  readonly global: string | null;
  readonly struct: string | null;
  readonly fields: readonly string[] | "all";
  readonly lock: string;
  readonly read: LockMode;
  readonly write: LockMode;
  readonly alternatives: readonly string[];
  readonly bySubsystem: readonly { readonly subsystem: string; readonly lock: string }[];
  readonly constant: readonly string[];
  readonly lockFree: readonly string[];
  /** Keys of other members that a walk along the fields reads. */
  readonly walkKeys: readonly string[];
  readonly rule: string;
}

export function documentedObjects(rules: readonly Rule[]): DocumentedObject[] {
  return rules.flatMap((rule) => [
    ...(rule.globals ?? []).map((guard) => ofGlobal(rule, guard)),
    ...rule.guards.map((guard) => ofStruct(rule, guard)),
  ]);
}

/** Whether the guard in force is the one that the object was made from. */
export function isGuardOf(object: DocumentedObject, guard: GuardInForce): boolean {
  return (
    object.rule === guard.rule &&
    object.struct === guard.struct &&
    object.global === guard.global &&
    (object.struct === null || object.fields.toString() === guard.fields.toString())
  );
}

function ofGlobal(rule: Rule, guard: GlobalGuard): DocumentedObject {
  const { global, noun = global } = guard;
  return {
    ...locksOf(rule, guard),
    noun,
    global,
    struct: null,
    fields: [],
    constant: [],
    lockFree: [],
    walkKeys: [],
  };
}

function ofStruct(rule: Rule, guard: Guard): DocumentedObject {
  const { struct, fields, constant, lockFree, walkKeys = [], noun } = guard;
  const name = noun ?? `struct ${struct}${fields === "all" ? "" : `'s ${fields.join(", ")}`}`;
  return { ...locksOf(rule, guard), noun: name, global: null, struct, fields, constant, lockFree, walkKeys };
}

type Locks = Pick<DocumentedObject, "lock" | "read" | "write" | "alternatives" | "bySubsystem" | "rule">;

function locksOf(rule: Rule, guard: Guard | GlobalGuard): Locks {
  return {
    lock: formatLockName(guard.lock),
    read: guard.read,
    write: guard.write,
    alternatives: guard.alternatives.map(formatLockName),
    bySubsystem: (guard.bySubsystem ?? []).map(({ subsystem, lock }) => ({
      subsystem,
      lock: formatLockName(lock),
    })),
    rule: rule.id,
  };
}
