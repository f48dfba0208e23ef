/**
 * irq-unsafe: a lock that an interrupt handler takes and others take with
 * interrupts on; interrupts that are not put back as they were.
 */
import type { NotedFinding, TraceStep } from "../findings/index.ts";
import {
  type AcquireFact,
  calleeName,
  type FunctionUnit,
  type InterruptFault,
  type LoudWay,
  lockKind,
  lockText,
} from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { labelAt, stepAt, textAt } from "./place.ts";
import { acquireSteps, pathSteps } from "./trace.ts";

export function checkInterrupts(input: CheckInput): NotedFinding[] {
  const ofHandlers = locksOfHandlers(input);
  return input.program.units.flatMap((unit) => [
    ...unit.facts.interruptFaults
      .filter((fault) => !handsFlagsOver(unit, fault) && !isOutOfBalance(unit, fault))
      .map((fault) => faultFinding(input, unit, fault)),
    ...openAcquires(input, unit, ofHandlers).map((open) => openFinding(input, unit, open)),
  ]);
}

// ---- a handler's lock, taken with interrupts on ----

interface HandlerAcquire {
  readonly unit: FunctionUnit;
  readonly acquire: AcquireFact;
}

/** By kind of lock, the first handler that takes it. */
function locksOfHandlers({ program, contexts }: CheckInput): ReadonlyMap<string, HandlerAcquire[]> {
  const locks = new Map<string, HandlerAcquire[]>();
  for (const unit of contexts.handlers) {
    for (const acquire of unit.facts.acquires) {
      const kind = lockKind(program.table, acquire.lock);
      if (kind === null || acquire.tried) continue;
      locks.set(kind, [...(locks.get(kind) ?? []), { unit, acquire }]);
    }
  }
  return locks;
}

interface OpenAcquire {
  readonly acquire: AcquireFact;
  readonly lock: string;
  readonly handler: HandlerAcquire;
  /** Interrupts are on here by themselves: null; else the calls on which they are. */
  readonly way: LoudWay | null;
  readonly certain: boolean;
}

function openAcquires(
  input: CheckInput,
  unit: FunctionUnit,
  ofHandlers: ReadonlyMap<string, HandlerAcquire[]>,
): OpenAcquire[] {
  if (ofHandlers.size === 0 || input.graph.isBootOnly(unit)) return [];
  const { table } = input.program;
  const kinds = new Set<string>();
  return unit.facts.acquires.flatMap((acquire): OpenAcquire[] => {
    // A callee that takes it is judged by itself.
    if (acquire.through !== null) return [];
    const lock = lockKind(table, acquire.lock);
    const handler = (lock === null ? [] : (ofHandlers.get(lock) ?? [])).find(
      (one) => one.acquire.mode === "exclusive" || acquire.mode === "exclusive",
    );
    if (lock === null || handler === undefined || kinds.has(lock)) return [];
    const isOn = acquire.interrupts.includes("on");
    const way = isOn || !acquire.interrupts.includes("entry") ? null : input.contexts.loudWay(unit);
    if (!isOn && way === null) return [];
    kinds.add(lock);
    const isOne = table.get(acquire.lock).kind === "global";
    return [{ acquire, lock, handler, way, certain: isOne && !acquire.interrupts.includes("off") }];
  });
}

function openFinding(input: CheckInput, unit: FunctionUnit, open: OpenAcquire): NotedFinding {
  const { acquire, lock, handler, way, certain } = open;
  const { unit: entered } = handler;
  return findingOf(
    {
      check: "irq-unsafe",
      rule: null,
      severity: "error",
      certain,
      unit,
      at: acquire.at,
      object: null,
      struct: null,
      lock,
      held: heldTexts(input, acquire.held),
      message: `${lock} is taken with interrupts on, and the interrupt handler ${entered.name}() takes it too`,
      access: textAt(unit, acquire.at),
      region: `${unit.file.path}:${unit.name}:irq:${lock}`,
    },
    {
      status: "live",
      conflict: handlerSteps(input, handler, lock),
      trace: [...callSteps(way), stepAt(unit, acquire.at, `${lock} acquired with interrupts on`)],
      fix: `Take ${lock} with interrupts off: the handler waits for ever when it interrupts this span on the same CPU.`,
      notes: { labels: [], also: [] },
    },
  );
}

