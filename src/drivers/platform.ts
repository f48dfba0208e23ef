/**
 * The platform as its pack writes it, and as the analysis looks it up.
 *
 * In:  `PlatformDeclaration`, plain data with what is usual left out, as it comes from
 *      YAML or from the compiled packs.
 * Out: `Platform`, every name in a map and every default filled in.
 */
import type {
  AssertMacro,
  ContainerMacro,
  Dispatcher,
  FunctionModel,
  HeaderMacro,
  IteratorModel,
  LockDefinition,
  LockEffect,
  NeighbourMacro,
  Platform,
} from "./driver-model.ts";

/** One line of a table: one name or several that behave alike. */
export interface Named {
  readonly name?: string;
  readonly names?: readonly string[];
}

type Sparse<T, Given extends keyof T> = Pick<T, Given> & Partial<T>;

export type LockFunctionDeclaration = Named & Sparse<LockEffect, "kind" | "lock">;
export type FunctionDeclaration = Named &
  Partial<Omit<FunctionModel, "name" | "lock" | "interrupts">> & {
    readonly interrupts?: {
      readonly effect: "off" | "on" | "save" | "restore" | "test";
      readonly flagsArg?: number;
    };
  };
export type IteratorDeclaration = Named & Sparse<Omit<IteratorModel, "name">, "position" | "yields" | "head">;
export type ContainerDeclaration = Named &
  Sparse<Omit<ContainerMacro, "name">, "pointer" | "type" | "member">;

/** One file of a platform pack, or several joined. */
export interface PlatformDeclaration {
  readonly lockTypes?: readonly string[];
  readonly lockDefinitions?: readonly Sparse<LockDefinition, "macro" | "type">[];
  readonly variableDefinitions?: Readonly<Record<string, string>>;
  readonly lockFunctions?: readonly LockFunctionDeclaration[];
  readonly functions?: readonly FunctionDeclaration[];
  readonly asserts?: readonly (Named & Omit<AssertMacro, "name">)[];
  readonly iterators?: readonly IteratorDeclaration[];
  readonly valueIterators?: Readonly<Record<string, number>>;
  readonly containers?: readonly ContainerDeclaration[];
  readonly neighbours?: readonly (Named & Omit<NeighbourMacro, "name">)[];
  readonly dispatchers?: readonly (Named & Sparse<Omit<Dispatcher, "name">, "operation" | "firstArgument">)[];
  readonly unevaluated?: readonly string[];
  readonly macros?: readonly (Named & Sparse<Omit<HeaderMacro, "name">, "body">)[];
  readonly bootAttributes?: readonly string[];
  readonly bootRegistrations?: Readonly<Record<string, number>>;
  readonly interruptRegistrations?: Readonly<Record<string, number>>;
  readonly operationTables?: readonly string[];
  readonly alternativeFolders?: readonly string[];
  readonly unaskedLocks?: readonly string[];
  readonly nestableLocks?: readonly string[];
}

/** A platform of several files; where two give the same name, the later one counts. */
export function platformOf(declarations: readonly PlatformDeclaration[]): Platform {
  const rows = <K extends keyof PlatformDeclaration>(key: K) => declarations.map((each) => each[key]);
  return {
    functions: functionsOf(declarations),
    asserts: byName(rows("asserts"), (name, row) => ({ name, holds: row.holds })),
    iterators: byName(rows("iterators"), iteratorOf),
    containers: byName(rows("containers"), containerOf),
    neighbours: byName(rows("neighbours"), neighbourOf),
    dispatchers: byName(rows("dispatchers"), (name, { operation, firstArgument, table = null }) => ({
      name,
      table,
      operation,
      firstArgument,
    })),
    macros: byName(rows("macros"), (name, { body, parameters = null }) => ({ name, body, parameters })),
    lockDefinitions: new Map(
      joined(rows("lockDefinitions")).map((row) => [row.macro, { recursive: false, ...row }]),
    ),
    lockTypes: new Set(joined(rows("lockTypes"))),
    unevaluated: new Set(joined(rows("unevaluated"))),
    bootAttributes: new Set(joined(rows("bootAttributes"))),
    operationTables: new Set(joined(rows("operationTables"))),
    alternativeFolders: new Set(joined(rows("alternativeFolders"))),
    unaskedLocks: new Set(joined(rows("unaskedLocks"))),
    nestableLocks: joined(rows("nestableLocks")),
    variableDefinitions: entriesOf(rows("variableDefinitions")),
    valueIterators: entriesOf(rows("valueIterators")),
    bootRegistrations: entriesOf(rows("bootRegistrations")),
    interruptRegistrations: entriesOf(rows("interruptRegistrations")),
  };
}

