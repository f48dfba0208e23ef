/**
 * Analyses a program: every function of the given files, callees before callers.
 *
 * In: source files of one variant, the platform, the guards in force.
 * Out: facts for each function. See `unfilled-needs.ts` for what they mean together.
 */
import {
  askedTypes,
  type FunctionIr,
  lowerFunction,
  type ParseCache,
  type SourceFile,
  type TopLevelItem,
  type TypeTable,
  UNKNOWN_TYPE,
} from "../c/index.ts";
import { dialectOf, type Platform } from "../drivers/index.ts";
import { type AnalysisCache, keepResult, knownResult, macroKey, withLatest } from "./analysis-cache.ts";
import type { AnalysisContext, SummaryLookup } from "./analysis-context.ts";
import { calleeFinder } from "./callee-names.ts";
import { candidateItems } from "./candidates.ts";
import { endlessJudge } from "./endless.ts";
import type { FunctionFacts } from "./facts.ts";
import { lockPointersIn } from "./find-lock-pointers.ts";
import type { FunctionSummary } from "./function-summary.ts";
import { addressesHandedOut } from "./function-values.ts";
import type { GuardTable } from "./guards.ts";
import { LockState } from "./lock-state.ts";
import { testsLocks } from "./lock-tests.ts";
import { readMemory } from "./memory.ts";
import { outParameters } from "./ownership.ts";
import { plainStructsIn } from "./plain-structs.ts";
import { Recorder } from "./recorder.ts";
import { relevanceJudge } from "./relevance.ts";
import { runBlock, solve } from "./solve.ts";
import { type FunctionResult, noFacts, summarise } from "./summarise.ts";
import { calledIn, type FunctionTables, functionTables, withTableCalls } from "./table-calls.ts";
import type { ValueTable } from "./value.ts";
import { worthSolving } from "./worth-solving.ts";

export interface ProgramInput {
  /** Members of operation tables whose callers are asked about; left out: none. */
  readonly askedMembers?: ReadonlySet<string>;
  readonly files: readonly SourceFile[];
  /** What the names of the files mean, read with the platform's options. */
  readonly types: TypeTable;
  readonly platform: Platform;
  readonly guards: GuardTable;
  readonly cache: ParseCache;
  readonly analyses: AnalysisCache;
  /** Whether `FunctionFacts.places` are filled. */
  readonly recordsPlaces?: boolean;
  /** Told after each step, of which there are as many as are done and left. */
  readonly onStep?: (done: number, left: number) => void;
}

/** A function and where it stands. */
export interface FunctionUnit {
  readonly name: string;
  readonly file: SourceFile;
  readonly item: TopLevelItem;
  readonly ir: FunctionIr;
  readonly facts: FunctionFacts;
  /** Members of operation tables that it fills; empty when none. */
  readonly operations: readonly string[];
  /** Operation tables in which it stands, as `path:variable`. */
  readonly tables: readonly string[];
  /** Runs at boot only: it is marked so. */
  readonly isBoot: boolean;
  /** What its callers know of it; null for a function that was not solved. */
  readonly summary: FunctionSummary | null;
  /** It has to do with locks or guarded memory, and was solved. */
  readonly isRelevant: boolean;
}

export interface AnalysedProgram {
  readonly units: readonly FunctionUnit[];
  readonly types: TypeTable;
  readonly table: ValueTable;
  readonly guards: GuardTable;
  readonly platform: Platform;
  /** Functions whose address is taken outside of calls and tables: handed to other code. */
  readonly addressPassed: ReadonlySet<string>;
  /** The same, and those that stand in tables. */
  readonly addressTaken: ReadonlySet<string>;
}

interface Lowered {
  readonly name: string;
  readonly file: SourceFile;
  readonly item: TopLevelItem;
  readonly ir: FunctionIr;
}

/** Callees in the recursion that is being analysed, whose summary is not what it will be. */
interface OpenCallees {
  /** Those that had no turn yet are taken for calls that do not return: what comes back is found in later rounds. */
  readonly awaited: ReadonlySet<Lowered>;
  readonly unknown: ReadonlySet<Lowered>;
}