function handlerSteps(input: CheckInput, { unit, acquire }: HandlerAcquire, lock: string): TraceStep[] {
  const what = `${lock} acquired in the interrupt handler`;
  if (acquire.through === null) return [stepAt(unit, acquire.at, what)];
  return [
    stepAt(unit, acquire.at, `the interrupt handler calls ${acquire.through}()`),
    ...acquireSteps(input, unit, acquire.through, lock),
  ];
}

function callSteps(way: LoudWay | null): TraceStep[] {
  return (way?.calls ?? []).map(({ unit, callee, at }) =>
    stepAt(unit, at, `calls ${calleeName(callee)}() with interrupts on`),
  );
}

// ---- interrupts that are not put back ----

/** What becomes of the lock itself is not known, and reported. */
function isOutOfBalance(unit: FunctionUnit, { lock }: InterruptFault): boolean {
  return unit.facts.faults.some((fault) => fault.lock === lock);
}

/** The word goes elsewhere: returned, stored, or the caller's own. */
function handsFlagsOver(unit: FunctionUnit, { kind, flags }: InterruptFault): boolean {
  if (kind !== "stays-off" || flags === null || flags === "") return false;
  if (!/^\w+$/.test(flags)) return true;
  const handed = new RegExp(`\\breturn\\s*\\(?\\s*${flags}\\b|[^=!<>]=\\s*${flags}\\s*[;,]`);
  const isOwn = unit.ir.variables.some(({ name, kind: sort }) => name === flags && sort !== "parameter");
  return !isOwn || handed.test(unit.item.masked);
}

function faultFinding(input: CheckInput, unit: FunctionUnit, fault: InterruptFault): NotedFinding {
  const { table } = input.program;
  const lock = fault.lock === null ? "" : lockText(table, fault.lock);
  const since = labelAt(unit, fault.since.at, "interrupts turned off", "acquired");
  const isApart = since.line !== labelAt(unit, fault.at, "", "use").line;
  const subjects = new Set(fault.lock === null ? [] : [fault.lock]);
  return findingOf(
    {
      check: "irq-unsafe",
      rule: null,
      severity: fault.kind === "other-word" ? "note" : "error",
      certain: fault.certain,
      unit,
      at: fault.at,
      object: fault.flags === "" ? null : fault.flags,
      struct: null,
      lock,
      held: [],
      message: MESSAGES[fault.kind](lock, fault.flags ?? "flags"),
      access: `${fault.kind} ${textAt(unit, fault.at)}`,
    },
    {
      // It happens by itself, whatever else runs.
      status: "live",
      conflict: [],
      trace: [
        stepAt(unit, fault.since.at, "interrupts turned off"),
        ...pathSteps(unit, fault.path, { subjects, decisions: !fault.certain }).filter(
          (step) => step.line > since.line,
        ),
        stepAt(unit, fault.at, STEPS[fault.kind](fault.flags ?? "flags")),
      ],
      fix: null,
      notes: { labels: isApart ? [since] : [], also: [] },
    },
  );
}

const MESSAGES: Readonly<Record<InterruptFault["kind"], (lock: string, flags: string) => string>> = {
  "saved-twice": (_lock, flags) =>
    `${flags} is written over while it holds the outer interrupt state, so interrupts stay off after both are restored`,
  "other-word": (lock, flags) =>
    `${flags} is not the word that the interrupt state was saved in${lock === "" ? "" : ` when ${lock} was taken`}`,
  "stays-off": (lock) =>
    lock === ""
      ? "interrupts were turned off and are still off at this return"
      : `${lock} was taken with interrupts turned off; this release leaves them off`,
  "on-too-early": (lock) =>
    `releasing ${lock} turns interrupts on although an outer span turned them off and still needs it`,
};

const STEPS: Readonly<Record<InterruptFault["kind"], (flags: string) => string>> = {
  "saved-twice": (flags) => `saved in ${flags} again`,
  "other-word": (flags) => `restored from ${flags}`,
  "stays-off": () => "interrupts stay off",
  "on-too-early": () => "interrupts turned on",
};