/** The names of a line. */
export function namesOf(row: Named): readonly string[] {
  if (row.name === undefined) return row.names ?? [];
  return row.names === undefined ? [row.name] : [row.name, ...row.names];
}

const NOTHING: FunctionDeclaration = {};
const NONE: readonly never[] = [];
const UNKNOWN: FunctionModel["returns"] = { kind: "unknown" };

/** Written out field by field: hundreds of them are made at every start, and copies are slow there. */
function functionModel(name: string, row: FunctionDeclaration, lock: LockEffect | null): FunctionModel {
  return {
    name,
    lock,
    noReturn: row.noReturn ?? false,
    allocates: row.allocates ?? false,
    frees: row.frees ?? null,
    reads: row.reads ?? NONE,
    writes: row.writes ?? NONE,
    publishes: row.publishes ?? NONE,
    unpublishes: row.unpublishes ?? NONE,
    returns: row.returns ?? UNKNOWN,
    tests: row.tests ?? null,
    transparent: row.transparent ?? null,
  };
}

function functionsOf(declarations: readonly PlatformDeclaration[]): ReadonlyMap<string, FunctionModel> {
  const functions = new Map<string, FunctionModel>();
  for (const declaration of declarations) {
    for (const row of declaration.functions ?? []) {
      const rare = rareEffects(row);
      for (const name of namesOf(row)) {
        const model = functionModel(name, row, null);
        functions.set(name, rare === null ? model : { ...model, ...rare });
      }
    }
    for (const row of declaration.lockFunctions ?? []) {
      const lock = lockEffect(row);
      for (const name of namesOf(row)) functions.set(name, functionModel(name, NOTHING, lock));
    }
  }
  return functions;
}

/** What few functions have, or null. */
function rareEffects(row: FunctionDeclaration): Partial<FunctionModel> | null {
  const { interrupts, errorPointer, handsTo, unpublishesResult, debugOnly } = row;
  const { underLock, barrier, ownProcessor, reference, publishesWhen } = row;
  const seldom = [underLock, barrier, ownProcessor, reference, publishesWhen];
  const rare = [interrupts, errorPointer, handsTo, unpublishesResult, debugOnly, ...seldom];
  if (rare.every((one) => one === undefined)) return null;
  return {
    ...(underLock !== undefined && { underLock }),
    ...(publishesWhen !== undefined && { publishesWhen }),
    ...(barrier !== undefined && { barrier }),
    ...(ownProcessor !== undefined && { ownProcessor }),
    ...(reference !== undefined && { reference }),
    ...(interrupts !== undefined && { interrupts: { flagsArg: null, ...interrupts } }),
    ...(errorPointer !== undefined && { errorPointer }),
    ...(handsTo !== undefined && { handsTo }),
    ...(unpublishesResult !== undefined && { unpublishesResult }),
    ...(debugOnly !== undefined && { debugOnly }),
  };
}

function lockEffect(row: LockFunctionDeclaration): LockEffect {
  return {
    kind: row.kind,
    lock: row.lock,
    mode: row.mode ?? "exclusive",
    interrupts: row.interrupts ?? "unchanged",
    flagsArg: row.flagsArg ?? null,
    recursive: row.recursive ?? false,
    ...(row.onlyIf !== undefined && { onlyIf: row.onlyIf }),
    ...(row.heldWhen !== undefined && { heldWhen: row.heldWhen }),
    ...(row.failsWith !== undefined && { failsWith: row.failsWith }),
    ...(row.own !== undefined && { own: row.own }),
  };
}

function iteratorOf(name: string, row: IteratorDeclaration): IteratorModel {
  const { names: _names, ...given } = row;
  return { member: null, next: null, ...given, name };
}

function containerOf(name: string, row: ContainerDeclaration): ContainerMacro {
  const { names: _names, ...given } = row;
  return { follows: null, ...given, name };
}

function neighbourOf(name: string, row: Named & Omit<NeighbourMacro, "name">): NeighbourMacro {
  return { name, entry: row.entry, member: row.member, follows: row.follows };
}

function byName<Row extends Named, Model>(
  tables: readonly (readonly Row[] | undefined)[],
  model: (name: string, row: Row) => Model,
): ReadonlyMap<string, Model> {
  return new Map(
    joined(tables).flatMap((row) => namesOf(row).map((name) => [name, model(name, row)] as const)),
  );
}

function joined<Row>(tables: readonly (readonly Row[] | undefined)[]): Row[] {
  return tables.flatMap((table) => table ?? []);
}

function entriesOf<Value>(
  tables: readonly (Readonly<Record<string, Value>> | undefined)[],
): ReadonlyMap<string, Value> {
  return new Map(tables.flatMap((table) => Object.entries(table ?? {})));
}