const NOBODY: ReadonlySet<Lowered> = new Set();
const MAX_CYCLE_ROUNDS = 3;

/** Of a function that never returns, and of one in a recursion before its first turn. */
const NO_RETURN: FunctionSummary = {
  function: "",
  outcomes: [],
  needs: [],
  touches: [],
  coveredUses: [],
  acquires: [],
  callbacks: [],
  isAssertion: false,
  asserted: [],
  writes: new Set(),
  stores: [],
  frees: [],
  fresh: new Set(),
};

function canReturn(ir: FunctionIr): boolean {
  return ir.blocks.some(({ end }) => end.kind === "return");
}

export function analyseProgram(input: ProgramInput): AnalysedProgram {
  const { platform, guards } = input;
  const { types } = input;
  const bare = lowerAll(input, types);
  const own = new Map(bare.map((one) => [`${one.file.path}:${one.name}`, one]));
  const tables = functionTables(
    input,
    (file, name) => own.get(`${file.path}:${name}`)?.ir.isStatic ?? false,
    input.askedMembers ?? new Set(),
  );
  const lowered = bare.map((one) => {
    const ir = tableCallsIn(input.analyses, one, tables);
    return ir === one.ir ? one : { ...one, ir };
  });
  const { table } = input.analyses;
  const lockPointers = lockPointersIn(input.files, types, platform.lockTypes);
  // Facts speak of the guards that were in force, and of the locks that pointers lead to.
  const recordsPlaces = input.recordsPlaces ?? false;
  const plainStructs = plainStructsIn(guards, types);
  const written = JSON.stringify([
    guards.guards,
    [...guards.handles],
    [...lockPointers],
    [...plainStructs],
    recordsPlaces,
  ]);
  const setting = input.analyses.settings.get(written) ?? written;
  input.analyses.settings.set(setting, setting);
  const results = new Map<Lowered, FunctionResult>();
  const calleeOf = calleeFinder(lowered);
  const find = (from: Lowered, name: string) => calleeOf(from.file, name);
  const isEndless = endlessJudge({ find });
  const analyse = (one: Lowered, open: OpenCallees): void => {
    const summaryOf = (name: string) => {
      const callee = find(one, name);
      if (callee === undefined || open.unknown.has(callee)) return undefined;
      const isWithoutReturn = open.awaited.has(callee) || isEndless(callee);
      return results.get(callee)?.summary ?? (isWithoutReturn ? NO_RETURN : undefined);
    };
    const known = knownResult(input.analyses, { ir: one.ir, setting }, summaryOf);
    const asked = new Map<string, FunctionSummary | undefined>();
    const summaries: SummaryLookup = {
      get: (name) => {
        const summary = summaryOf(name);
        asked.set(name, summary);
        return summary;
      },
    };
    const result =
      known ??
      analyseFunction({
        table,
        platform,
        guards,
        lockPointers,
        plainStructs,
        ir: one.ir,
        summaries,
        recordsPlaces,
        recorder: null,
      });
    if (known !== null) results.set(one, known);
    else results.set(one, keepResult(input.analyses, one.ir, { setting, callees: asked, result }));
  };
  const asked = new Set(
    tables.entries
      .filter(({ operation }) => operation !== null && input.askedMembers?.has(operation) === true)
      .map((entry) => entry.function),
  );
  const components = calleesFirst(lowered, find);
  const solved = worthSolving(components, {
    isAsked: (one) => asked.has(one.name),
    relevanceOf: relevanceJudge(input, input.analyses.relevance),
    find,
    calleesOf: (one) => calleesOf(one, find),
  });
  for (const [at, { members, isCycle }] of components.entries()) {
    input.onStep?.(at, components.length - at);
    if (!members.some((one) => solved.has(one))) continue;
    const awaited = new Set(isCycle ? members : []);
    for (let round = 0; round < (isCycle ? MAX_CYCLE_ROUNDS : 1); round++)
      for (const one of members) analyse(one, { awaited, unknown: NOBODY });
    // Nothing came back from these in any round, though they can return: of them nothing is known.
    const unknown = new Set(
      [...awaited].filter((one) => results.get(one)?.summary.outcomes.length === 0 && canReturn(one.ir)),
    );
    if (unknown.size > 0) for (const one of members) analyse(one, { awaited: NOBODY, unknown });
  }
  return programOf(input, { types, table, lowered, results, find, entries: tables.entries });
}

