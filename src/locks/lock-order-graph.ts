/**
 * The lock-order graph: an edge a → b where b was taken while a was held.
 *
 * In: the acquisitions of all functions that run beside others, with what their
 * callers hold. Out: edges between kinds of locks, each with its places; a lock
 * that is only tried waits for nothing and gets no edge. Locks of one kind inside
 * each other are kept apart: whether they are two is a question of instances.
 */
import { compareText } from "../base/index.ts";
import type { SourceRange } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type { CallContexts } from "./call-contexts.ts";
import type { CallGraph } from "./call-graph.ts";
import type { AcquireFact, Nesting } from "./facts.ts";
import type { Span } from "./lock-state.ts";
import { lockText } from "./locking.ts";
import { lockKind } from "./nestings.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import type { ValueId } from "./value.ts";

/** A place at which one lock is taken inside another. */
export interface OrderPlace {
  readonly unit: FunctionUnit;
  /** The inner acquisition, or the call that leads to it. */
  readonly at: SourceRange;
  readonly through: string | null;
  readonly inner: ValueId;
  readonly innerMode: LockMode;
  /** Null where the callers hold the outer lock: `way` says which. */
  readonly outer: ValueId | null;
  readonly since: Span | null;
  readonly asserted: boolean;
  readonly way: string | null;
  readonly outerMode: LockMode;
  readonly held: readonly ValueId[];
  readonly certain: boolean;
  /** Global locks surely held exclusively here, besides the two. */
  readonly gates: ReadonlySet<string>;
  /** The same with member locks. */
  readonly around: ReadonlySet<string>;
  readonly path: AcquireFact["path"];
}

export interface OrderEdge {
  readonly from: string;
  readonly to: string;
  /** In document order, at least one. */
  readonly places: readonly OrderPlace[];
}

export interface LockOrderGraph {
  /** Sorted by `from` and `to`. */
  readonly edges: readonly OrderEdge[];
  /** Two locks of one kind inside each other. */
  readonly instances: readonly OrderEdge[];
  edge(from: string, to: string): OrderEdge | null;
}

export function lockOrderGraph(
  program: AnalysedProgram,
  graph: CallGraph,
  contexts: CallContexts,
): LockOrderGraph {
  const edges = new Map<string, { from: string; to: string; places: OrderPlace[] }>();
  const setting = { program, graph, contexts };
  for (const unit of program.units) {
    if (graph.isBootOnly(unit)) continue;
    for (const acquire of unit.facts.acquires) {
      const to = acquire.tried ? null : lockKind(program.table, acquire.lock);
      if (to === null) continue;
      for (const { from, place } of placesOf(setting, { unit, acquire, to })) {
        const key = JSON.stringify([from, to]);
        const known = edges.get(key);
        if (known === undefined) edges.set(key, { from, to, places: [place] });
        else known.places.push(place);
      }
    }
  }
  for (const { places } of edges.values()) places.sort(byPlace);
  const sorted = [...edges.values()].sort(
    (left, right) => compareText(left.from, right.from) || compareText(left.to, right.to),
  );
  return {
    edges: sorted.filter(({ from, to }) => from !== to),
    instances: sorted.filter(({ from, to }) => from === to),
    edge: (from, to) => edges.get(JSON.stringify([from, to])) ?? null,
  };
}

function byPlace(left: OrderPlace, right: OrderPlace): number {
  return compareText(left.unit.file.path, right.unit.file.path) || positionOf(left) - positionOf(right);
}

function positionOf({ unit, at }: OrderPlace): number {
  return unit.item.offset + at.start;
}

interface Setting {
  readonly program: AnalysedProgram;
  readonly graph: CallGraph;
  readonly contexts: CallContexts;
}

interface Acquisition {
  readonly unit: FunctionUnit;
  readonly acquire: AcquireFact;
  /** The kind of the lock. */
  readonly to: string;
}

