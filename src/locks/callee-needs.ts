/**
 * What a callee asks of its caller: locks for what it uses, locks that it asserts, locks that it takes.
 *
 * In: the callee's summary and the state at the call. Out: what the caller's facts say of it.
 * Not here: what the call changes (`calls.ts`).
 */
import { freedFor, isCovered, staleFor } from "./accesses.ts";
import type { AnalysisContext, Step } from "./analysis-context.ts";
import { conditionsAt, isOfArguments, isPossible } from "./conditions.ts";
import type { LockInMode, LockNeed } from "./facts.ts";
import type { FunctionSummary, InnerAcquire } from "./function-summary.ts";
import { locksInstead } from "./guards.ts";
import type { LockState, When } from "./lock-state.ts";
import { heldByAnyName, isCallers, isOneKind, lockText } from "./locking.ts";
import { isOwnProcessors, rootOf, SHARED } from "./roots.ts";
import type { Substitution } from "./substitute.ts";
import { isTakenOut } from "./unlinking.ts";
import type { ValueId, ValueTable } from "./value.ts";

type CallStep = Step<"call">;

/** A callee's summary with the arguments of one call. */
export interface SummaryUse {
  readonly summary: FunctionSummary;
  readonly substitution: Substitution;
  readonly args: readonly ValueId[];
  /** Of a call that another callee makes: the state before that one, and whether it calls on some ways only. */
  readonly inside?: { readonly outer: LockState; readonly isSometimes: boolean };
}

/** The callee's needs that this call does not fill become needs of the caller. */
export function recordNeeds(
  context: AnalysisContext,
  state: LockState,
  step: CallStep,
  { summary, substitution, args }: SummaryUse,
): void {
  const { recorder, table } = context;
  if (recorder === null) return;
  recorder.call(state, step, step.instruction.callee ?? summary.function, args);
  for (const need of summary.coveredUses) {
    const when = conditionsAt(need.when, substitution.value);
    if (isPossible(table, state, when))
      recordReuse(context, state, step, { need, callee: summary.function, substitution, when });
  }
  for (const need of summary.needs) {
    const when = conditionsAt(need.when, substitution.value);
    if (isPossible(table, state, when))
      recordNeed(context, state, step, { need, callee: summary.function, substitution, when });
  }
}

function recordNeed(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  { need, callee, substitution, when }: NeedAtCall,
): void {
  const { table, recorder } = context;
  if (recorder === null) return;
  const lock = substitution.value(need.lock);
  const object = substitution.value(need.object);
  const root = substitution.root(need.root);
  const at = instruction.at;
  const place = {
    guard: need.guard,
    lock,
    object,
    struct: need.struct,
    field: need.field,
    onWalk: need.onWalk,
  };
  const under = need.under.map((one) => ({ ...one, lock: substitution.value(one.lock) }));
  const isHeld =
    need.guard === null
      ? mayHoldKind(table, state, { lock, mode: need.mode })
      : isCovered(table, state, place, need.kind);
  const covered = isHeld || isHeldInside(table, need, lock, under);
  if (need.guard !== null) {
    // What stands in the caller's own struct may be anybody's, where it is known what does.
    const isKnown = table.get(table.pointerOf(object)).kind !== "foreign";
    const reached = isKnown ? rootOf(table, state, object) : root;
    if (reached.kind === "private" || reached.kind === "nothing") return;
    if (isOwnProcessors(table, state, object)) return;
    const isTheirs = isTakenOut(table, state, place);
    if (isTheirs) recorder.ownUse({ site, lock, object });
    const freed = freedFor(table, state, { object, lock, guard: need.guard });
    const isAnew = isReadAnew(table, { need, object, site, substitution });
    const stale = freed ?? (isAnew || isTheirs ? null : staleFor(table, state, object, lock, need.guard));
    if (stale !== null && (freed !== null || !covered || state.heldLock(lock) !== null)) {
      const use = { ...place, guard: need.guard, kind: need.kind, text: need.text, at, site };
      recorder.lateUse(state, {
        ...use,
        through: { callee, need },
        stale,
        heldAgain: covered || freed !== null,
        ...(freed !== null && { isFreed: true }),
      });
      recorder.late(state, { site, need });
      return;
    }
    if (isTheirs) return;
  }
  const access = { kind: need.kind, text: need.text, at, site };
  if (covered) recorder.coveredUse(state, { ...access, place, root, through: { callee, need }, when, under });
  else
    recorder.need(state, {
      ...access,
      place,
      root,
      through: { callee, need },
      mode: need.mode,
      when,
      under,
    });
}

/** Whether a lock that the callee holds, which it got as an argument, is the one that it needs. */
function isHeldInside(
  table: ValueTable,
  { guard, mode, kind }: LockNeed,
  wanted: ValueId,
  under: readonly LockInMode[],
): boolean {
  if (guard?.allToWrite === true && kind === "write") return false;
  const instead = guard === null ? new Set<string>() : locksInstead(guard);
  return under.some(
    (held) =>
      (held.lock === wanted && (mode === "shared" || held.mode === "exclusive")) ||
      instead.has(lockText(table, held.lock)),
  );
}

/** Whether the callee found the object for itself, and the caller, at most, the same one in an earlier round. */
function isReadAnew(
  table: ValueTable,
  {
    need,
    object,
    site,
    substitution,
  }: Pick<NeedAtCall, "need" | "substitution"> & { readonly object: ValueId; readonly site: number },
): boolean {
  const [inner, outer] = [need.object, object].map((one) => table.get(table.pointerOf(one)));
  if (outer?.kind === "foreign") return outer.site === site;
  return (
    inner?.kind === "load" && outer?.kind === "load" && outer.address === substitution.value(inner.address)
  );
}

