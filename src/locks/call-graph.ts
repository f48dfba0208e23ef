/** Who calls whom in the program, and which functions run at boot only. */
import type { CallFact } from "./facts.ts";
import { lockText } from "./locking.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import type { ValueTable } from "./value.ts";

/** One way into a function from outside the program, and the locks that its callers hold. */
export interface EntryWay {
  readonly label: string;
  readonly holds: readonly string[];
  /** Those of `holds` that some caller holds for reading only. */
  readonly holdsShared: readonly string[];
  readonly atBoot: boolean;
  /** A pack says what the callers hold; otherwise nothing is known of them. */
  readonly isDeclared: boolean;
}

/** Ways into a function from outside; none for one that only the program calls. */
export type EntryWaysOf = (unit: FunctionUnit) => readonly EntryWay[];

export interface Caller {
  readonly unit: FunctionUnit;
  readonly call: CallFact;
}

export class CallGraph {
  readonly #callers = new Map<FunctionUnit, Caller[]>();
  readonly #named = new Map<string, FunctionUnit>();
  readonly #boot = new Map<FunctionUnit, boolean>();
  readonly #table: ValueTable;
  readonly waysOf: EntryWaysOf;

  constructor(program: AnalysedProgram, waysOf: EntryWaysOf) {
    this.waysOf = waysOf;
    this.#table = program.table;
    for (const unit of program.units) {
      if (!unit.ir.isStatic) this.#named.set(unit.name, unit);
      this.#named.set(`${unit.file.path}:${unit.name}`, unit);
    }
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

  /** A name in a file means that file's own function before a global one. */
  calleeOf(unit: FunctionUnit, name: string): FunctionUnit | undefined {
    return this.#named.get(`${unit.file.path}:${name}`) ?? this.#named.get(name);
  }

  callersOf(unit: FunctionUnit): readonly Caller[] {
    return this.#callers.get(unit) ?? [];
  }

  /** Whether every way into a function at run time comes with one of these locks held. */
  isAlwaysUnder(unit: FunctionUnit, locks: ReadonlySet<string>, visiting = new Set<FunctionUnit>()): boolean {
    // A recursive call adds no way in.
    if (visiting.has(unit) || this.isBootOnly(unit)) return true;
    visiting.add(unit);
    const ways = this.waysOf(unit).filter((way) => !way.atBoot);
    if (!ways.every((way) => way.holds.some((lock) => locks.has(lock)))) return false;
    return this.callersOf(unit).every(
      ({ unit: caller, call }) =>
        call.held.some((lock) => locks.has(lockText(this.#table, lock))) ||
        this.isAlwaysUnder(caller, locks, visiting),
    );
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
