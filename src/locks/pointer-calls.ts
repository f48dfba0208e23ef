/**
 * Calls through pointers: of the functions that a pointer is known to lead to, and of those that a caller
 * brings along, which are followed where it is seen what they are.
 *
 * Not here: which functions a table or a row of them has (`table-calls.ts`).
 */
import { recordTouches } from "./accesses.ts";
import { type AnalysisContext, type Step, valueIn } from "./analysis-context.ts";
import { recordAssertion, recordInnerAcquires, recordNeeds, unlessAt } from "./callee-needs.ts";
import { conditionsAt, conditionsOf, isPossible } from "./conditions.ts";
import type { Callback, FunctionSummary } from "./function-summary.ts";
import type { HeldLock, LockState } from "./lock-state.ts";
import { noteTaken } from "./locking.ts";
import { forgetCells } from "./memory.ts";
import { isNameable } from "./nestings.ts";
import { type Substitution, substitutionFor } from "./substitute.ts";
import type { ValueId, ValueTable } from "./value.ts";

type CallStep = Step<"call">;

/** The functions that a call through a pointer may mean in a state; none where that is not known. */
export function pointedFunctions(
  context: AnalysisContext,
  state: LockState,
  { instruction }: CallStep,
): readonly string[] {
  if (instruction.callees !== undefined) return instruction.callees;
  if (instruction.target === null) return [];
  const target = context.table.get(valueIn(context, state, instruction.target));
  return target.kind === "function" ? [target.name] : [];
}

/** The same call of one of the functions that may be called there. */
export function callOf(context: AnalysisContext, { instruction, site }: CallStep, callee: string): CallStep {
  return {
    instruction: { ...instruction, callee },
    site: context.table.sitePart(site, callee),
    pointerSite: site,
  };
}

/** A function that the caller brings along is called: the caller knows which it is. */
export function noteCallback(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  args: readonly ValueId[],
): void {
  const { table, ir } = context;
  const target = instruction.target === null ? null : valueIn(context, state, instruction.target);
  if (target === null || !isFromCaller(table, target)) return;
  context.recorder?.callback(state, { site, target, args });
  noteTaken(state, target, null);
  const value = table.get(target);
  const variable = value.kind === "parameter" ? ir.parameters[value.index] : undefined;
  const name = variable === undefined ? null : (ir.variables[variable]?.name ?? null);
  if (name !== null)
    context.recorder?.lockedCall(state, { instruction, site }, { callee: name, kind: "callback" });
}

/** The pointer is an argument, or is reached from one. */
function isFromCaller(table: ValueTable, target: ValueId): boolean {
  return table.get(table.startOf(target)).kind === "parameter" && isNameable(table, target);
}

/** What a callee does with the functions that this call brings along. */
export function applyCallbacks(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  { summary, substitution }: { readonly summary: FunctionSummary; readonly substitution: Substitution },
): void {
  const { table } = context;
  for (const [index, callback] of summary.callbacks.entries()) {
    const when = conditionsAt(callback.when, substitution.value);
    if (!isPossible(table, state, when)) continue;
    const target = substitution.value(callback.target);
    const args = callback.args.map(substitution.value);
    const inside = stateInside(state, step, { callback, substitution, through: summary.function });
    const site = table.sitePart(step.site, `callback:${index}`);
    const unless = unlessAt(table, state, callback, substitution);
    const value = table.get(target);
    if (value.kind === "function") {
      const called = callOf(context, { ...step, site }, value.name);
      enter(context, inside, called, { args, name: value.name, outer: state, isSometimes: unless !== null });
      const { writes } = context.summaries.get(value.name) ?? { writes: new Set<string>() };
      forgetCells(table, state, { cells: writes, except: new Set(), site });
    } else if (isFromCaller(table, target)) {
      context.recorder?.callback(inside, { site, target, args, when });
      noteTaken(state, target, unless && conditionsOf(table, state, unless));
    }
  }
}

/** The state in which a callee calls what came along, as far as locks go. */
function stateInside(
  state: LockState,
  { instruction, site }: CallStep,
  {
    callback,
    substitution,
    through,
  }: { readonly callback: Callback; readonly substitution: Substitution; readonly through: string },
): LockState {
  const inside = state.fork();
  const without = new Set(callback.without.map(substitution.value));
  const span = { site, at: instruction.at, through };
  const taken = callback.held.map(({ lock, mode, recursive }): HeldLock => {
    return {
      lock: substitution.value(lock),
      mode,
      recursive,
      depth: 1,
      evidence: "acquired",
      spans: [span],
    };
  });
  const kept = state.held.filter(({ lock }) => !without.has(lock));
  inside.held = [...kept.filter((own) => !taken.some(({ lock }) => lock === own.lock)), ...taken];
  return inside;
}

/** What the function needs and takes when it is called there. */
function enter(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  call: {
    readonly args: readonly ValueId[];
    readonly name: string;
    readonly outer: LockState;
    readonly isSometimes: boolean;
  },
): void {
  const { args, name, outer, isSometimes } = call;
  const summary = context.platform.functions.has(name) ? undefined : context.summaries.get(name);
  if (summary === undefined) return;
  const substitution = substitutionFor(context, state, { site: step.site, args, fresh: summary.fresh });
  recordNeeds(context, state, step, { summary, substitution, args });
  recordTouches(context, state, step, { touches: summary.touches, args });
  recordInnerAcquires(context, state, step, {
    summary,
    substitution,
    args,
    inside: { outer, isSometimes },
  });
  for (const { lock, mode } of summary.asserted)
    recordAssertion(context, state, step, summary, { lock: substitution.value(lock), mode });
}
