/**
 * Which functions have anything to do with locks and guarded memory.
 *
 * The others (in a driver: most of the register access) are not solved; a call
 * of one changes nothing that is asked about.
 */
import type { CType, FunctionIr, Instruction, TypeTable } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import { copiesOf } from "./function-values.ts";
import type { GuardTable } from "./guards.ts";
import { calledIn } from "./table-calls.ts";

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

/** What of a setting decides, found once for all functions. */
interface Interest {
  readonly platform: Platform;
  readonly globals: ReadonlySet<string>;
  readonly cells: ReadonlySet<string>;
  /** Structs with a guarded cell. */
  readonly partial: ReadonlySet<string>;
  /** Structs that are guarded as a whole. */
  readonly whole: ReadonlySet<string>;
  /** These, and the owners of handles: who passes one on may publish it. */
  readonly carried: ReadonlySet<string>;
}

/** What a function's own code says; the callees of one that says nothing decide. */
export interface OwnRelevance {
  /** `memory`: it hands out a pointer that may lead to something guarded, follows or calls one: for its callers to look at. */
  readonly why: "locks" | "memory" | null;
  /** Functions that it calls, or hands to others; empty where `why` is `locks`. */
  readonly callees: readonly string[];
}

/** Own relevance of functions, by the setting written out. */
export type KnownRelevance = Map<string, WeakMap<FunctionIr, OwnRelevance>>;

/** Judges functions under one setting. */
export function relevanceJudge(
  { platform, guards, types }: Setting,
  judged: KnownRelevance,
): (ir: FunctionIr) => OwnRelevance {
  const globals = new Set(guards.guards.flatMap(({ global }) => (global === null ? [] : [global])));
  const cells = new Set(guards.handles);
  for (const { struct, fields } of guards.guards) {
    for (const field of fields === "all" ? ["*"] : withNeighbours(types, struct, fields))
      cells.add(`${struct}.${field}`);
  }
  const partial = new Set([...cells].map((cell) => cell.slice(0, cell.indexOf("."))));
  const whole = new Set(
    guards.guards.flatMap(({ struct, fields }) => (fields === "all" && struct !== null ? [struct] : [])),
  );
  const owners = [...guards.handles].map((handle) => handle.slice(0, handle.indexOf(".")));
  const interest = { platform, globals, cells, partial, whole, carried: new Set([...whole, ...owners]) };
  const setting = JSON.stringify([globals, cells, whole, interest.carried].map((names) => [...names]));
  const known = judged.get(setting) ?? new WeakMap<FunctionIr, OwnRelevance>();
  judged.set(setting, known);
  return (ir) => {
    let own = known.get(ir);
    if (own === undefined) {
      own = ownRelevance(ir, interest);
      known.set(ir, own);
    }
    return own;
  };
}

function ownRelevance(ir: FunctionIr, interest: Interest): OwnRelevance {
  const { platform, partial, carried } = interest;
  const returned = ir.returnType.kind === "pointer" ? ir.returnType.to : null;
  const isOwn =
    (returned !== null && leadsThere(returned, partial, platform.lockTypes)) ||
    ir.variables.some(({ type, name }) => name !== null && pointsInto(type, carried)) ||
    ir.blocks.some(({ instructions }) => instructions.some((one) => touches(one, interest)));
  if (isOwn) return { why: "locks", callees: [] };
  const called = ir.blocks.flatMap(({ instructions }) =>
    instructions.flatMap((one) => namedBy(one).filter((name) => !platform.functions.has(name))),
  );
  const handsOut = returned !== null && mayCarry(returned);
  const isFor =
    handsOut || callsParameter(ir) || (interest.cells.size > 0 && reachesThroughParameter(ir, platform));
  const why = isFor ? "memory" : null;
  return { why, callees: [...new Set(called)] };
}

/** The functions that an instruction calls, or may have called. */
function namedBy(one: Instruction): readonly string[] {
  if (one.kind === "address-of-function") return [one.name];
  return one.kind === "call" ? calledIn(one) : [];
}

/** Whether it calls a function that its caller brings along. */
function callsParameter(ir: FunctionIr): boolean {
  return ir.blocks.some(({ instructions }) =>
    instructions.some(
      (one) => one.kind === "call" && one.target !== null && ir.parameters.includes(one.target),
    ),
  );
}

/**
 * Whether it reads or writes where a parameter points to, or stores it: a caller may hand it the address
 * of something guarded.
 */
function reachesThroughParameter(ir: FunctionIr, { functions }: Platform): boolean {
  const pointers = ir.parameters.filter((parameter) => {
    const type = ir.variables[parameter]?.type;
    return type?.kind === "pointer" && type.to.kind === "scalar";
  });
  if (pointers.length === 0) return false;
  const holding = copiesOf(ir, pointers);
  const touchesArgument = ({ callee, args }: Extract<Instruction, { readonly kind: "call" }>) => {
    const model = callee === null ? undefined : functions.get(callee);
    return [...(model?.reads ?? []), ...(model?.writes ?? [])].some((at) => holding.has(args[at] ?? -1));
  };
  return ir.blocks.some(({ instructions }) =>
    instructions.some((one) => {
      if (one.kind === "load") return holding.has(one.address);
      if (one.kind === "store") return holding.has(one.address) || holding.has(one.src);
      if (one.kind === "call") return touchesArgument(one);
      return one.kind === "element" && holding.has(one.base);
    }),
  );
}

function touches(one: Instruction, { platform, cells, whole, globals }: Interest): boolean {
  switch (one.kind) {
    case "field":
      return whole.has(one.struct) || (cells.size > 0 && cells.has(`${one.struct}.${one.field}`));
    case "container":
      return whole.has(one.struct);
    case "address-of-global":
      return globals.has(one.name);
    case "call": {
      const model = one.callee === null ? undefined : platform.functions.get(one.callee);
      if (model === undefined) return false;
      return (model.lock !== null && model.lock.kind !== "initialise") || model.interrupts !== undefined;
    }
    default:
      return false;
  }
}

/** Whether a pointer leads to something guarded, or to a lock, by its type. */
function leadsThere(target: CType, structs: ReadonlySet<string>, locks: ReadonlySet<string>): boolean {
  return target.kind === "struct"
    ? structs.has(target.tag)
    : target.kind === "scalar" && locks.has(target.name);
}

/** Whether the type does not say what a returned pointer leads to: it may carry ownership and staleness along. */
function mayCarry(target: CType): boolean {
  return target.kind === "scalar" ? target.name === "void" : target.kind !== "struct";
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

/** Whether a value of the type is, or leads to, one of the structs. */
export function pointsInto(type: CType, structs: ReadonlySet<string>): boolean {
  if (type.kind === "pointer" || type.kind === "array")
    return pointsInto(type.kind === "pointer" ? type.to : type.of, structs);
  return type.kind === "struct" && structs.has(type.tag);
}
