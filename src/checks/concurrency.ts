/**
 * What can happen at the same time as an access: who else, at run time, writes,
 * links or frees objects of the type.
 *
 * In:  the place of a finding and the ways that lead there without the lock.
 * Out: whether another way can be under way with it, and that way's path.
 *
 * Boot never runs beside anything. Two ways are kept apart by a global lock that
 * both hold; member locks are not counted, since each object has its own.
 */
import type { FindingNotes, TraceStep } from "../findings/index.ts";
import {
  type AccessFact,
  type AnalysedProgram,
  type CallGraph,
  type FunctionUnit,
  type Guard,
  type HeldGlobals,
  lockNameText,
  locksInsteadFor,
  type Meeting,
  meetingOf,
  type ReachingWay,
  ReachingWays,
  type RemovalFact,
  type UnfilledNeed,
  withLocks,
} from "../locks/index.ts";
import { stepAt, textAt } from "./place.ts";
import { accessText, deepest, waySteps } from "./steps.ts";

export interface Verdict {
  readonly status: "live" | "latent" | "unknown";
  readonly conflict: readonly TraceStep[];
  /** Why it is not live, as a clause without a full stop. */
  readonly reason?: NonNullable<FindingNotes["statusReason"]>;
  /** Only a lock that no rule counts on keeps the two sides apart. */
  readonly isKeptApart?: boolean;
}

/** What a finding is about, and how it is reached. */
interface OwnSide {
  readonly unit: FunctionUnit;
  readonly struct: string | null;
  readonly field: string | null;
  readonly kind: AccessFact["kind"];
  readonly guard: Guard | null;
  readonly ways: readonly HeldGlobals[];
}

/** Something elsewhere that an access can meet. */
interface OtherSide {
  readonly unit: FunctionUnit;
  readonly fact: AccessFact | RemovalFact;
  readonly what: string;
}

export class Concurrency {
  readonly #program: AnalysedProgram;
  readonly #ways: ReachingWays;
  readonly #counted: ReadonlySet<string>;
  readonly #units: readonly FunctionUnit[];

  /** @param counted the locks that any profile's rules name as guards */
  constructor(program: AnalysedProgram, graph: CallGraph, counted: ReadonlySet<string>) {
    this.#program = program;
    this.#ways = new ReachingWays(program, graph);
    this.#counted = counted;
    this.#units = program.units.filter((unit) => !graph.isBootOnly(unit));
  }

