/**
 * The path that proves a finding, in order of execution: how the function was
 * reached, what happened to the lock, what was obtained, the access at the end.
 */
import type { TraceStep } from "../findings/index.ts";
import {
  type FunctionUnit,
  type LockNeed,
  lockKind,
  type PathStep,
  type UnfilledNeed,
} from "../locks/index.ts";
import type { CheckInput } from "./check-input.ts";
import { stepAt, textAt } from "./place.ts";
import { accessText, functionName } from "./steps.ts";

/** The last decisions before the place say which path it is; earlier ones seldom matter. */
const SHOWN_DECISIONS = 6;

/** Calls from an entry point down to the function of the finding. */
export function callerSteps({
  unit,
  callers,
  ways,
}: Pick<UnfilledNeed, "unit" | "callers" | "ways">): TraceStep[] {
  const label = joinedLabels(ways.map((way) => way.label));
  const steps = callers.map((caller) =>
    stepAt(caller.unit, caller.need.at, `calls ${caller.need.through?.callee ?? "the function"}()`),
  );
  if (label === "") return steps;
  const outermost = callers[0]?.unit ?? unit;
  return [stepAt(outermost, functionName(outermost), label), ...steps];
}

/** Several ways into one function are one step: the words that they begin with stand once. */
function joinedLabels(labels: readonly string[]): string {
  const [first = "", ...others] = [...new Set(labels)];
  const opening = /^entered(?: as \S+)? from /.exec(first)?.[0] ?? "";
  return [
    first,
    ...others.map((label) => (label.startsWith(opening) ? `from ${label.slice(opening.length)}` : label)),
  ].join(", or ");
}

/** What happened inside the function on the way to the place. */
export function pathSteps(
  unit: FunctionUnit,
  path: PathStep | null,
  shown: {
    readonly subjects: ReadonlySet<number>;
    readonly decisions: boolean;
    readonly object?: string;
    /** What happens to any lock is shown: the reader can replay the path. */
    readonly allLocks?: boolean;
  },
): TraceStep[] {
  const steps: TraceStep[] = [];
  let decisions = 0;
  for (let step = path; step !== null; step = step.previous) {
    if (step.kind === "branch") {
      if (!shown.decisions || decisions === SHOWN_DECISIONS) continue;
      decisions += 1;
      steps.push(stepAt(unit, step.at, decisionText(unit, step)));
    } else if (isShown(step, shown)) {
      const obtained = step.kind === "obtain" && shown.object !== undefined;
      steps.push(stepAt(unit, step.at, obtained ? `${shown.object} ${step.what}` : step.what));
    }
  }
  return steps.reverse();
}

function isShown(
  { kind, subject }: PathStep,
  shown: { readonly subjects: ReadonlySet<number>; readonly allLocks?: boolean },
): boolean {
  if (shown.allLocks === true && (kind === "acquire" || kind === "release")) return true;
  return subject !== null && shown.subjects.has(subject);
}

function decisionText(unit: FunctionUnit, step: PathStep): string {
  const text = textAt(unit, step.at);
  const shown = text.length > 48 ? `${text.slice(0, 45)}...` : text;
  if (step.what === "condition true") return `${shown} is true`;
  if (step.what === "condition false") return `${shown} is false`;
  return step.what;
}

/** From a call down to the access that needs the lock. */
export function calleeSteps(input: CheckInput, need: LockNeed | null): TraceStep[] {
  const steps: TraceStep[] = [];
  for (let inner = need; inner !== null; inner = inner.through?.need ?? null) {
    const unit = unitOf(input, inner);
    if (unit === undefined) break;
    const callee = inner.through?.callee;
    steps.push(stepAt(unit, inner.at, callee === undefined ? accessText(inner) : `calls ${callee}()`));
  }
  return steps;
}

const unitsOfNeeds = new WeakMap<CheckInput["program"], ReadonlyMap<LockNeed, FunctionUnit>>();

export function unitOf({ program }: CheckInput, need: LockNeed): FunctionUnit | undefined {
  let byNeed = unitsOfNeeds.get(program);
  if (byNeed === undefined) {
    // Where two have one, the first counts.
    const all = [...program.units].reverse();
    byNeed = new Map(all.flatMap((unit) => unit.facts.needs.map((one) => [one, unit] as const)));
    unitsOfNeeds.set(program, byNeed);
  }
  return byNeed.get(need);
}

/** From a function that is called down to where it takes a lock, by its kind; empty when that is not known. */
export function acquireSteps(
  input: CheckInput,
  from: FunctionUnit,
  callee: string,
  lock: string,
): TraceStep[] {
  const steps: TraceStep[] = [];
  const seen = new Set<FunctionUnit>();
  for (let [caller, name] = [from, callee]; ; ) {
    const unit = input.graph.calleeOf(caller, name);
    const acquire = unit?.facts.acquires.find(
      (one) => !one.tried && lockKind(input.program.table, one.lock) === lock,
    );
    if (unit === undefined || acquire === undefined || seen.has(unit)) return steps;
    seen.add(unit);
    if (acquire.through === null) return [...steps, stepAt(unit, acquire.at, `${lock} acquired`)];
    steps.push(stepAt(unit, acquire.at, `calls ${acquire.through}()`));
    [caller, name] = [unit, acquire.through];
  }
}
