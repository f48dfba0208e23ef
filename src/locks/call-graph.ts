/** Who calls whom in the program, and which functions run at boot only. */
import type { LockMode } from "../drivers/index.ts";
import { calleeFinder, type FindCallee } from "./callee-names.ts";
import type { CallFact } from "./facts.ts";
import { type Guard, locksInstead, locksInsteadFor } from "./guards.ts";
import { lockText } from "./locking.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import type { ValueTable } from "./value.ts";

/** One way into a function from outside the program, and the locks that its callers hold. */
export interface EntryWay {
  readonly label: string;
  /** The member of the operation table; null when it is entered by name. */
  readonly operation: string | null;
  /** Who enters, as the pack names it; null when nothing is known of the callers. */
  readonly subsystem: string | null;
  readonly holds: readonly string[];
  /** Those of `holds` that some caller holds for reading only. */
  readonly holdsShared: readonly string[];
  readonly atBoot: boolean;
  /** A pack says what the callers hold; otherwise nothing is known of them. */
  readonly isDeclared: boolean;
  /** By callers that cannot be seen: they have its address, make its name by a macro, or call in other builds. */
  readonly isUnseen: boolean;
}

/** Whether the callers on a way hold a lock, by its name, in the mode that is needed. */
export function holdsWell({ holds, holdsShared }: EntryWay, lock: string, mode: LockMode): boolean {
  return holds.includes(lock) && (mode === "shared" || !holdsShared.includes(lock));
}

/** Whether the callers on that way hold a lock that the guard takes instead of its own. */
export function holdsInstead(guard: Guard, way: EntryWay, mode: LockMode): boolean {
  return [...locksInsteadFor(guard, way.subsystem)].some((lock) => holdsWell(way, lock, mode));
}

/** Ways into a function from outside; none for one that only the program calls. */
export type EntryWaysOf = (unit: FunctionUnit) => readonly EntryWay[];

export interface Caller {
  readonly unit: FunctionUnit;
  readonly call: CallFact;
}

export class CallGraph {
  readonly #callers = new Map<FunctionUnit, Caller[]>();
  readonly #find: FindCallee<FunctionUnit>;
  readonly #boot = new Map<FunctionUnit, boolean>();
  readonly #table: ValueTable;
  readonly waysOf: EntryWaysOf;

  constructor(program: AnalysedProgram, waysOf: EntryWaysOf) {
    this.waysOf = waysOf;
    this.#table = program.table;
    this.#find = calleeFinder(program.units);
    for (const unit of program.units) {
      for (const call of unit.facts.calls) {
        const callee = this.calleeOf(unit, call.callee);
        if (callee === undefined) continue;
        const known = this.#callers.get(callee);
        if (known === undefined) this.#callers.set(callee, [{ unit, call }]);
        else known.push({ unit, call });
      }
    }
  }

  calleeOf(unit: FunctionUnit, name: string): FunctionUnit | undefined {
    return this.#find(unit.file, name);
  }

  callersOf(unit: FunctionUnit): readonly Caller[] {
    return this.#callers.get(unit) ?? [];
  }

  /** The ways into a function at run time on which no lock is held that the guard takes instead of its own. */
  waysWithoutInstead(
    unit: FunctionUnit,
    guard: Guard,
    visiting = new Set<FunctionUnit>(),
  ): readonly EntryWay[] {
    // A recursive call adds no way in.
    if (visiting.has(unit) || this.isBootOnly(unit)) return [];
    visiting.add(unit);
    const locks = locksInstead(guard);
    const callers = this.callersOf(unit)
      .filter(({ call }) => !call.held.some((lock) => locks.has(lockText(this.#table, lock))))
      .flatMap(({ unit: caller }) => this.waysWithoutInstead(caller, guard, visiting));
    const own = this.waysOf(unit).filter((way) => !way.atBoot && !holdsInstead(guard, way, guard.read));
    return [...new Set([...own, ...callers])];
  }

  /** The function is marked so, or everything that calls it runs at boot only. */
  isBootOnly(unit: FunctionUnit, visiting = new Set<FunctionUnit>()): boolean {
    const known = this.#boot.get(unit);
    if (known !== undefined) return known;
    if (unit.isBoot || visiting.has(unit)) return true;
    visiting.add(unit);
    const callers = this.callersOf(unit);
    const ways = this.waysOf(unit);
    const boot =
      ways.every((way) => way.atBoot) &&
      callers.length + ways.length > 0 &&
      callers.every((caller) => this.isBootOnly(caller.unit, visiting));
    this.#boot.set(unit, boot);
    return boot;
  }
}
