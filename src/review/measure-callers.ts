/**
 * What the callers of a driver's operations hold, measured in the calling files with the
 * same analysis, against what the driver's pack declares.
 *
 * In:  the calling files of the tree, the driver's model, the platform.
 * Out: the model with what was measured, and one sentence for each difference.
 *
 * Only locks that the subsystem's own calling files name can be measured there; what is
 * taken further up stays as the pack declares it.
 */
import { compareText } from "../base/index.ts";
import { createParseCache, readSourceFile, typeTableOf, variantsOf } from "../c/index.ts";
import {
  type DriverModel,
  type EntryContext,
  type EntryPoint,
  headerMacrosOf,
  type Platform,
  typeOptionsOf,
} from "../drivers/index.ts";
import {
  type AnalysedProgram,
  analyseProgram,
  CallGraph,
  createAnalysisCache,
  type ReachingWay,
  ReachingWays,
} from "../locks/index.ts";
import { callingFunctions } from "./calling-functions.ts";
import { entryWaysOf } from "./entry-ways.ts";
import type { InputFile } from "./input-file.ts";

export interface MeasuredModel {
  readonly model: DriverModel;
  readonly complaints: readonly string[];
}

/** The ways into one operation from one subsystem, as they were found. */
interface MeasuredWays {
  readonly operation: string;
  readonly subsystem: string;
  readonly ways: readonly ReachingWay[];
  /** Whether the subsystem's files name a lock at all. */
  readonly isNamed: (lock: string) => boolean;
}

/** Stands for the driver: one function behind each operation. */
const DRIVER = "the driver";

/** Sets of calling files that are kept: of each driver some versions. */
const MOST_MEASURED = 24;

/** Measures each set of calling files once, whatever program asks, and once those of which the same functions matter. */
export function callerMeasure(
  platform: Platform,
): (files: readonly InputFile[], model: DriverModel) => MeasuredModel {
  const byFiles = lastFound<MeasuredModel>();
  const byCallers = lastFound<MeasuredModel>();
  return (files, model) =>
    byFiles([model, ...files.map(({ text }) => text)], () => {
      const callers = callersIn(files, model, platform);
      // Other functions left empty lines, and nothing is told of any line.
      const texts = callers.map(({ path, text }) => `${path}\n${text.replace(/(?<!\\)\n{2,}/g, "\n")}`);
      return byCallers([model, ...texts], () => measureIn(callers, model, platform));
    });
}

/** What was found of late, by all that it hangs on. */
function lastFound<T>(): (key: readonly unknown[], find: () => T) => T {
  const known: { readonly key: readonly unknown[]; readonly found: T }[] = [];
  return (key, find) => {
    const same = known.find(
      (one) => one.key.length === key.length && one.key.every((part, at) => part === key[at]),
    );
    if (same !== undefined) return same.found;
    const found = find();
    known.push({ key, found });
    if (known.length > MOST_MEASURED) known.shift();
    return found;
  };
}

export function measureCallers(
  files: readonly InputFile[],
  model: DriverModel,
  platform: Platform,
): MeasuredModel {
  return measureIn(callersIn(files, model, platform), model, platform);
}

/** Where nothing is declared to be held there is nothing to hold against the code. */
function askedOf({ entryPoints }: DriverModel): EntryPoint[] {
  return entryPoints.filter(({ contexts }) => contexts.some((one) => one.callerHolds.length > 0));
}

function callersIn(files: readonly InputFile[], model: DriverModel, platform: Platform): InputFile[] {
  const operations = askedOf(model).map(({ operation }) => operation);
  return callingFunctions(files, operations, platform);
}

/** @param callers files with nothing but the functions that lead to the driver */
function measureIn(callers: readonly InputFile[], model: DriverModel, platform: Platform): MeasuredModel {
  const asked = askedOf(model);
  const operations = asked.map(({ operation }) => operation);
  const { operationsType } = model;
  if (callers.length === 0 || operationsType === null) return { model, complaints: [] };
  const program = programOf([...callers, driverOf(operationsType, operations)], operations, platform);
  const reaching = new ReachingWays(program, graphOf(program));
  const measured = asked.flatMap((point) => measuredAt(point, { program, reaching, model, callers }));
  return {
    model: { ...model, entryPoints: model.entryPoints.map((point) => corrected(point, measured)) },
    complaints: [...new Set(measured.flatMap((one) => differences(one, model)))].sort(compareText),
  };
}

/** A file whose table leads to one function for each operation. */
function driverOf(struct: string, operations: readonly string[]): InputFile {
  const functions = operations.map(
    (name) => `static int entered_${name}(void)\n{\n    return outcome_of_${name}();\n}\n`,
  );
  const members = operations.map((name) => `    .${name} = entered_${name},\n`);
  const text = `${functions.join("")}static const struct ${struct} entered = {\n${members.join("")}};\n`;
  return { path: DRIVER, text };
}

