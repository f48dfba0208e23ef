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
  isUnseen: false,
};

/**
 * @param modelOf the model that speaks of a file, or null
 * @param calledElsewhere functions that another variant of the program calls
 */
export function entryWaysOf(
  program: AnalysedProgram,
  modelOf: (path: string) => DriverModel | null,
  calledElsewhere: ReadonlySet<string> = new Set(),
): EntryWaysOf {
  const called = calledIn(program);
  const driven = drivenUnits(program);
  const madeNames = madeNamesIn(program);
  const known = new Map<FunctionUnit, readonly EntryWay[]>();
  return (unit) => {
    const callees = { program, called, calledElsewhere, driven, madeNames };
    const ways = known.get(unit) ?? waysInto(unit, modelOf(unit.file.path), callees);
    known.set(unit, ways);
    return ways;
  };
}

interface Callees {
  /** Names of functions that the program calls. */
  readonly called: ReadonlySet<string>;
  readonly calledElsewhere: ReadonlySet<string>;
  /** Functions that are called by other names: `#define f OWN(f)`. */
  readonly madeNames: ReadonlySet<string>;
  /** `path:name` of functions that it calls through an operation table. */
  readonly driven: ReadonlySet<string>;
}

/** Names of the functions that a program calls, or `path:name`. */
export function calledIn({ units }: AnalysedProgram): ReadonlySet<string> {
  return new Set(units.flatMap(({ facts }) => facts.calls.map((call) => call.callee)));
}

function madeNamesIn({ units }: AnalysedProgram): ReadonlySet<string> {
  const names = new Set(units.map(({ name }) => name));
  const files = new Set(units.map(({ file }) => file));
  const made = [...files].flatMap(({ macros }) =>
    macros.all.filter(({ name, body }) => names.has(name) && new RegExp(`\\(\\s*${name}\\b`).test(body)),
  );
  return new Set(made.map(({ name }) => name));
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
  { program, called, calledElsewhere, driven, madeNames }: Callees & { readonly program: AnalysedProgram },
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
    return [{ ...FROM_OUTSIDE, label, isUnseen: true }];
  }
  if (isDriven) return [];
  const isCalledElsewhere = calledElsewhere.has(unit.name);
  if (unit.ir.isStatic && (called.has(unit.name) || isCalledElsewhere)) return [];
  const hasMadeName = madeNames.has(unit.name);
  return isCalledElsewhere || hasMadeName ? [{ ...FROM_OUTSIDE, isUnseen: true }] : [FROM_OUTSIDE];
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
    isUnseen: false,
  };
}