interface NewPlace {
  readonly from: string;
  readonly place: OrderPlace;
}

function placesOf(setting: Setting, acquisition: Acquisition): NewPlace[] {
  const inside = acquisition.acquire.nesting.flatMap((nesting) => insidePlace(setting, acquisition, nesting));
  const known = new Set(inside.map(({ from }) => from));
  return [...inside, ...callerPlaces(setting, acquisition).filter(({ from }) => !known.has(from))];
}

/** Taken inside a lock that the function itself holds. */
function insidePlace(setting: Setting, acquisition: Acquisition, nesting: Nesting): NewPlace[] {
  const { acquire, to } = acquisition;
  const { outer, since, certain, mode, evidence } = nesting;
  const from = lockKind(setting.program.table, outer);
  // One lock taken again is a double lock, or a recursive one.
  if (from === null || (from === to && isOne(setting, nesting, acquire))) return [];
  // Who holds what is asserted may hold the inner lock as well, and then does not wait for it.
  if (evidence === "asserted" && acquire.recursive) return [];
  if (isInDoubt(setting, acquisition, nesting)) return [];
  const place: OrderPlace = {
    ...commonOf(setting, acquisition, from),
    outer,
    since,
    asserted: evidence !== "acquired",
    way: null,
    outerMode: mode,
    certain,
  };
  return [{ from, place }];
}

/** Taken inside locks that the callers from outside hold. */
function callerPlaces(setting: Setting, acquisition: Acquisition): NewPlace[] {
  const ways = setting.graph.waysOf(acquisition.unit).filter((way) => !way.atBoot);
  const seen = new Set([acquisition.to]);
  return ways.flatMap(({ holds, label }) =>
    holds
      .filter((from) => !seen.has(from) && seen.add(from))
      .map((from): NewPlace => {
        const common = commonOf(setting, acquisition, from);
        const place = {
          outer: null,
          since: null,
          asserted: false,
          way: label,
          outerMode: "exclusive",
          certain: true,
        } as const;
        return { from, place: { ...common, ...place } };
      }),
  );
}

type Common = Omit<OrderPlace, "outer" | "since" | "asserted" | "way" | "outerMode" | "certain">;

function commonOf({ program, contexts }: Setting, { unit, acquire, to }: Acquisition, from: string): Common {
  const { table } = program;
  const surely = acquire.nesting.filter(({ mode, certain }) => certain && mode === "exclusive");
  const isGlobal = ({ outer }: Nesting) => table.get(outer).kind === "global";
  const named = (nestings: readonly Nesting[]): ReadonlySet<string> => {
    const locks = [...nestings.map(({ outer }) => lockText(table, outer)), ...contexts.heldBefore(unit)];
    return new Set(locks.filter((lock) => lock !== from && lock !== to));
  };
  return {
    unit,
    at: acquire.at,
    through: acquire.through,
    inner: acquire.lock,
    innerMode: acquire.mode,
    held: acquire.held,
    path: acquire.path,
    gates: named(surely.filter(isGlobal)),
    around: named(surely),
  };
}

/**
 * Whether it is not even known that the outer lock is held: the function, or the
 * callee that took it, loses or doubles it, which is reported there.
 */
function isInDoubt({ program, graph }: Setting, { unit }: Acquisition, { outer, since }: Nesting): boolean {
  const { table } = program;
  const { faults, guesses } = unit.facts;
  if ([...faults, ...guesses].some(({ lock }) => lock === outer)) return true;
  const callee = since.through === null ? undefined : graph.calleeOf(unit, since.through);
  const kind = lockKind(table, outer);
  return callee?.facts.faults.some(({ lock }) => lockKind(table, lock) === kind) ?? false;
}

/** Whether two locks of one kind are one lock: a global is. */
function isOne({ program }: Setting, { outer }: Nesting, { lock, recursive }: AcquireFact): boolean {
  return outer === lock || recursive || program.table.get(lock).kind === "global";
}
