/**
 * Which functions have anything to do with locks and guarded memory.
 *
 * The others (in a driver: most of the register access) are not solved; a call
 * of one changes nothing that is asked about.
 */
import type { CType, FunctionIr, Instruction, TypeTable } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import type { GuardTable } from "./guards.ts";

export interface Setting {
  readonly platform: Platform;
  readonly guards: GuardTable;
  readonly types: TypeTable;
}

/** Guarded fields, and the bit-fields that a write of which touches them. */
function withNeighbours(types: TypeTable, struct: string | null, fields: readonly string[]): string[] {
  if (struct === null) return [...fields];
  const sharing = types.sharing(struct) ?? {};
  return fields.flatMap((field) => [field, ...(sharing[field]?.word ?? [])]);
}

/** @param isRelevant whether a callee is, by name; asked for callees that were judged before */
export function isRelevant(
  ir: FunctionIr,
  { platform, guards, types }: Setting,
  isRelevantCallee: (name: string) => boolean,
): boolean {
  const globals = new Set(guards.guards.flatMap(({ global }) => (global === null ? [] : [global])));
  const cells = new Set(guards.handles);
  for (const { struct, fields } of guards.guards) {
    for (const field of fields === "all" ? ["*"] : withNeighbours(types, struct, fields))
      cells.add(`${struct}.${field}`);
  }
  const partial = new Set([...cells].map((cell) => cell.slice(0, cell.indexOf("."))));
  // A pointer that is handed out, or one to a guarded object, carries ownership and staleness along.
  if (ir.returnType.kind === "pointer" && mayCarry(ir.returnType.to, partial, platform.lockTypes))
    return true;
  const whole = new Set(
    guards.guards.flatMap(({ struct, fields }) => (fields === "all" && struct !== null ? [struct] : [])),
  );
  // Who passes a handle's owner on may publish it.
  const carried = new Set([
    ...whole,
    ...[...guards.handles].map((handle) => handle.slice(0, handle.indexOf("."))),
  ]);
  if (ir.variables.some(({ type, name }) => name !== null && pointsInto(type, carried))) return true;
  return ir.blocks.some(({ instructions }) =>
    instructions.some((one) => touches(one, { platform, cells, structs: whole, globals, isRelevantCallee })),
  );
}

interface Interest {
  readonly platform: Platform;
  readonly cells: ReadonlySet<string>;
  readonly structs: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
  readonly isRelevantCallee: (name: string) => boolean;
}

function touches(one: Instruction, interest: Interest): boolean {
  switch (one.kind) {
    case "field":
      return interest.structs.has(one.struct) || interest.cells.has(`${one.struct}.${one.field}`);
    case "container":
      return interest.structs.has(one.struct);
    case "address-of-global":
      return interest.globals.has(one.name);
    case "call": {
      if (one.callee === null) return false;
      const model = interest.platform.functions.get(one.callee);
      if (model === undefined) return interest.isRelevantCallee(one.callee);
      return (model.lock !== null && model.lock.kind !== "initialise") || model.interrupts !== undefined;
    }
    default:
      return false;
  }
}

/** Whether a returned pointer may lead to something guarded: it does by its type, or the type does not say. */
function mayCarry(target: CType, structs: ReadonlySet<string>, locks: ReadonlySet<string>): boolean {
  if (target.kind === "struct") return structs.has(target.tag);
  return target.kind !== "scalar" || target.name === "void" || locks.has(target.name);
}

/**
 * Words that bring locks or guarded memory into a stretch of code: primitives, the
 * names of guarded things, the functions that have to do with either.
 */
export function relevantWords(
  { platform, guards, types }: Setting,
  functions: Iterable<string>,
): ReadonlySet<string> {
  const words = new Set<string>([...functions, ...platform.lockTypes]);
  for (const [name, model] of platform.functions) {
    if (model.lock !== null || model.interrupts !== undefined) words.add(name);
  }
  const owners = new Set([...guards.handles].map((handle) => handle.slice(0, handle.indexOf("."))));
  for (const owner of owners) words.add(owner);
  for (const { struct, global, fields } of guards.guards) {
    if (struct !== null && owners.has(struct)) continue;
    // Of a struct with some guarded fields only these matter; one of them is named where it is used.
    const named = fields === "all" ? [struct] : withNeighbours(types, struct, fields);
    for (const name of [global, ...named]) {
      if (name !== null) words.add(name);
    }
  }
  return words;
}

function pointsInto(type: CType, structs: ReadonlySet<string>): boolean {
  if (type.kind === "pointer" || type.kind === "array")
    return pointsInto(type.kind === "pointer" ? type.to : type.of, structs);
  return type.kind === "struct" && structs.has(type.tag);
}
