/**
 * What a function uses of the guarded memory, itself and through its callees, as seen
 * from its callers: under which locks that were taken on the way, or still under none.
 *
 * In: the facts of a program. Out: uses of objects that others can reach; what is
 * private where it is used, or in the caller that hands it down, is left out.
 */
import type { CallGraph } from "./call-graph.ts";
import type { AccessKind, CallFact, LockNeed } from "./facts.ts";
import { type Guard, lockNameText, locksInstead } from "./guards.ts";
import { lockText } from "./locking.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import type { ValueId } from "./value.ts";

export interface GuardedUse {
  readonly guard: Guard;
  readonly kind: AccessKind;
  /** The function that does it. */
  readonly in: string;
  /** Locks that are held there by what the functions on the way did, as the report names them. */
  readonly held: ReadonlySet<string>;
  /** The need that the callers have to fill; null when it is filled, or nobody can. */
  readonly need: LockNeed | null;
  /** The object outlived the span in which it was found: taking the guard's own lock again does not help. */
  readonly isLate: boolean;
}

export class GuardedUses {
  readonly #known = new Map<FunctionUnit, readonly GuardedUse[]>();
  readonly #program: AnalysedProgram;
  readonly #graph: CallGraph;

  constructor(program: AnalysedProgram, graph: CallGraph) {
    this.#program = program;
    this.#graph = graph;
  }

  of(unit: FunctionUnit): readonly GuardedUse[] {
    const known = this.#known.get(unit);
    if (known !== undefined) return known;
    // A recursive call uses nothing that the function does not use.
    this.#known.set(unit, []);
    const called = unit.facts.calls.flatMap((call) => {
      const callee = this.#graph.calleeOf(unit, call.callee);
      return callee === undefined
        ? []
        : this.of(callee).flatMap((use) => this.#lifted(use, { unit, call, callee }));
    });
    const uses = distinct([...this.#own(unit), ...this.#late(unit), ...called]);
    this.#known.set(unit, uses);
    return uses;
  }

  /** Accesses under the guard's lock, and those that need it from a caller. */
  #own(unit: FunctionUnit): GuardedUse[] {
    const { accesses, globalUses, needs } = unit.facts;
    const seen = [...accesses.filter((access) => !access.private), ...globalUses];
    const covered = seen.flatMap(({ guard, kind, held }): GuardedUse[] => {
      const locks = this.#names(held);
      if (kind === "call" || !isFilled(guard, locks)) return [];
      return [{ guard, kind, in: unit.name, held: locks, need: null, isLate: false }];
    });
    const open = needs.flatMap((need): GuardedUse[] => {
      if (need.through !== null) return [];
      const use = { in: unit.name, held: this.#names(need.held), need, isLate: false } as const;
      return accessesAt(unit, need).map((access) => ({ ...use, ...access }));
    });
    return [...covered, ...open];
  }

  #late(unit: FunctionUnit): GuardedUse[] {
    return unit.facts.lateUses.flatMap(({ guard, kind, held, through }): GuardedUse[] => {
      if (guard === null || kind === "store") return [];
      const place = through?.need?.function ?? unit.name;
      return [{ guard, kind, in: place, held: this.#names(held), need: null, isLate: true }];
    });
  }

  /** A callee's use as the caller's own. */
  #lifted(
    use: GuardedUse,
    {
      unit,
      call,
      callee,
    }: { readonly unit: FunctionUnit; readonly call: CallFact; readonly callee: FunctionUnit },
  ): GuardedUse[] {
    const held = new Set([...use.held, ...this.#names(call.held)]);
    if (use.need === null) return [{ ...use, held }];
    const shown = callee.facts.shownAs.get(use.need) ?? use.need;
    // Told as a late use of the caller's.
    if (call.late.has(shown)) return [];
    const parents = unit.facts.needs.filter(
      ({ through, at }) => through?.need === shown && at.start === call.at.start,
    );
    if (call.open.has(shown)) return parents.map((need) => ({ ...use, held, need }));
    // Filled: by a lock, or because nobody else can reach the object.
    return isFilled(use.guard, held) ? [{ ...use, held, need: null }] : [];
  }

  #names(held: readonly ValueId[]): ReadonlySet<string> {
    return new Set(held.map((lock) => lockText(this.#program.table, lock)));
  }
}

/** What one call does to an object is one need; each thing that it does stands among the accesses. */
function accessesAt({ facts }: FunctionUnit, need: LockNeed): Pick<GuardedUse, "guard" | "kind">[] {
  if (need.guard === null) return [];
  const seen = facts.accesses.filter(
    ({ at, guard }) => at.start === need.at.start && guard.rule === need.guard?.rule,
  );
  const uses = seen.flatMap(({ guard, kind }) => (kind === "call" ? [] : [{ guard, kind }]));
  return [{ guard: need.guard, kind: need.kind }, ...uses];
}

function isFilled(guard: Guard, held: ReadonlySet<string>): boolean {
  if (held.has(lockNameText(guard.lock))) return true;
  return [...locksInstead(guard)].some((lock) => held.has(lock));
}

/** Uses that a caller cannot tell apart are one. */
function distinct(uses: readonly GuardedUse[]): GuardedUse[] {
  const needs = new Map<LockNeed, number>();
  const numberOf = (need: LockNeed | null): number => {
    if (need === null) return -1;
    const number = needs.get(need) ?? needs.size;
    needs.set(need, number);
    return number;
  };
  const seen = new Map<string, GuardedUse>();
  for (const use of uses) {
    const { rule, struct, global, fields } = use.guard;
    const what = [rule, struct, global, fields, use.kind, use.in, [...use.held].sort(), use.isLate];
    const key = JSON.stringify([...what, numberOf(use.need)]);
    if (!seen.has(key)) seen.set(key, use);
  }
  return [...seen.values()];
}
