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
  isByPointer: false,
};

/** @param modelOf the model that speaks of a file, or null */
export function entryWaysOf(
  program: AnalysedProgram,
  modelOf: (path: string) => DriverModel | null,
): EntryWaysOf {
  const called = new Set(program.units.flatMap((unit) => unit.facts.calls.map((call) => call.callee)));
  const driven = drivenUnits(program);
  const known = new Map<FunctionUnit, readonly EntryWay[]>();
  return (unit) => {
    const ways = known.get(unit) ?? waysInto(unit, modelOf(unit.file.path), { program, called, driven });
    known.set(unit, ways);
    return ways;
  };
}

interface Callees {
  /** Names of functions that the program calls. */
  readonly called: ReadonlySet<string>;
  /** `path:name` of functions that it calls through an operation table. */
  readonly driven: ReadonlySet<string>;
}

function drivenUnits({ units }: AnalysedProgram): ReadonlySet<string> {
  const shared = new Map(units.filter(({ ir }) => !ir.isStatic).map((unit) => [unit.name, unit]));
  const own = new Set(units.map(({ file, name }) => `${file.path}:${name}`));
  const keyOf = (from: string, callee: string): string => {
    if (callee.includes(":")) return callee;
    const inFile = `${from}:${callee}`;
    return own.has(inFile) ? inFile : `${shared.get(callee)?.file.path ?? ""}:${callee}`;
  };
  return new Set(
    units.flatMap(({ file, facts }) =>
      facts.calls.filter((call) => call.isThroughTable).map(({ callee }) => keyOf(file.path, callee)),
    ),
  );
}

function waysInto(
  unit: FunctionUnit,
  model: DriverModel | null,
  { program, called, driven }: Callees & { readonly program: AnalysedProgram },
): readonly EntryWay[] {
  const named = model?.entryFunctions?.filter((entry) => entry.function === unit.name) ?? [];
  const declared = [
    ...unit.operations.flatMap((operation) => declaredWays(operation, model)),
    ...named.flatMap(({ contexts }) => contexts.map((context) => wayOf(null, context))),
  ];
  if (declared.length > 0) return declared;
  const isDriven = driven.has(`${unit.file.path}:${unit.name}`);
  // Of a table whose calls are in the program nobody else is taken to call.
  if (program.addressPassed.has(unit.name) || (program.addressTaken.has(unit.name) && !isDriven)) {
    const label = "entered through a pointer by callers outside these files, taken to hold no lock";
    return [{ ...FROM_OUTSIDE, label, isByPointer: true }];
  }
  if (isDriven) return [];
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
    isByPointer: operation !== null,
  };
}
