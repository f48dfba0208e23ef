/**
 * early-unlock, stale-reference and escape: a pointer that was obtained under a
 * lock and outlives the span.
 *
 * All uses after one release are one finding, at the release. A use in a later
 * span of the same lock is a stale reference; where the pointer is only stored,
 * it escapes.
 */
import type { FindingLabel, NotedFinding, TraceStep } from "../findings/index.ts";
import {
  type CallGraph,
  type FunctionUnit,
  type Guard,
  type LateUse,
  locksInstead,
  lockText,
} from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { reasonOf } from "./concurrency.ts";
import { insteadMissing } from "./missing-on-ways.ts";
import { labelAt, stepAt, textAt } from "./place.ts";
import { auditRelease } from "./release-audit.ts";
import { accessText } from "./steps.ts";
import { calleeSteps, pathSteps } from "./trace.ts";

export function checkLateUses(input: CheckInput): NotedFinding[] {
  return input.program.units
    .filter((unit) => !input.graph.isBootOnly(unit))
    .flatMap((unit) => groupsOf(input, unit).map((group) => findingOfGroup(input, unit, group)));
}

interface Group {
  readonly check: "early-unlock" | "stale-reference" | "escape";
  /** In source order, at least one. */
  readonly uses: readonly [LateUse, ...LateUse[]];
}

const AIMS = {
  "early-unlock": "every use",
  escape: "the store",
  "stale-reference": "the next span",
} as const;