interface NeedAtCall {
  readonly need: LockNeed;
  readonly callee: string;
  readonly substitution: Substitution;
  /** Without which the callee does not have it, in the caller's terms. */
  readonly when: When;
}

/** The callee uses an object under the lock, taken anew: the caller's pointer must be of that span. */
function recordReuse(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  { need, callee, substitution, when }: NeedAtCall,
): void {
  const { recorder, table } = context;
  const lock = substitution.value(need.lock);
  const object = substitution.value(need.object);
  if (recorder === null || need.guard === null || rootOf(table, state, object).kind === "private") return;
  const { guard, struct, field, kind, text } = need;
  const isTheirs = isTakenOut(table, state, { object, struct });
  const stale = isTheirs ? null : staleFor(table, state, object, lock, guard);
  const use = {
    guard,
    object,
    struct,
    field,
    kind,
    text,
    at: instruction.at,
    site,
    through: { callee, need },
  };
  if (stale !== null) recorder.lateUse(state, { ...use, stale, heldAgain: true });
  else
    recorder.coveredUse(state, {
      ...use,
      place: { guard, lock, object, struct, field, onWalk: need.onWalk },
      root: substitution.root(need.root),
      when,
    });
}

export function recordAssertion(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  summary: FunctionSummary,
  { lock, mode }: LockInMode,
): void {
  const { recorder, table } = context;
  if (recorder === null) return;
  const name = lockText(table, lock);
  if (context.platform.unaskedLocks?.has(name) === true) return;
  if (mayHoldKind(table, state, { lock, mode })) {
    recorder.covered(state, { site, lock, guard: null });
    return;
  }
  const place = { guard: null, lock, object: lock, struct: null, field: null, onWalk: false };
  recorder.need(state, {
    kind: "read",
    text: name,
    at: instruction.at,
    site,
    place,
    mode,
    root: isCallers(table, lock) ? rootOf(table, state, lock) : SHARED,
    through: { callee: summary.function, need: null },
  });
}

/**
 * Whether a lock that an assertion means may be held. Which instance it means is seldom clear from
 * here: one of the same kind will do, unless both are members of what two arguments point to.
 */
export function mayHoldKind(table: ValueTable, state: LockState, { lock, mode }: LockInMode): boolean {
  const name = lockText(table, lock);
  const isMeant = (one: ValueId) => isOneKind(lockText(table, one), name);
  const held = heldByAnyName(table, state, lock);
  const all = held === null ? state.held.filter((one) => !areOfTwoArguments(table, one.lock, lock)) : [held];
  return (
    state.unsure.some(isMeant) ||
    all.some((one) => isMeant(one.lock) && (mode === "shared" || one.mode === "exclusive"))
  );
}

function areOfTwoArguments(table: ValueTable, left: ValueId, right: ValueId): boolean {
  const [a, b] = [table.get(left), table.get(right)];
  if (a.kind !== "field" || b.kind !== "field" || a.field !== b.field || a.base === b.base) return false;
  return [a.base, b.base].every((base) => table.get(base).kind === "parameter");
}

export function recordInnerAcquires(
  context: AnalysisContext,
  state: LockState,
  { instruction, site }: CallStep,
  { summary, substitution, inside }: SummaryUse,
): void {
  const { recorder, table } = context;
  if (recorder === null) return;
  for (const inner of summary.acquires) {
    const when = conditionsAt(inner.when, substitution.value);
    if (!isPossible(table, state, when)) continue;
    const lock = substitution.value(inner.lock);
    const without = inner.without.map((one) => substitution.value(one));
    const sometimes = inside?.isSometimes === true || unlessAt(table, state, inner, substitution) !== null;
    const operation = {
      lock,
      mode: inner.mode,
      recursive: inner.recursive,
      site,
      at: instruction.at,
      through: summary.function,
      without,
      sometimes,
      by: inner.by,
      when,
    } as const;
    const held = heldByAnyName(table, state, lock);
    // In what order a callee takes its own lock and those of what it calls back hangs on what it calls:
    // locks are told apart by kind, and its lock would come before all of them.
    recorder.acquire(inside?.outer ?? state, { ...operation, isHeldInside: held !== null });
    // A function that comes back to itself under its own lock has looked before whether it may.
    const comesBack = sometimes && inner.by === context.ir.name && isTestedSince(table, state, lock);
    if (held !== null && !inner.recursive && !comesBack) recorder.doubleLock(state, operation, held);
  }
}

/** What the arguments of this call are where the callee does not take a lock; null where it does. */
export function unlessAt(
  table: ValueTable,
  state: LockState,
  { unless }: Pick<InnerAcquire, "unless">,
  substitution: Substitution,
): When | null {
  if (unless === null) return null;
  const when = conditionsAt(unless, substitution.value);
  return isPossible(table, state, when) ? when : null;
}

/** Whether something else than the arguments was tested on the way since a lock was taken: they only count rounds. */
function isTestedSince(table: ValueTable, { path }: LockState, lock: ValueId): boolean {
  for (let step = path; step !== null; step = step.previous) {
    if (step.kind === "branch" && (step.subject === null || !isOfArguments(table, step.subject))) return true;
    if (step.kind === "acquire" && step.subject === lock) return false;
  }
  return false;
}