function programOf(
  { platform, guards }: ProgramInput,
  parts: {
    readonly entries: FunctionTables["entries"];
    readonly types: TypeTable;
    readonly table: ValueTable;
    readonly lowered: readonly Lowered[];
    readonly results: ReadonlyMap<Lowered, FunctionResult>;
    readonly find: (from: Lowered, name: string) => Lowered | undefined;
  },
): AnalysedProgram {
  const { types, table, lowered, results, find, entries } = parts;
  const addressPassed = new Set<string>();
  const handedOut = addressesHandedOut<Lowered>({
    find,
    isSolved: (one) => results.has(one),
    isModelled: (name) => platform.functions.has(name),
  });
  const entriesOf = new Map<string, FunctionTables["entries"][number][]>();
  for (const entry of entries) {
    const known = entriesOf.get(entry.function);
    if (known === undefined) entriesOf.set(entry.function, [entry]);
    else known.push(entry);
  }
  const units = lowered.map((one): FunctionUnit => {
    const result = results.get(one);
    const facts = result?.facts ?? noFacts(one.ir);
    for (const name of handedOut(one)) addressPassed.add(name);
    const entries = entriesOf.get(one.name) ?? NO_ENTRIES;
    const isBoot = one.ir.attributes.some((attribute) => platform.bootAttributes.has(attribute));
    const { name, file, item, ir } = one;
    const summary = result?.summary ?? null;
    const isRelevant = result !== undefined;
    return { name, file, item, ir, facts, ...filledBy(one, entries), isBoot, summary, isRelevant };
  });
  const addressTaken = new Set([...addressPassed, ...entries.map((entry) => entry.function)]);
  return { units, types, table, guards, platform, addressPassed, addressTaken };
}

const NO_ENTRIES: FunctionTables["entries"] = [];
const FILLS_NOTHING: Pick<FunctionUnit, "operations" | "tables"> = { operations: [], tables: [] };

/** The operation tables that a function stands in, of those that have its name. */
function filledBy(
  { file, ir }: Lowered,
  entries: FunctionTables["entries"],
): Pick<FunctionUnit, "operations" | "tables"> {
  const filled = entries.filter((entry) => entry.file === file || !ir.isStatic);
  if (filled.length === 0) return FILLS_NOTHING;
  return {
    operations: filled.map(({ operation }) => operation ?? ""),
    tables: filled.flatMap((entry) =>
      entry.variable === null ? [] : `${entry.file.path}:${entry.variable}`,
    ),
  };
}

function lowerAll(input: ProgramInput, types: TypeTable): Lowered[] {
  const { files, platform, cache } = input;
  const candidates = candidateItems(files, input, input.analyses);
  const dialect = dialectOf(platform);
  return files.flatMap((file) =>
    file.items.flatMap((item): Lowered[] => {
      if (item.kind !== "function" || item.name === null) return [];
      if (!candidates.has(item)) return [{ name: item.name, file, item, ir: emptyIr(item.name, item) }];
      const macros = macroKey(file, item, input.analyses);
      const known = input.analyses.lowered.get(item.masked) ?? [];
      const same = known.find((one) => one.macros === macros && one.types.isSameIn(types));
      if (same !== undefined) return same.ir === null ? [] : [{ name: item.name, file, item, ir: same.ir }];
      const asked = askedTypes(types);
      const ir = lowerFunction({ file, item, types: asked.types, dialect, cache });
      input.analyses.lowered.set(item.masked, withLatest(known, { macros, types: asked, ir }));
      return ir === null ? [] : [{ name: item.name, file, item, ir }];
    }),
  );
}

/** The same instructions for the same function and tables, so that its results are found again. */
function tableCallsIn(
  { tableCalls }: AnalysisCache,
  { ir, file }: Lowered,
  tables: FunctionTables,
): FunctionIr {
  const made = withTableCalls(ir, file, tables);
  if (made === ir) return ir;
  const key = made.blocks
    .flatMap(({ instructions }) =>
      instructions.map((one) => (one.kind === "call" ? (one.callees?.join("|") ?? one.callee) : "")),
    )
    .join();
  const known = tableCalls.get(ir) ?? new Map<string, FunctionIr>();
  const kept = known.get(key) ?? made;
  tableCalls.set(ir, known.set(key, kept));
  return kept;
}

