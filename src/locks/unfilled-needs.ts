/**
 * Which needs no caller fills: the needs of each function, held against every
 * way that leads to it.
 *
 * In: the functions of a program and what their entry points' callers hold.
 * Out: each unfilled need once, in the function where it is to be shown: there
 * where the object became shared, or at the calls that lack the lock when other
 * calls of the same function have it.
 */
import { type CallGraph, type EntryWay, holdsInstead, holdsWell } from "./call-graph.ts";
import type { LockNeed } from "./facts.ts";
import { lockNameText } from "./guards.ts";
import { lockText } from "./locking.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import type { ValueId } from "./value.ts";

export interface UnfilledNeed {
  readonly unit: FunctionUnit;
  readonly need: LockNeed;
  /** Calls from an entry point down to `unit`, outermost first; empty when it is entered itself. */
  readonly callers: readonly { readonly unit: FunctionUnit; readonly need: LockNeed }[];
  /** The ways into the outermost function on which the lock is missing. */
  readonly ways: readonly EntryWay[];
  /** Every way in on which it is missing, by whatever calls it leads here. */
  readonly lacking: readonly EntryWay[];
}

interface Verdict {
  readonly entryWays: readonly EntryWay[];
  readonly badCallers: readonly { readonly unit: FunctionUnit; readonly need: LockNeed }[];
  /** Some call fills the need. */
  readonly filled: boolean;
  /** Some call passes an object that outlived its span: reported there. */
  readonly late: boolean;
}

export function unfilledNeeds(program: AnalysedProgram, graph: CallGraph): UnfilledNeed[] {
  const judge = new Judge(program, graph);
  const found = new Map<LockNeed, UnfilledNeed>();
  for (const unit of program.units) {
    for (const need of unit.facts.needs) {
      // Needs that come from a callee are met again on the way up from it.
      if (need.through?.need == null) judge.show(unit, need, found);
    }
  }
  return [...found.values()];
}

class Judge {
  readonly #parents = new Map<LockNeed, { readonly unit: FunctionUnit; readonly need: LockNeed }[]>();
  readonly #verdicts = new Map<LockNeed, Verdict>();
  /** Locks, as the report names them, that functions of an operation table take themselves. */
  readonly #takenIn = new Map<string, Set<string>>();
  readonly #program: AnalysedProgram;
  readonly #graph: CallGraph;

