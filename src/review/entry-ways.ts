/**
 * How a function is entered from outside the program, and what its callers hold
 * then: as the driver's pack declares it for the members of its operation table,
 * nothing for everything else.
 */
import type { DriverModel, EntryContext } from "../drivers/index.ts";
import type { AnalysedProgram, EntryWay, EntryWaysOf, FunctionUnit } from "../locks/index.ts";

const FROM_OUTSIDE: EntryWay = {
  label: "entered by callers outside these files, taken to hold no lock",
  operation: null,
  subsystem: null,
  holds: [],
  holdsShared: [],
  atBoot: false,
  isDeclared: false,
};

/** @param modelOf the model that speaks of a file, or null */
export function entryWaysOf(
  program: AnalysedProgram,
  modelOf: (path: string) => DriverModel | null,
): EntryWaysOf {
  const called = new Set(program.units.flatMap((unit) => unit.facts.calls.map((call) => call.callee)));
  const known = new Map<FunctionUnit, readonly EntryWay[]>();
  return (unit) => {
    const ways = known.get(unit) ?? waysInto(unit, modelOf(unit.file.path), { program, called });
    known.set(unit, ways);
    return ways;
  };
}

function waysInto(
  unit: FunctionUnit,
  model: DriverModel | null,
  { program, called }: { readonly program: AnalysedProgram; readonly called: ReadonlySet<string> },
): readonly EntryWay[] {
  const named = model?.entryFunctions?.filter((entry) => entry.function === unit.name) ?? [];
  const declared = [
    ...unit.operations.flatMap((operation) => declaredWays(operation, model)),
    ...named.flatMap(({ contexts }) => contexts.map((context) => wayOf(null, context))),
  ];
  if (declared.length > 0) return declared;
  if (program.addressTaken.has(unit.name)) {
    const label = "entered through a pointer by callers outside these files, taken to hold no lock";
    return [{ ...FROM_OUTSIDE, label }];
  }
  return unit.ir.isStatic && called.has(unit.name) ? [] : [FROM_OUTSIDE];
}

function declaredWays(operation: string, model: DriverModel | null): EntryWay[] {
  const point = model?.entryPoints.find((entry) => entry.operation === operation);
  return (point?.contexts ?? []).map((context) => wayOf(operation, context));
}

function wayOf(operation: string | null, context: EntryContext): EntryWay {
  const how = operation === null ? "" : ` as .${operation}`;
  const { subsystem, calledBy, callerHolds } = context;
  const held = callerHolds.length === 0 ? "no lock held" : `${callerHolds.join(" and ")} held by the callers`;
  return {
    label: `entered${how} from ${calledBy} (${subsystem}), ${held}`,
    operation,
    subsystem,
    holds: callerHolds,
    holdsShared: context.callerHoldsShared ?? [],
    // Nothing runs beside either.
    atBoot: context.atBoot === true || context.alone === true,
    isDeclared: true,
  };
}