/** Variants of a program share the items in which they do not differ. */
const emptyIrs = new WeakMap<TopLevelItem, FunctionIr>();

/** Stands for a function that nothing is asked about. */
function emptyIr(name: string, item: TopLevelItem): FunctionIr {
  const known = emptyIrs.get(item);
  if (known !== undefined) return known;
  const ir: FunctionIr = {
    name,
    isStatic: /^[^({]*\bstatic\b/.test(item.headText),
    attributes: item.attributes,
    returnType: UNKNOWN_TYPE,
    variables: [],
    parameters: [],
    shared: new Map(),
    blocks: [],
    order: [],
    loopHeads: new Set(),
  };
  emptyIrs.set(item, ir);
  return ir;
}

export function analyseFunction(given: Omit<AnalysisContext, "testsLocks">): FunctionResult {
  const { ir, table } = given;
  const context = { ...given, testsLocks: testsLocks(given) };
  const entry = new LockState();
  ir.parameters.forEach((variable, index) => {
    entry.env.set(variable, table.intern({ kind: "parameter", index }));
  });
  // What is there on entry is told from what is stored later.
  for (const index of outParameters(ir, context.guards))
    readMemory(context, entry, table.intern({ kind: "parameter", index }));
  const recorder = new Recorder(context);
  // Without a loop the first pass is the last: every block is run once, from its final states.
  const isOnePass = ir.loopHeads.size === 0;
  const solution = solve(isOnePass ? { ...context, recorder } : context, entry);
  for (const id of isOnePass ? [] : ir.order) {
    const block = ir.blocks[id];
    if (block === undefined) continue;
    for (const state of solution.entries.get(id) ?? []) runBlock({ ...context, recorder }, block, state);
  }
  return summarise(context, recorder, solution.lostPrecision);
}

/** Strongly connected components of the call graph, callees first (Tarjan). */
function calleesFirst(
  lowered: readonly Lowered[],
  find: (from: Lowered, name: string) => Lowered | undefined,
): { members: Lowered[]; isCycle: boolean }[] {
  const components: { members: Lowered[]; isCycle: boolean }[] = [];
  const index = new Map<Lowered, number>();
  const low = new Map<Lowered, number>();
  const stack: Lowered[] = [];
  const onStack = new Set<Lowered>();
  const visit = (one: Lowered): void => {
    const at = index.size;
    index.set(one, at);
    low.set(one, at);
    stack.push(one);
    onStack.add(one);
    const callees = calleesOf(one, find);
    for (const callee of callees) {
      if (!index.has(callee)) visit(callee);
      if (onStack.has(callee)) low.set(one, Math.min(low.get(one) ?? at, low.get(callee) ?? at));
    }
    if (low.get(one) !== at) return;
    const members = stack.splice(stack.lastIndexOf(one));
    for (const member of members) onStack.delete(member);
    components.push({ members: members.reverse(), isCycle: members.length > 1 || callees.includes(one) });
  };
  for (const one of lowered) if (!index.has(one)) visit(one);
  return components;
}

function calleesOf(one: Lowered, find: (from: Lowered, name: string) => Lowered | undefined): Lowered[] {
  const callees = new Set<Lowered>();
  for (const name of namedFunctions(one.ir)) {
    const callee = find(one, name);
    if (callee !== undefined) callees.add(callee);
  }
  return [...callees];
}

const namedIn = new WeakMap<FunctionIr, readonly string[]>();

/** The functions that one calls or takes the address of. */
function namedFunctions(ir: FunctionIr): readonly string[] {
  const known = namedIn.get(ir);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const { instructions } of ir.blocks) {
    for (const one of instructions) {
      if (one.kind === "call") for (const name of calledIn(one)) names.add(name);
      else if (one.kind === "address-of-function") names.add(one.name);
    }
  }
  const list = [...names];
  namedIn.set(ir, list);
  return list;
}
