/**
 * The ways into a driver, as a document about locks lists them: who calls, what the callers
 * hold and how that is known, what the function takes itself, and what it uses of the guarded
 * memory under which lock.
 */
import { compareText } from "../base/index.ts";
import type { EntryContext, LockMode } from "../drivers/index.ts";
import {
  CallGraph,
  type FunctionUnit,
  type GuardedUse,
  GuardedUses,
  lockNameText,
  locksInsteadFor,
  lockText,
} from "../locks/index.ts";
import type { AnalysedVariant } from "./analyse-files.ts";
import { type DocumentedObject, documentedObjects, isGuardOf } from "./documented-objects.ts";
import type { ReportedEntryPoint } from "./driver-report.ts";

export interface DocumentedWay {
  /** The member of the operation table; null for a function that is entered otherwise. */
  readonly operation: string | null;
  readonly function: string;
  readonly file: string;
  /** As the pack names it; null when nothing is known of the callers. */
  readonly subsystem: string | null;
  /** Nothing runs beside it: at boot, or when nobody else can reach what it is given. */
  readonly runs: "beside others" | "at boot" | "alone";
  readonly calledBy: string | null;
  /** Where the pack read what the callers hold. */
  readonly evidence: string | null;
  readonly callerHolds: readonly CallerLock[];
  /** Locks that the function or its callees take. */
  readonly takes: readonly string[];
  /** What it uses of the guarded memory; none for a way that touches none of it. */
  readonly uses: readonly DocumentedUse[];
}

export interface CallerLock {
  readonly lock: string;
  readonly mode: LockMode;
  /** `asserted`: the driver checks it by itself. */
  readonly shown: "declared" | "asserted";
}

type UseKind = GuardedUse["kind"];

export interface DocumentedUse {
  readonly object: DocumentedObject;
  /** What is done under a lock that covers it; empty where nothing is. */
  readonly coveredKinds: readonly UseKind[];
  /** Locks that cover it, each in some place. */
  readonly under: readonly string[];
  /** What is done where nothing covers it on this way. */
  readonly openKinds: readonly UseKind[];
  /** The functions that do so. */
  readonly without: readonly string[];
}

/** @param entries the driver's ways in, as its report has them @param isOwn whether a function is the driver's */
export function documentedWays(
  analysed: AnalysedVariant,
  entries: readonly ReportedEntryPoint[],
  isOwn: (unit: { readonly file: string }) => boolean,
): DocumentedWay[] {
  const { program, checks } = analysed;
  const graph = new CallGraph(program, checks.waysOf);
  const scope: Scope = {
    analysed,
    graph,
    uses: new GuardedUses(program, graph),
    objects: documentedObjects(analysed.rules),
  };
  const own = program.units.filter((unit) => isOwn({ file: unit.file.path }));
  const declared = entries.flatMap((entry) => {
    const unit = own.find(({ name }) => name === entry.function);
    return unit === undefined ? [] : [declaredWay(scope, unit, entry)];
  });
  const others = own.filter((unit) => !entries.some((entry) => entry.function === unit.name));
  return [...declared, ...others.flatMap((unit) => otherWay(scope, unit))];
}

interface Scope {
  readonly analysed: AnalysedVariant;
  readonly graph: CallGraph;
  readonly uses: GuardedUses;
  readonly objects: readonly DocumentedObject[];
}

/** The report says behind the subsystem that nothing runs beside a way. */
const RUNS = / \((boot|alone)\)$/;

function declaredWay(scope: Scope, unit: FunctionUnit, entry: ReportedEntryPoint): DocumentedWay {
  const subsystem = entry.subsystem.replace(RUNS, "");
  const when = RUNS.exec(entry.subsystem)?.[1];
  const context = contextOf(scope.analysed, unit, { ...entry, subsystem });
  return {
    ...wayInto(scope, unit, { holds: entry.callerHolds, subsystem: subsystem === "" ? null : subsystem }),
    operation: unit.operations.includes(entry.op) ? entry.op : null,
    runs: when === "boot" ? "at boot" : when === "alone" ? "alone" : "beside others",
    calledBy: context?.calledBy ?? null,
    evidence: context?.evidence ?? null,
    callerHolds: entry.callerHolds.map((lock) => ({
      lock,
      mode: context?.callerHoldsShared?.includes(lock) === true ? "shared" : "exclusive",
      shown: assertedIn(scope, unit).has(lock) ? "asserted" : "declared",
    })),
  };
}

