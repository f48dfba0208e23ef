/**
 * `driver.yaml` to a driver model whose own names agree with each other: every
 * lock that an entry point or a member names, and every handle, is declared.
 */
import { suggestWord } from "../base/index.ts";
import type {
  CallerFile,
  DriverModel,
  EntryContext,
  EntryFunction,
  EntryPoint,
  HandleCell,
  LockFact,
  Need,
  Subsystem,
  TypeFact,
} from "./driver-model.ts";
import { formatLockName, parseLockName } from "./lock-name.ts";
import {
  complaint,
  type PackDocument,
  type PackFile,
  type PackPath,
  readPackDocument,
} from "./pack-document.ts";

/** The file as its schema promises it. */
interface DriverDeclaration {
  readonly id: string;
  readonly title: string;
  readonly factsAt?: string;
  readonly files: readonly string[];
  readonly headers?: readonly string[];
  readonly callers?: readonly CallerFile[];
  readonly types: readonly TypeFact[];
  readonly locks: readonly {
    readonly lock: string;
    readonly type: string;
    readonly definedIn?: string;
    readonly guards: string;
  }[];
  readonly handles?: readonly HandleCell[];
  readonly operationsType?: string;
  readonly subsystems?: readonly (Omit<Subsystem, "lock"> & { readonly lock?: string })[];
  readonly entryPoints?: readonly EntryPoint[];
  readonly entryFunctions?: readonly EntryFunction[];
  readonly needs?: readonly (Omit<Need, "name"> & { readonly name?: string })[];
}

type DriverDocument = PackDocument<DriverDeclaration>;

/** @throws {InputError} `file:line: …` for what the schema refuses and for names that nothing declares. */
export async function parseDriver(file: PackFile): Promise<DriverModel> {
  const document = await readPackDocument<DriverDeclaration>(file, "driver");
  const { factsAt, locks, needs = [], handles = [], operationsType = null, ...others } = document.value;
  const { entryPoints = [], subsystems, ...rest } = others;
  if (operationsType === null && entryPoints.length > 0)
    throw complaint(
      document,
      ["entryPoints", 0],
      "which table has this operation does not come out",
      'Give "operationsType": the tag of the struct that the driver fills with its functions.',
    );
  const model: DriverModel = {
    ...rest,
    ...{ handles, operationsType, entryPoints },
    ...(factsAt === undefined ? {} : { factsAt }),
    ...(subsystems === undefined ? {} : { subsystems: subsystems.map(subsystemOf) }),
    locks: locks.map((each) => parseLockName(each.lock)),
    lockFacts: locks.map(lockFactOf),
    needs: needs.map((need, index) => needOf(document, need, index)),
  };
  refuseUnknownMembers(document, model);
  refuseUnknownHandles(document, model);
  refuseUnknownSubsystems(document, model);
  refuseUnknownCallerLocks(document, model);
  return model;
}

function subsystemOf({ lock, ...rest }: NonNullable<DriverDeclaration["subsystems"]>[number]): Subsystem {
  return { ...rest, lock: lock === undefined ? null : parseLockName(lock) };
}

function lockFactOf(declared: DriverDeclaration["locks"][number]): LockFact {
  const { lock, definedIn, ...rest } = declared;
  return { ...rest, lock: parseLockName(lock), definedIn: definedIn ?? null };
}

function needOf(
  document: DriverDocument,
  need: NonNullable<DriverDeclaration["needs"]>[number],
  index: number,
): Need {
  const name = need.name ?? need.anyOf?.[0];
  if (name !== undefined && (need.name === undefined) !== (need.anyOf === undefined))
    return { ...need, name };
  throw complaint(
    document,
    ["needs", index],
    "what is needed does not come out",
    'Give either "name" or "anyOf".',
  );
}

/** A member lock of the driver's own must be a field of a declared struct; other drivers' structs are theirs. */
function refuseUnknownMembers(document: DriverDocument, model: DriverModel): void {
  for (const [index, fact] of (model.lockFacts ?? []).entries()) {
    if (fact.lock.kind === "global" || fact.definedIn !== null) continue;
    refuseUnknownField(document, model, fact.lock, ["locks", index, "lock"]);
  }
}

function refuseUnknownHandles(document: DriverDocument, model: DriverModel): void {
  for (const [index, handle] of model.handles.entries()) {
    refuseUnknownField(document, model, handle, ["handles", index]);
  }
}

/** Complains unless the model declares the struct and its field. */
export function refuseUnknownField(
  document: PackDocument<unknown>,
  model: DriverModel,
  cell: HandleCell,
  path: PackPath,
): void {
  const type = declaredType(document, model, cell.struct, path);
  if (type.fields.includes(cell.field)) return;
  throw complaint(
    document,
    path,
    `struct ${cell.struct} of driver ${model.id} has no field "${cell.field}"`,
    suggestWord(cell.field, type.fields),
  );
}

/** The declared type of that tag. @throws {InputError} when the model has none. */
export function declaredType(
  document: PackDocument<unknown>,
  model: DriverModel,
  struct: string,
  path: PackPath,
): TypeFact {
  const types = model.types ?? [];
  const type = types.find((each) => each.struct === struct);
  if (type !== undefined) return type;
  const hint = suggestWord(
    struct,
    types.map((each) => each.struct),
  );
  throw complaint(document, path, `no struct "${struct}" in driver ${model.id}`, hint);
}

/** Every way in that the model declares, with its place in the document. */
function waysIn(model: DriverModel): { readonly context: EntryContext; readonly path: PackPath }[] {
  const ways = (key: string, entries: readonly { readonly contexts: readonly EntryContext[] }[]) =>
    entries.flatMap(({ contexts }, point) =>
      contexts.map((context, way) => ({ context, path: [key, point, "contexts", way] })),
    );
  return [...ways("entryPoints", model.entryPoints), ...ways("entryFunctions", model.entryFunctions ?? [])];
}

function refuseUnknownSubsystems(document: DriverDocument, model: DriverModel): void {
  if (model.subsystems === undefined) return;
  for (const [index, { lock }] of model.subsystems.entries()) {
    if (lock !== null)
      refuseUnknownLock(document, model, formatLockName(lock), ["subsystems", index, "lock"]);
  }
  const known = model.subsystems.map(({ subsystem }) => subsystem);
  for (const { context, path } of waysIn(model)) {
    if (known.includes(context.subsystem)) continue;
    const says = `no subsystem "${context.subsystem}" in driver ${model.id}`;
    throw complaint(document, [...path, "subsystem"], says, suggestWord(context.subsystem, known));
  }
}

function refuseUnknownCallerLocks(document: DriverDocument, model: DriverModel): void {
  for (const { context, path } of waysIn(model)) {
    for (const lock of context.callerHolds)
      refuseUnknownLock(document, model, lock, [...path, "callerHolds"]);
    for (const lock of context.callerHoldsShared ?? []) {
      if (context.callerHolds.includes(lock)) continue;
      const says = `"${lock}" is held for reading but not among the locks held`;
      throw complaint(document, [...path, "callerHoldsShared"], says, 'Add it to "callerHolds".');
    }
  }
}

/** Complains unless the model declares the lock. */
export function refuseUnknownLock(
  document: PackDocument<unknown>,
  model: DriverModel,
  lock: string,
  path: PackPath,
): void {
  const known = model.locks.map(formatLockName);
  if (known.includes(lock)) return;
  throw complaint(document, path, `no lock "${lock}" in driver ${model.id}`, suggestWord(lock, known));
}