  constructor(program: AnalysedProgram, graph: CallGraph) {
    this.#program = program;
    this.#graph = graph;
    for (const unit of program.units) {
      for (const need of unit.facts.needs)
        if (need.through?.need != null) push(this.#parents, need.through.need, { unit, need });
      for (const table of unit.tables) {
        const taken = this.#takenIn.get(table) ?? new Set();
        for (const { lock } of unit.facts.acquires)
          if (!isLeftHeld(unit, lock)) taken.add(lockText(program.table, lock));
        this.#takenIn.set(table, taken);
      }
    }
  }

  /** Adds the places at which an unfilled need is shown. */
  show(unit: FunctionUnit, need: LockNeed, found: Map<LockNeed, UnfilledNeed>): void {
    if (found.has(need)) return;
    const verdict = this.#verdictOn(unit, need);
    if (!isUnfilled(verdict)) return;
    const goesUp = verdict.entryWays.length === 0 && (this.#isOfCaller(need) || verdict.filled);
    if (goesUp) {
      for (const caller of verdict.badCallers) this.show(caller.unit, caller.need, found);
      return;
    }
    const { callers, ways } = this.#wayTo(unit, need, new Set());
    found.set(need, { unit, need, callers, ways, lacking: [...this.#lacking(unit, need, new Set())] });
  }

  #lacking(unit: FunctionUnit, need: LockNeed, seen: Set<LockNeed>): ReadonlySet<EntryWay> {
    seen.add(need);
    const { entryWays, badCallers } = this.#verdictOn(unit, need);
    const above = badCallers
      .filter((caller) => !seen.has(caller.need))
      .flatMap((caller) => [...this.#lacking(caller.unit, caller.need, seen)]);
    return new Set([...entryWays, ...above]);
  }

  /** The object is what the caller passed: it became shared further up. */
  #isOfCaller(need: LockNeed): boolean {
    const { table } = this.#program;
    if (need.root.kind !== "parameter") return false;
    return need.onWalk || table.get(table.pointerOf(need.object)).kind === "parameter";
  }

  #verdictOn(unit: FunctionUnit, need: LockNeed): Verdict {
    const known = this.#verdicts.get(need);
    if (known !== undefined) return known;
    // A recursive call adds nothing to the ways into the recursion.
    this.#verdicts.set(need, { entryWays: [], badCallers: [], filled: false, late: false });
    const verdict = this.#graph.isBootOnly(unit)
      ? { entryWays: [], badCallers: [], filled: false, late: false }
      : this.#judge(unit, need);
    this.#verdicts.set(need, verdict);
    return verdict;
  }

  #judge(unit: FunctionUnit, need: LockNeed): Verdict {
    const shown = unit.facts.shownAs.get(need) ?? need;
    const ways = this.#graph.waysOf(unit).filter((way) => !way.atBoot);
    const callers = this.#graph.callersOf(unit);
    const lacking = ways.filter(
      (way) => !this.#isFilledBy(need, way) && !this.#isUnknowable(unit, need, way),
    );
    const entryWays = need.guard === null ? assertedOn(ways, lacking, callers.length > 0) : lacking;
    const badCallers: { unit: FunctionUnit; need: LockNeed }[] = [];
    let filled = entryWays.length < ways.length;
    let late = false;
    for (const { unit: caller, call } of callers) {
      if (call.late.has(shown)) {
        const { guard } = need;
        if (guard !== null && this.#graph.waysWithoutInstead(caller, guard).length === 0) filled = true;
        else late = true;
      }
      if (!call.open.has(shown)) {
        filled ||= !call.late.has(shown);
        continue;
      }
      const parents = (this.#parents.get(shown) ?? []).filter(
        (parent) => parent.unit === caller && parent.need.at.start === call.at.start,
      );
      for (const parent of parents) {
        const above = this.#verdictOn(caller, parent.need);
        if (isUnfilled(above)) badCallers.push(parent);
        filled ||= above.filled;
        late ||= above.late;
      }
    }
    return { entryWays, badCallers, filled, late };
  }

  /**
   * An assertion about a lock from elsewhere, in a function that is entered from
   * elsewhere: whoever calls it there may well hold the lock. So may one who has the
   * function's address, unless a function that stands beside it takes the lock itself.
   */
  #isUnknowable(unit: FunctionUnit, need: LockNeed, way: EntryWay): boolean {
    if (need.guard !== null || way.isDeclared) return false;
    const { table, types } = this.#program;
    const text = lockText(table, need.lock);
    if (way.isUnseen && !unit.tables.some((one) => this.#takenIn.get(one)?.has(text))) return true;
    const lock = table.get(need.lock);
    if (lock.kind === "global") return types.globalType(lock.name) === null;
    return lock.kind !== "field" || types.fields(lock.struct) === null;
  }

  #isFilledBy(need: LockNeed, way: EntryWay): boolean {
    const own = lockText(this.#program.table, need.lock);
    const { guard } = need;
    if (guard?.allToWrite === true && need.kind === "write")
      return [own, ...guard.alternatives.map(lockNameText)].every((lock) => holdsWell(way, lock, need.mode));
    if (holdsWell(way, own, need.mode)) return true;
    return guard !== null && holdsInstead(guard, way, need.mode);
  }

  /** One chain of calls from outside on which the need stays open. */
  #wayTo(unit: FunctionUnit, need: LockNeed, seen: Set<LockNeed>): Pick<UnfilledNeed, "callers" | "ways"> {
    seen.add(need);
    const verdict = this.#verdictOn(unit, need);
    if (verdict.entryWays.length > 0) return { callers: [], ways: verdict.entryWays };
    const next = verdict.badCallers.find((caller) => !seen.has(caller.need));
    if (next === undefined) return { callers: [], ways: [] };
    const above = this.#wayTo(next.unit, next.need, seen);
    return { callers: [...above.callers, next], ways: above.ways };
  }
}

/**
 * The code asserts what holds on the ways that lead to the assertion: one that fits is
 * enough, and calls that are seen speak for callers that nobody declares.
 *
 * @returns the ways on which what is asserted is missing
 */
function assertedOn(
  ways: readonly EntryWay[],
  lacking: readonly EntryWay[],
  isCalled: boolean,
): readonly EntryWay[] {
  if (lacking.length < ways.length) return [];
  return isCalled ? lacking.filter(({ isDeclared }) => isDeclared) : lacking;
}

/** Whether some return of a function leaves a lock held, for the functions that are called after it. */
function isLeftHeld({ facts, summary }: FunctionUnit, lock: ValueId): boolean {
  const kept = [...facts.heldOnReturn, ...(summary?.outcomes ?? []).flatMap(({ acquired }) => acquired)];
  return kept.some((held) => held.lock === lock);
}

function isUnfilled(verdict: Verdict): boolean {
  return verdict.entryWays.length > 0 || verdict.badCallers.length > 0 || verdict.late;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