  /** For what a pointer's life depends on: a path that unlinks or frees such an object. */
  ofLife(unit: FunctionUnit, struct: string | null, held: readonly number[]): Verdict {
    const ways = this.#ways
      .into(unit, null)
      .map((way) => withLocks(way.holds, this.#ways.globals(unit, held)));
    return this.#verdictOf(ways, this.#removalsOf(struct));
  }

  /** For a lock that is missing: a path that writes, or where this one writes a path that reads. */
  ofNeed(unfilled: UnfilledNeed): Verdict {
    const { unit, need } = unfilled;
    const { struct, field, kind, guard } = deepest(need);
    return this.#ofAccess({ unit, struct, field, kind, guard, ways: this.#waysOf(unfilled) });
  }

  /** The same for an access of the function itself, held against whoever may come. */
  ofAccess(unit: FunctionUnit, access: Pick<AccessFact, "held"> & Omit<OwnSide, "unit" | "ways">): Verdict {
    const own = this.#ways.globals(unit, access.held);
    const ways = this.#ways.into(unit, null).map(({ holds }) => withLocks(holds, own));
    return this.#ofAccess({ ...access, unit, ways });
  }

  #ofAccess(own: OwnSide): Verdict {
    if (own.struct === null && own.guard?.global == null)
      return {
        status: "unknown",
        conflict: [],
        reason: "which object the lock is asserted for is not known",
      };
    return this.#verdictOf(own.ways, this.#othersOf(own));
  }

  /** The ways on which the lock is missing; those of the path that is shown come first. */
  #waysOf({ unit, need, callers, ways }: UnfilledNeed): HeldGlobals[] {
    const chain = [...callers, { unit, need }].reduce<HeldGlobals>(
      (held, step) => withLocks(held, this.#ways.globals(step.unit, step.need.held)),
      new Map(),
    );
    const shown = ways.map(({ holds, holdsShared }) => {
      const atEntry = holds.map(
        (lock) => [lock, holdsShared.includes(lock) ? "shared" : "exclusive"] as const,
      );
      return withLocks(new Map(atEntry), chain);
    });
    const parameter = need.root.kind === "parameter" ? need.root.index : null;
    const own = this.#ways.globals(unit, need.held);
    const lacking = this.#ways
      .into(unit, parameter)
      .filter(({ holds, entry }) => !isFilled(need, withLocks(holds, own), entry.subsystem))
      .map(({ holds }) => withLocks(holds, own));
    return [...shown, ...lacking];
  }

  #verdictOf(own: readonly HeldGlobals[], others: Iterable<OtherSide>): Verdict {
    if (own.length === 0)
      return {
        status: "unknown",
        conflict: [],
        reason: "no way leads here from outside the files at run time",
      };
    let apart: { readonly other: OtherSide; readonly way: ReachingWay; readonly meeting: Meeting } | null =
      null;
    for (const other of others) {
      for (const way of this.#ways.into(other.unit, other.fact.parameter)) {
        const theirs = withLocks(way.holds, this.#ways.globals(other.unit, other.fact.held));
        for (const ours of own) {
          const meeting = meetingOf(ours, theirs, this.#counted);
          if (meeting.kind === "together") return { status: "live", conflict: this.#pathOf(other, way) };
          if (apart === null || (apart.meeting.kind === "excluded" && meeting.kind === "kept-apart"))
            apart = { other, way, meeting };
        }
      }
    }
    if (apart === null || apart.meeting.kind === "together") return { status: "latent", conflict: [] };
    const { other, way, meeting } = apart;
    const met = `${other.unit.name}()`;
    if (meeting.kind === "excluded")
      return { status: "latent", conflict: [], reason: `${apart.meeting.by} keeps it and ${met} apart` };
    return {
      status: "latent",
      conflict: this.#pathOf(other, way),
      reason: `only ${apart.meeting.by}, which no rule counts on, keeps it and ${met} apart`,
      isKeptApart: true,
    };
  }

  #pathOf({ unit, fact, what }: OtherSide, way: ReachingWay): TraceStep[] {
    return [...waySteps(way), stepAt(unit, fact.at, what)];
  }

  *#othersOf(own: OwnSide): Iterable<OtherSide> {
    const { struct, field, guard } = own;
    if (guard?.fields === "all" && !guard.neverFreed) yield* this.#removalsOf(struct);
    const others = this.#units.filter((unit) => unit !== own.unit);
    for (const kind of own.kind === "write" ? (["write", "read"] as const) : (["write"] as const)) {
      for (const unit of others) {
        for (const fact of this.#accessesOf(unit, { struct, field, kind }))
          yield { unit, fact, what: accessText({ kind, text: fact.text }) };
      }
    }
    for (const fact of this.#accessesOf(own.unit, { struct, field, kind: "write" })) {
      yield { unit: own.unit, fact, what: `${fact.text} written, by the same function on another CPU` };
    }
  }

  #accessesOf(
    unit: FunctionUnit,
    { struct, field, kind }: Pick<OwnSide, "struct" | "field" | "kind">,
  ): readonly AccessFact[] {
    return unit.facts.accesses.filter(
      (one) =>
        one.kind === kind && !one.private && one.struct === struct && (field === "*" || one.field === field),
    );
  }

  *#removalsOf(struct: string | null): Iterable<OtherSide> {
    for (const unit of this.#units) {
      for (const fact of unit.facts.removals) {
        if (fact.private || !this.#isPart(struct, fact.struct)) continue;
        yield { unit, fact, what: `struct ${fact.struct} ${fact.what} by ${textAt(unit, fact.at)}` };
      }
    }
  }

  /** An object goes with the one that it is embedded in. */
  #isPart(struct: string | null, whole: string): boolean {
    if (struct === whole) return true;
    const fields = this.#program.types.fields(whole) ?? [];
    return fields.some(({ type }) => type.kind === "struct" && type.tag === struct);
  }
}

/** As the notes of a finding carry it. */
export function reasonOf({ reason }: Verdict): Pick<FindingNotes, "statusReason"> {
  return reason === undefined ? {} : { statusReason: reason };
}

function isFilled(
  { guard, kind }: UnfilledNeed["need"],
  holds: HeldGlobals,
  subsystem: string | null,
): boolean {
  if (guard === null) return false;
  const own = lockNameText(guard.lock);
  if (guard.allToWrite === true && kind === "write")
    return [own, ...guard.alternatives.map(lockNameText)].every((lock) => holds.has(lock));
  return [own, ...locksInsteadFor(guard, subsystem)].some((lock) => holds.has(lock));
}
