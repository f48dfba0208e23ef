/**
 * Runs all checks over an analysed program.
 *
 * In: lock facts, rules in force, the ways in from outside.
 * Out: findings in document order, not yet merged by region.
 */
import { compareFindings, type NotedFinding } from "../findings/index.ts";
import {
  type AnalysedProgram,
  CallContexts,
  CallGraph,
  type EntryWaysOf,
  lockOrderGraph,
  unfilledNeeds,
} from "../locks/index.ts";
import type { Rule } from "../rules/index.ts";
import { checkAllocations } from "./alloc-irq-off.ts";
import type { CheckInput } from "./check-input.ts";
import { checkStaleDecisions } from "./check-then-act.ts";
import { Concurrency } from "./concurrency.ts";
import { checkIdlePromises } from "./idle-promise.ts";
import { checkInterrupts } from "./irq-unsafe.ts";
import { checkLateUses } from "./late-use.ts";
import { checkLockBalance } from "./lock-balance.ts";
import { checkLockContracts } from "./lock-contract-change.ts";
import { checkLockOrder } from "./lock-order.ts";
import { checkLockedCalls } from "./locked-calls.ts";
import { checkMissingLocks } from "./missing-lock.ts";
import { checkNewNestings, type IsPatchLine } from "./new-nesting.ts";

/** What of the rule packs the checks look at. */
export interface CheckSetting {
  readonly rules: readonly Rule[];
  readonly waysOf: EntryWaysOf;
  /** Member locks of which several may be held together, as the report names them. */
  readonly nestable: ReadonlySet<string>;
  /** Locks that the rules of any profile name as guards. */
  readonly counted: ReadonlySet<string>;
}

export function runChecks(program: AnalysedProgram, setting: CheckSetting): NotedFinding[] {
  const input = checkInput(program, setting);
  return [
    ...checkMissingLocks(input),
    ...checkLateUses(input),
    ...checkLockBalance(input),
    ...checkLockOrder(input),
    ...checkInterrupts(input),
    ...checkAllocations(input),
    ...checkStaleDecisions(input),
    ...checkLockedCalls(input),
    ...checkIdlePromises(input),
  ].sort(compareFindings);
}

/** A program before or after a patch. */
export interface PatchSide {
  readonly program: AnalysedProgram;
  readonly setting: CheckSetting;
  /** Of `runChecks`, in all variants. */
  readonly findings: readonly NotedFinding[];
}

/** Findings about the patch itself: there is none of them in either program alone. */
export function runPatchChecks(
  before: PatchSide,
  after: PatchSide,
  isPatchLine: IsPatchLine,
): NotedFinding[] {
  const [old, now] = [before, after].map(({ program, setting, findings }) => ({
    input: checkInput(program, setting),
    findings,
  }));
  if (old === undefined || now === undefined) return [];
  return [...checkNewNestings(old.input, now.input, isPatchLine), ...checkLockContracts(old, now)].sort(
    compareFindings,
  );
}

/** A program is looked at by itself, and again beside the one before a patch or behind it. */
const inputs = new WeakMap<CheckSetting, { readonly program: AnalysedProgram; readonly input: CheckInput }>();

function checkInput(program: AnalysedProgram, setting: CheckSetting): CheckInput {
  const known = inputs.get(setting);
  if (known?.program === program) return known.input;
  const input = inputOf(program, setting);
  inputs.set(setting, { program, input });
  return input;
}

function inputOf(program: AnalysedProgram, { rules, waysOf, nestable, counted }: CheckSetting): CheckInput {
  const graph = new CallGraph(program, waysOf);
  const contexts = new CallContexts(program, graph);
  return {
    program,
    graph,
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    unfilled: unfilledNeeds(program, graph),
    concurrency: new Concurrency(program, graph, counted),
    contexts,
    order: lockOrderGraph(program, graph, contexts),
    nestable,
  };
}
