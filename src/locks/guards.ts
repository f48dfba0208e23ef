/** Which locks guard which memory, in the form that the analysis asks for. */
import type { LockMode, LockName } from "../drivers/index.ts";

/** The lock under which a subsystem keeps its own callers apart. */
export interface SubsystemLock {
  readonly subsystem: string;
  readonly lock: LockName;
}

/** One guard of one rule: fields of a struct, or a global, and the lock over them. */
export interface Guard {
  readonly rule: string;
  /** The struct tag, or null when the guard is about a global. */
  readonly struct: string | null;
  readonly global: string | null;
  /** `all`: the object itself lives only as long as the lock is held. */
  readonly fields: readonly string[] | "all";
  readonly lock: LockName;
  readonly read: LockMode;
  readonly write: LockMode;
  readonly alternatives: readonly LockName[];
  /** Locks that do as well on ways in from one subsystem; left out: none. */
  readonly bySubsystem?: readonly SubsystemLock[];
  /** A write needs the lock and all that do as well for a read. */
  readonly allToWrite?: boolean;
  readonly constant: readonly string[];
  readonly lockFree: readonly string[];
  /** Keys of other members that a walk along the guarded links reads: part of the walk. */
  readonly walkKeys: readonly string[];
  /** A pointer may outlive the span; only the fields need the lock. */
  readonly neverFreed: boolean;
}

/** Guards and handle cells of the rules in force. */
export interface GuardTable {
  readonly guards: readonly Guard[];
  /** Cells that keep a guarded object findable: `struct.field`. */
  readonly handles: ReadonlySet<string>;
}

/** The guard over a field of a struct, or null. One that names the field stands before one over the whole object. */
export function guardOfField(table: GuardTable, struct: string, field: string): Guard | null {
  const ofStruct = table.guards.filter((guard) => guard.struct === struct);
  const named = ofStruct.find((guard) => guard.fields !== "all" && guard.fields.includes(field));
  return named ?? ofStruct.find((guard) => guard.fields === "all") ?? null;
}

export function guardOfGlobal(table: GuardTable, name: string): Guard | null {
  return table.guards.find((guard) => guard.global === name) ?? null;
}

type Instead = Pick<Guard, "alternatives" | "bySubsystem">;

/**
 * The locks that do instead of the guard's own, as the report names them. Code that takes
 * or asserts the lock of one subsystem knows whose device it is handed.
 */
export function locksInstead({ alternatives, bySubsystem = [] }: Instead): ReadonlySet<string> {
  return new Set([...alternatives, ...bySubsystem.map(({ lock }) => lock)].map(lockNameText));
}

/** Those that do for callers of a subsystem. One without a lock of its own may hold that of any. */
export function locksInsteadFor(guard: Instead, subsystem: string | null): ReadonlySet<string> {
  const own = guard.bySubsystem?.filter((each) => each.subsystem === subsystem) ?? [];
  return own.length === 0 ? locksInstead(guard) : locksInstead({ ...guard, bySubsystem: own });
}

/** How a lock is spelt for people and in the report: `lock` or `struct_tag.member`. */
export function lockNameText(lock: LockName): string {
  return lock.kind === "global" ? lock.name : `${lock.struct}.${lock.field}`;
}
