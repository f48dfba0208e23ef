/** A rule: data that runs a check on named fields and locks. */
import type { LockMode, LockName } from "../drivers/index.ts";
import type { SubsystemLock } from "../locks/index.ts";

export type Profile = "list" | "approach-a" | "approach-b";
export const PROFILES: readonly Profile[] = ["list", "approach-a", "approach-b"];

/** Fields of one struct and the lock that they may be touched under. */
export interface Guard {
  readonly struct: string;
  /** Field names, or `all`. */
  readonly fields: readonly string[] | "all";
  /** For `member` locks: the lock of the same object, or of the object that contains it. */
  readonly lock: LockName;
  /** What a read and a write need. */
  readonly read: LockMode;
  readonly write: LockMode;
  /** Locks that do as well, when every caller on the path holds one of them. */
  readonly alternatives: readonly LockName[];
  /** The lock of the device's subsystem does as well, on ways in from that subsystem; left out: it does not. */
  readonly bySubsystem?: readonly SubsystemLock[];
  /** Any one of the locks is enough to read, and only all of them to write. */
  readonly allToWrite?: boolean;
  /** Fields that never change after publication: read without a lock. */
  readonly constant: readonly string[];
  /** Fields that are accessed atomically by design. */
  readonly lockFree: readonly string[];
  /** How a report calls the guarded thing: `master`, `tree of masters`. */
  readonly noun?: string;
  /**
   * The fields are links of a list or tree, and these are the keys that a walk along them reads:
   * reading the key of a member met on a walk belongs to the walk, and is not a finding of its own.
   */
  readonly walkKeys?: readonly string[];
  /** Published objects are never freed: a pointer may be kept after the span, only the fields need the lock. */
  readonly neverFreed?: boolean;
}

/** A global variable, such as a list's head, and the lock that it may be touched under. */
export interface GlobalGuard {
  readonly global: string;
  readonly lock: LockName;
  readonly read: LockMode;
  readonly write: LockMode;
  readonly alternatives: readonly LockName[];
  /** The lock of the device's subsystem does as well, on ways in from that subsystem; left out: it does not. */
  readonly bySubsystem?: readonly SubsystemLock[];
  readonly noun?: string;
}

export interface Rule {
  /** `<model>/<name>`: the file's path in `rules/`. */
  readonly id: string;
  readonly model: string;
  readonly profiles: readonly Profile[];
  readonly title: string;
  readonly guards: readonly Guard[];
  readonly globals?: readonly GlobalGuard[];
  /** What can happen, as the end of a sentence: "another CPU may free it meanwhile". */
  readonly consequence?: string;
  /** For people: why it matters, what to do, where it is shown. */
  readonly why: string;
  readonly fix: string;
  readonly sources: readonly { readonly ref: string; readonly shows: string }[];
  readonly examples: { readonly reports: string; readonly accepts: string };
}