function groupsOf({ graph }: CheckInput, unit: FunctionUnit): Group[] {
  const groups = new Map<string, LateUse[]>();
  for (const use of unit.facts.lateUses) {
    // The object lives on under a lock that the guard takes instead, held by all callers.
    if (use.guard !== null && use.isFreed !== true && isKeptAlive(graph, unit, use.guard)) continue;
    const key = `${use.isFreed === true ? "freed" : ""}${use.stale.released.site}:${use.stale.lock}:${use.heldAgain ? use.object : ""}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [use]);
    else known.push(use);
  }
  return [...groups.values()].flatMap((group): Group[] => {
    const [first, ...others] = group.sort((left, right) => left.at.start - right.at.start);
    if (first === undefined) return [];
    const isStore = group.every((use) => use.kind === "store");
    const check = first.heldAgain ? "stale-reference" : isStore ? "escape" : "early-unlock";
    return [{ check, uses: [first, ...others] }];
  });
}

/** A guard that takes no other lock keeps nothing alive by one. */
function isKeptAlive(graph: CallGraph, unit: FunctionUnit, guard: Guard): boolean {
  return locksInstead(guard).size > 0 && graph.waysWithoutInstead(unit, guard).length === 0;
}

function findingOfGroup(input: CheckInput, unit: FunctionUnit, { check, uses }: Group): NotedFinding {
  const [first] = uses;
  const last = uses[uses.length - 1] ?? first;
  const lock = lockText(input.program.table, first.stale.lock);
  const object = objectOf(first);
  const verdict = input.concurrency.ofLife(unit, first.guard?.struct ?? first.struct, first.held);
  const at = check === "early-unlock" ? first.stale.released.at : first.at;
  const audit =
    first.isFreed === true
      ? null
      : auditRelease(input, unit, {
          lock: first.stale.lock,
          released: first.stale.released,
          since: first.stale.span,
          uses: uses.map((use) => ({
            object: objectOf(use),
            at: use.at,
            text: use.text,
            through: use.through?.callee ?? null,
          })),
          guard: first.guard,
          aim: AIMS[check],
        });
  return findingOf(
    {
      check,
      rule: first.guard?.rule ?? null,
      severity: check === "escape" ? "warning" : "error",
      certain: uses.some((use) => use.certain && use.stale.certain),
      unit,
      at,
      object,
      struct: first.guard?.struct ?? first.struct,
      lock,
      held: heldTexts(input, first.held),
      message: `${messageOf(unit, check, { first, last, object, lock })}${audit === null ? "" : insteadText(input, unit, first)}`,
      access: `${textAt(unit, first.stale.span.at)} ${object}`,
    },
    {
      // What is freed is gone, whatever else runs.
      status: audit === null ? "live" : verdict.status,
      conflict: audit === null ? [] : verdict.conflict,
      trace: traceOf(input, unit, uses),
      fix: audit === null ? `Free ${object} after its last use.` : audit.fix,
      notes: {
        labels: labelsOf(unit, check, uses, lock),
        also: check === "early-unlock" ? (audit?.also ?? []) : [],
        ...(audit === null ? {} : reasonOf(verdict)),
      },
    },
  );
}

/** The variable that got the pointer; failing that, what stands before the last member of the use. */
function objectOf(use: LateUse): string {
  return use.name ?? use.text.replace(/(->|\.)\s*[^->.]*$/, "");
}

function messageOf(
  unit: FunctionUnit,
  check: Group["check"],
  {
    first,
    last,
    object,
    lock,
  }: { readonly first: LateUse; readonly last: LateUse; readonly object: string; readonly lock: string },
): string {
  switch (check) {
    case "early-unlock":
      return `${lock} is released too early: ${object}, obtained under it, is used until ${untilText(unit, last)}`;
    case "stale-reference":
      if (first.isFreed === true) return `${object} is used after it was freed${byText(first)}`;
      return `${object} was obtained in an earlier span of ${lock} and is used in this one without being looked up again`;
    case "escape":
      return `${object}, obtained under ${lock}, is stored in ${first.text} after the release`;
  }
}

function byText({ stale: { released } }: LateUse): string {
  return released.through === null ? "" : ` by ${released.through}()`;
}

/** Where another lock would keep the object alive: who does not hold it. */
function insteadText({ graph }: CheckInput, unit: FunctionUnit, { guard }: LateUse): string {
  if (guard === null || locksInstead(guard).size === 0) return "";
  const text = insteadMissing(guard, graph.waysWithoutInstead(unit, guard));
  return text === null ? "" : `; ${text}`;
}

/** As the end of "is used until". */
function untilText(unit: FunctionUnit, use: LateUse): string {
  const text = useText(unit, use);
  // Freeing: the object stands among the arguments of what is done to it.
  const isCall = text !== use.text && text.endsWith(")");
  if (use.through !== null || isCall) return `the call ${text}`;
  return `${text} is ${use.kind === "read" ? "read" : "written"}`;
}

function useText(unit: FunctionUnit, use: LateUse): string {
  const text = textAt(unit, use.at);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function whatOf(use: LateUse, isLast: boolean): string {
  const suffix = isLast ? " (last use)" : "";
  if (use.kind === "store")
    return `stored in ${use.text}${use.through === null ? "" : ` by ${use.through.callee}()`}${suffix}`;
  return use.through === null
    ? `${accessText({ kind: use.kind, text: use.text })}${suffix}`
    : `used in ${use.through.callee}()${suffix}`;
}

function traceOf(input: CheckInput, unit: FunctionUnit, uses: Group["uses"]): TraceStep[] {
  const [first] = uses;
  const subjects = new Set([first.stale.lock, first.object, input.program.table.pointerOf(first.object)]);
  const path = pathSteps(unit, first.path, {
    subjects,
    decisions: !first.stale.certain,
    object: objectOf(first),
  });
  const freed =
    first.isFreed === true ? [stepAt(unit, first.stale.released.at, `freed${byText(first)}`)] : [];
  const byLine = new Map<number, LateUse>();
  for (const use of uses)
    if (!byLine.has(use.at.start) || use.kind === "store") byLine.set(use.at.start, use);
  const shown = [...byLine.values()];
  const tail = shown.flatMap((use, index) => [
    stepAt(unit, use.at, whatOf(use, index === shown.length - 1)),
    ...(index === shown.length - 1 ? calleeSteps(input, use.through?.need ?? null) : []),
  ]);
  return [...path, ...freed, ...tail];
}

function labelsOf(
  unit: FunctionUnit,
  check: Group["check"],
  uses: Group["uses"],
  lock: string,
): FindingLabel[] {
  const [first] = uses;
  const { span, released } = first.stale;
  const last = uses[uses.length - 1] ?? first;
  const stores = uses.filter((use) => use.kind === "store" && use !== last);
  if (first.isFreed === true) return [labelAt(unit, released.at, "freed", "released")];
  const labels = [labelAt(unit, span.at, `${lock} acquired`, "acquired")];
  if (check !== "early-unlock") labels.push(labelAt(unit, released.at, "released", "released"));
  if (check === "early-unlock" && last !== first)
    labels.push(labelAt(unit, first.at, whatOf(first, false), "use"));
  for (const store of stores)
    if (store !== first) labels.push(labelAt(unit, store.at, whatOf(store, false), "store"));
  if (check === "early-unlock")
    labels.push(labelAt(unit, last.at, whatOf(last, true), last.kind === "store" ? "store" : "use"));
  const lines = new Set<number>();
  return labels.filter(({ line }) => !lines.has(line) && lines.add(line));
}