/** The pack's word on an entry: the one with its locks, where there are several of one subsystem. */
function contextOf(
  { modelOf }: AnalysedVariant,
  unit: FunctionUnit,
  entry: ReportedEntryPoint,
): EntryContext | null {
  const model = modelOf(unit.file.path);
  const contexts = [
    ...(model?.entryPoints.find(({ operation }) => operation === entry.op)?.contexts ?? []),
    ...(model?.entryFunctions?.find((each) => each.function === entry.function)?.contexts ?? []),
  ].filter(({ subsystem }) => subsystem === entry.subsystem);
  const locks = [...entry.callerHolds].sort().join();
  return contexts.find(({ callerHolds }) => [...callerHolds].sort().join() === locks) ?? contexts[0] ?? null;
}

/** A function that is entered otherwise matters when it uses what is guarded. */
function otherWay(scope: Scope, unit: FunctionUnit): DocumentedWay[] {
  const ways = scope.graph.waysOf(unit).filter(({ atBoot }) => !atBoot);
  if (ways.length === 0 || scope.graph.isBootOnly(unit)) return [];
  const way = wayInto(scope, unit, { holds: [], subsystem: null });
  if (way.uses.length === 0) return [];
  return [
    { ...way, operation: null, runs: "beside others", calledBy: null, evidence: null, callerHolds: [] },
  ];
}

interface Callers {
  readonly holds: readonly string[];
  readonly subsystem: string | null;
}

type WayInside = Pick<DocumentedWay, "function" | "file" | "subsystem" | "takes" | "uses">;

function wayInto({ analysed, uses, objects }: Scope, unit: FunctionUnit, callers: Callers): WayInside {
  const { table } = analysed.program;
  const taken = unit.facts.acquires.map(({ lock }) => lockText(table, lock));
  const used = uses.of(unit);
  return {
    function: unit.name,
    file: unit.file.path,
    subsystem: callers.subsystem,
    takes: sortedNames(taken),
    uses: objects.flatMap((object) => {
      const ofObject = used.filter(({ guard }) => isGuardOf(object, guard));
      return ofObject.length === 0 ? [] : [documentedUse(object, ofObject, callers)];
    }),
  };
}

function documentedUse(
  object: DocumentedObject,
  uses: readonly GuardedUse[],
  callers: Callers,
): DocumentedUse {
  const judged = uses.map((use) => ({ use, lock: coveringLock(use, callers) }));
  const covered = judged.filter(({ lock }) => lock !== null);
  const open = judged.filter(({ lock }) => lock === null);
  return {
    object,
    coveredKinds: kindsOf(covered.map(({ use }) => use)),
    under: sortedNames(covered.flatMap(({ lock }) => lock ?? [])),
    openKinds: kindsOf(open.map(({ use }) => use)),
    without: sortedNames(open.map(({ use }) => use.in)),
  };
}

function kindsOf(uses: readonly GuardedUse[]): UseKind[] {
  return (["read", "write"] as const).filter((kind) => uses.some((use) => use.kind === kind));
}

/** The guard's own lock where it is held, else the one that does instead; null: nothing covers the use. */
function coveringLock({ guard, held, isLate }: GuardedUse, { holds, subsystem }: Callers): string | null {
  const own = lockNameText(guard.lock);
  const all = new Set([...held, ...holds]);
  if (all.has(own) && !isLate) return own;
  const inside = locksInsteadFor(guard, null);
  const outside = locksInsteadFor(guard, subsystem);
  return [...outside].find((lock) => all.has(lock)) ?? [...inside].find((lock) => held.has(lock)) ?? null;
}

/** Locks that the function or a callee asserts before it does anything about them. */
function assertedIn(
  { analysed, graph }: Scope,
  unit: FunctionUnit,
  seen = new Set<FunctionUnit>(),
): Set<string> {
  if (seen.has(unit)) return new Set();
  seen.add(unit);
  const { table } = analysed.program;
  const own = unit.facts.spans
    .filter(({ evidence }) => evidence === "asserted")
    .map(({ lock }) => lockText(table, lock));
  const below = unit.facts.calls.flatMap((call) => {
    const callee = graph.calleeOf(unit, call.callee);
    return callee === undefined ? [] : [...assertedIn({ analysed, graph } as Scope, callee, seen)];
  });
  return new Set([...own, ...below]);
}

function sortedNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareText);
}
