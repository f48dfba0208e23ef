/**
 * alloc-irq-off: memory is allocated while interrupts are off, here or in a callee.
 *
 * In: calls with interrupts off, and what interrupt handlers call. Out: one
 * finding a call. A plain spinlock is no matter: allocation does not sleep.
 */
import type { SourceRange } from "../c/index.ts";
import type { NotedFinding, TraceStep } from "../findings/index.ts";
import type { FunctionUnit, QuietCall } from "../locks/index.ts";
import { Allocations } from "./allocations.ts";
import { type CheckInput, findingOf } from "./check-input.ts";
import { labelAt, stepAt, textAt } from "./place.ts";

export function checkAllocations(input: CheckInput): NotedFinding[] {
  const allocations = new Allocations(input);
  return input.program.units.flatMap((unit) => {
    if (input.graph.isBootOnly(unit)) return [];
    const quiet = unit.facts.quietCalls.filter((call) => allocations.isOrAllocates(unit, call.callee));
    const ofHandler = input.contexts.handlers.has(unit) ? handlerCalls(allocations, unit, quiet) : [];
    return [
      ...quiet.map((call) => allocationFinding(allocations, unit, { call, inHandler: false })),
      ...ofHandler.map((call) => allocationFinding(allocations, unit, { call, inHandler: true })),
    ];
  });
}

/** Interrupts are off in a handler from its first line. */
function handlerCalls(
  allocations: Allocations,
  unit: FunctionUnit,
  known: readonly QuietCall[],
): QuietCall[] {
  return allocations
    .callsIn(unit)
    .filter(
      ({ callee, at }) =>
        allocations.isOrAllocates(unit, callee) && !known.some((one) => one.at.start === at.start),
    )
    .map(({ callee, at }) => ({ callee, at, certain: true, since: null, path: null }));
}

function allocationFinding(
  allocations: Allocations,
  unit: FunctionUnit,
  { call, inHandler }: { readonly call: QuietCall; readonly inHandler: boolean },
): NotedFinding {
  const { callee, at, since, certain } = call;
  const direct = allocations.isAllocator(callee);
  const inside = direct ? [] : allocations.stepsIn(unit, callee);
  const off = since === null ? null : labelAt(unit, since.at, "interrupts turned off", "acquired");
  const what = direct ? `${callee}() allocates` : `${callee}() is called, which allocates`;
  const why = inHandler ? " in an interrupt handler" : " with interrupts off";
  return findingOf(
    {
      check: "alloc-irq-off",
      rule: null,
      severity: "error",
      certain: certain && allocations.allocatesAlways(unit, callee),
      unit,
      at,
      object: null,
      struct: null,
      lock: "",
      held: [],
      message: `${what}${why}`,
      access: textAt(unit, at),
    },
    {
      status: "live",
      conflict: [],
      trace: [...offStep(unit, since), stepAt(unit, at, `${callee}() called${why}`), ...inside],
      fix: inHandler
        ? "Allocate before, where the handler is set up, or leave it to a tasklet."
        : "Allocate before interrupts are turned off, and free what is not needed afterwards.",
      notes: {
        labels: off === null || off.line === labelAt(unit, at, "", "use").line ? [] : [off],
        also: [],
      },
    },
  );
}

function offStep(unit: FunctionUnit, since: { readonly at: SourceRange } | null): TraceStep[] {
  return since === null ? [] : [stepAt(unit, since.at, "interrupts turned off")];
}
