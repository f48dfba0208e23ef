/**
 * The ways that lead from outside the program to a function: through which entry,
 * over which calls, and with which global locks held on arrival.
 *
 * In:  the call graph with the ways into its entry points.
 * Out: ways, shortest first. What runs at boot only is left out: nothing runs beside it.
 * Not here: which of two ways exclude each other (`may-run-together.ts`).
 */
import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type { CallGraph, EntryWay } from "./call-graph.ts";
import type { CallFact } from "./facts.ts";
import { lockText } from "./locking.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import type { ValueId } from "./value.ts";

/** Global locks by name, with the mode in which they are held. */
export type HeldGlobals = ReadonlyMap<string, LockMode>;

export interface WayCall {
  readonly unit: FunctionUnit;
  readonly callee: string;
  readonly at: SourceRange;
}

export interface ReachingWay {
  /** The function that is entered from outside. */
  readonly root: FunctionUnit;
  readonly entry: EntryWay;
  /** From the root down to the function, outermost first; empty when it is entered itself. */
  readonly calls: readonly WayCall[];
  /** Held when the function is entered. */
  readonly holds: HeldGlobals;
}

/** A function with very many ways in is judged by the shortest of them. */
const MOST_STEPS = 400;

interface Arrival {
  readonly unit: FunctionUnit;
  /** The parameter of `unit` that brings the object along; null when nothing is known of where it comes from. */
  readonly parameter: number | null;
  readonly calls: readonly WayCall[];
  readonly holds: HeldGlobals;
}

export class ReachingWays {
  readonly #program: AnalysedProgram;
  readonly #graph: CallGraph;
  readonly #known = new Map<FunctionUnit, Map<number | null, readonly ReachingWay[]>>();

  constructor(program: AnalysedProgram, graph: CallGraph) {
    this.#program = program;
    this.#graph = graph;
  }

  /** @param parameter ways on which the caller passes memory here that nobody else can reach are left out */
  into(unit: FunctionUnit, parameter: number | null): readonly ReachingWay[] {
    const known = this.#known.get(unit)?.get(parameter);
    if (known !== undefined) return known;
    const ways = this.#search(unit, parameter);
    const ofUnit = this.#known.get(unit) ?? new Map<number | null, readonly ReachingWay[]>();
    this.#known.set(unit, ofUnit.set(parameter, ways));
    return ways;
  }

  /** Global locks among those that a function holds at a place. */
  globals(unit: FunctionUnit, held: readonly ValueId[]): HeldGlobals {
    return globalsAmong(this.#program, unit, held);
  }

  /** Breadth first, from the function outwards: each function once for each set of locks. */
  #search(unit: FunctionUnit, parameter: number | null): ReachingWay[] {
    const found = new Map<string, ReachingWay>();
    const queue: Arrival[] = [{ unit, parameter, calls: [], holds: new Map() }];
    const seen = new Set<string>(queue.map(keyOf));
    for (let at = 0; at < queue.length && at < MOST_STEPS; at++) {
      const arrival = queue[at];
      if (arrival === undefined || this.#graph.isBootOnly(arrival.unit)) continue;
      for (const way of this.#enteredBy(arrival)) {
        const key = `${way.root.file.path}:${way.root.name}:${way.entry.label}:${textOf(way.holds)}`;
        if (!found.has(key)) found.set(key, way);
      }
      for (const next of this.#callersOf(arrival)) {
        const key = keyOf(next);
        if (!seen.has(key)) queue.push(next);
        seen.add(key);
      }
    }
    return [...found.values()];
  }

  #enteredBy({ unit, calls, holds }: Arrival): ReachingWay[] {
    return this.#graph
      .waysOf(unit)
      .filter((entry) => !entry.atBoot)
      .map((entry) => {
        const before = entry.holds.map(
          (lock) => [lock, entry.holdsShared.includes(lock) ? "shared" : "exclusive"] as const,
        );
        return { root: unit, entry, calls, holds: withLocks(new Map(before), holds) };
      });
  }

  #callersOf({ unit, parameter, calls, holds }: Arrival): Arrival[] {
    return this.#graph.callersOf(unit).flatMap(({ unit: caller, call }) => {
      const passed = passedThrough(call, parameter);
      if (passed === "private") return [];
      const step = { unit: caller, callee: call.callee, at: call.at };
      return [
        {
          unit: caller,
          parameter: passed,
          calls: [step, ...calls],
          holds: withLocks(this.globals(caller, call.held), holds),
        },
      ];
    });
  }
}

/** Where the caller has the object from that it passes on. */
function passedThrough(call: CallFact, parameter: number | null): number | null | "private" {
  const root = parameter === null ? undefined : call.argumentRoots[parameter];
  if (root?.kind === "private" || root?.kind === "nothing") return "private";
  return root?.kind === "parameter" ? root.index : null;
}

/** Of a lock that both hold, the stronger mode counts. */
export function withLocks(outer: HeldGlobals, inner: HeldGlobals): HeldGlobals {
  if (inner.size === 0) return outer;
  const both = new Map(outer);
  for (const [lock, mode] of inner) if (both.get(lock) !== "exclusive") both.set(lock, mode);
  return both;
}

function textOf(holds: HeldGlobals): string {
  return [...holds]
    .map(([lock, mode]) => `${lock} ${mode}`)
    .sort()
    .join();
}

function keyOf({ unit, parameter, holds }: Arrival): string {
  return `${unit.file.path}:${unit.name}:${parameter}:${textOf(holds)}`;
}

/** Global locks among those that a function holds, by name. */
export function globalsAmong(
  { table }: AnalysedProgram,
  unit: FunctionUnit,
  held: readonly ValueId[],
): HeldGlobals {
  const isShared = (lock: ValueId) =>
    unit.facts.spans.some((span) => span.lock === lock && span.mode === "shared");
  return new Map(
    held
      .filter((lock) => table.get(lock).kind === "global")
      .map((lock) => [lockText(table, lock), isShared(lock) ? "shared" : "exclusive"] as const),
  );
}