function programOf(
  files: readonly InputFile[],
  operations: readonly string[],
  platform: Platform,
): AnalysedProgram {
  const cache = createParseCache();
  const macros = headerMacrosOf(platform);
  const sources = files.map(({ path, text }) => {
    const [variant] = variantsOf(text, cache);
    return readSourceFile(path, text, variant ?? new Map(), { cache, macros });
  });
  return analyseProgram({
    files: sources,
    types: typeTableOf(sources, typeOptionsOf(platform)),
    platform,
    guards: { guards: [], handles: new Set() },
    cache,
    analyses: createAnalysisCache(),
    askedMembers: new Set(operations),
  });
}

/** A function that the files call is entered as they do, whoever else could. */
function graphOf(program: AnalysedProgram): CallGraph {
  const waysOf = entryWaysOf(program, () => null);
  const called = new Set(
    program.units.flatMap(({ name, facts }) =>
      facts.calls.flatMap(({ callee }) => (callee === name ? [] : [callee])),
    ),
  );
  return new CallGraph(program, (unit) => (called.has(unit.name) ? [] : waysOf(unit)));
}

function measuredAt(
  { operation, contexts }: EntryPoint,
  {
    program,
    reaching,
    model,
    callers,
  }: {
    readonly program: AnalysedProgram;
    readonly reaching: ReachingWays;
    readonly model: DriverModel;
    readonly callers: readonly InputFile[];
  },
): MeasuredWays[] {
  const unit = program.units.find((one) => one.operations.includes(operation));
  if (unit === undefined) return [];
  const starts = new Set(contexts.map(({ calledBy }) => calledBy.match(/\w+/)?.[0]));
  const found = reaching
    .into(unit, null)
    .filter(({ root, holds }) => holds.size > 0 || starts.has(root.name));
  return [...new Set(contexts.map(({ subsystem }) => subsystem))].flatMap((subsystem) => {
    const ways = found.filter((way) => subsystemOf(way, model) === subsystem);
    if (ways.length === 0) return [];
    const words = wordsOf(callers.filter(({ path }) => subsystemOfFile(path, model) === subsystem));
    return [{ operation, subsystem, ways, isNamed: (lock: string) => words.has(lock) }];
  });
}

/** The subsystem of the file that is nearest to the driver and has one. */
function subsystemOf({ calls }: ReachingWay, model: DriverModel): string | null {
  for (const { unit } of [...calls].reverse()) {
    const subsystem = subsystemOfFile(unit.file.path, model);
    if (subsystem !== null) return subsystem;
  }
  return null;
}

function subsystemOfFile(path: string, { callers = [] }: DriverModel): string | null {
  return callers.find(({ file }) => path === file || path.endsWith(`/${file}`))?.subsystem ?? null;
}

/** What is held on all measured ways is held; of what the files name, nothing else is. */
function corrected(point: EntryPoint, measured: readonly MeasuredWays[]): EntryPoint {
  const contexts = point.contexts.map((context): EntryContext => {
    const own = measured.find(
      (one) => one.operation === point.operation && one.subsystem === context.subsystem,
    );
    if (own === undefined || context.atBoot === true) return context;
    const always = heldOnAll(own.ways);
    const above = context.callerHolds.filter((lock) => !own.isNamed(lock));
    const shared = (context.callerHoldsShared ?? []).filter((lock) => above.includes(lock));
    const sharedHere = always.filter((lock) => own.ways.some(({ holds }) => holds.get(lock) === "shared"));
    return {
      ...context,
      callerHolds: [...new Set([...always, ...above])].sort(compareText),
      callerHoldsShared: [...new Set([...sharedHere, ...shared])].sort(compareText),
    };
  });
  return { ...point, contexts };
}

function heldOnAll(ways: readonly ReachingWay[]): string[] {
  const [first, ...others] = ways;
  return [...(first?.holds.keys() ?? [])].filter((lock) => others.every(({ holds }) => holds.has(lock)));
}

/** Locks that the pack declares for every way of the subsystem and that one of them comes without. */
function differences({ operation, subsystem, ways, isNamed }: MeasuredWays, model: DriverModel): string[] {
  const point = model.entryPoints.find((one) => one.operation === operation);
  const contexts = (point?.contexts ?? []).filter(
    (one) => one.subsystem === subsystem && one.atBoot !== true,
  );
  const [first, ...others] = contexts;
  const promised = (first?.callerHolds ?? []).filter((lock) =>
    others.every(({ callerHolds }) => callerHolds.includes(lock)),
  );
  return promised.filter(isNamed).flatMap((lock) => {
    const way = ways.find(({ holds }) => !holds.has(lock));
    if (way === undefined) return [];
    const caller = way.calls.at(-1)?.unit ?? way.root;
    const asOf = model.factsAt === undefined ? "" : ` as of ${model.factsAt}`;
    return [
      `${caller.name}() in ${caller.file.path} calls .${operation} without ${lock}, which the pack ${model.id} declares for ${subsystem}${asOf}; what the code does counts`,
    ];
  });
}

function wordsOf(files: readonly InputFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(({ text }) => text.match(/[A-Za-z_]\w*/g) ?? []));
}
