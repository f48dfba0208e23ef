/**
 * The effect of one instruction on a state (the transfer function).
 *
 * In: a state, which is changed in place. Out: the states that follow.
 */
import type { CType, Instruction, SharedMemory } from "../c/index.ts";
import { guardedPlace, recordAccess, recordObjectAccess, recordPointerStore } from "./accesses.ts";
import { type AnalysisContext, type Step, valueIn } from "./analysis-context.ts";
import { operate } from "./arithmetic.ts";
import { applyAssert, applyCall } from "./calls.ts";
import { lockNameText } from "./guards.ts";
import { type LockState, MOST_TARGETS } from "./lock-state.ts";
import { lockText } from "./locking.ts";
import { noteRead, noteWrite } from "./lookups.ts";
import { copyMembers, obtain, readMemory, structAt, writeMemory } from "./memory.ts";
import type { Access } from "./observer.ts";
import { rootOf } from "./roots.ts";
import { linkAnew, takeChain, takenOut, unlink } from "./unlinking.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** @returns the states after the instruction; none when the way cannot be taken */
export function transfer(context: AnalysisContext, state: LockState, step: Step): LockState[] {
  const { instruction, site } = step;
  switch (instruction.kind) {
    case "call":
      return applyCall(context, state, { instruction, site });
    case "assert":
      return applyAssert(context, state, { instruction, site }) ? [state] : [];
    case "load":
      load(context, state, { instruction, site });
      return [state];
    case "store":
      store(context, state, { instruction, site });
      return [state];
    case "unexpected":
      state.isUnexpected = true;
      return [state];
    case "gap":
      return [state];
    default:
      state.env.set(instruction.dst, compute(context, state, instruction, site));
      if (instruction.kind === "copy") nameValue(context, state, instruction.dst);
      return [state];
  }
}

/** The first variable to hold a pointer names it in reports. */
function nameValue(context: AnalysisContext, state: LockState, variable: number): void {
  const { name, type } = context.ir.variables[variable] ?? { name: null, type: null };
  const value = state.env.get(variable);
  if (name === null || type?.kind !== "pointer" || value === undefined) return;
  for (const id of [value, context.table.pointerOf(value)])
    if (!state.names.has(id)) state.names.set(id, name);
}

type Pure = Exclude<
  Instruction,
  { readonly kind: "call" | "assert" | "load" | "store" | "unexpected" | "gap" }
>;

function compute(context: AnalysisContext, state: LockState, instruction: Pure, site: number): ValueId {
  const { table, ir } = context;
  const of = (variable: number) => valueIn(context, state, variable);
  switch (instruction.kind) {
    case "number":
      return table.number(instruction.value);
    case "text":
      return table.intern({ kind: "text", text: instruction.text });
    case "unknown":
      return table.intern({ kind: "unknown", site });
    case "copy":
      return of(instruction.src);
    case "address-of-global":
      return table.intern({ kind: "global", name: instruction.name });
    case "address-of-function":
      return table.intern({ kind: "function", name: instruction.name });
    case "address-of-local":
      return table.intern({ kind: "local", owner: ir.name, variable: instruction.local });
    case "field": {
      const base = of(instruction.base);
      const member = table.field(base, instruction.struct, instruction.field);
      if (table.get(base).kind === "container" && table.get(member).kind !== "field")
        state.around = new Map([...state.around, [member, base]]);
      return member;
    }
    case "element":
      return table.intern({ kind: "element", base: of(instruction.base), index: of(instruction.index) });
    case "container":
      return table.container(of(instruction.member), instruction.struct, instruction.path);
    case "operator":
      return operate(table, instruction.operator, instruction.operands.map(of));
  }
}

function load(context: AnalysisContext, state: LockState, { instruction, site }: Step<"load">): void {
  const address = valueIn(context, state, instruction.address);
  const { at, text, isStep } = instruction;
  const type = context.ir.variables[instruction.dst]?.type;
  const access: Access = { address, kind: "read", text, at, site, ...(isStep === true && { isStep }) };
  if (type?.kind === "struct") {
    recordObjectAccess(context, state, access, type.tag);
    // A struct's value is the memory that holds it: members of the copy are read from there.
    const isOwn = context.table.get(context.table.pointerOf(address)).kind === "local";
    const whole = isOwn
      ? ({ kind: "load", address, version: site } as const)
      : ({ kind: "unknown", site } as const);
    state.env.set(instruction.dst, context.table.intern(whole));
    return;
  }
  if (isStep === true) coverStep(context, state, site);
  recordAccess(context, state, access);
  const isKnown = state.memory.has(address);
  const value = readMemory(context, state, address);
  if ((sharedAt(context, address)?.overlay.length ?? 0) > 0) doubt(context, state, value);
  state.env.set(instruction.dst, value);
  if (!isKnown) noteRowTargets(context.table, state, address, value);
  noteRead(context, state, { address, value, at, site, text });
  if (!isKnown && (type?.kind === "pointer" || type?.kind === "unknown"))
    obtain(context, state, value, { at, what: `read from ${text}` });
}

/** Of a row of pointers to members, filled here, it is not known which one is read: it leads to one of them. */
function noteRowTargets(table: ValueTable, state: LockState, address: ValueId, value: ValueId): void {
  const read = table.get(address);
  if (read.kind !== "element" || table.get(read.base).kind !== "local") return;
  const targets = [...state.memory.entries()].flatMap(([place, target]) => {
    const element = table.get(place);
    return element.kind === "element" && element.base === read.base && place !== address ? [target] : [];
  });
  const areMembers = targets.every((target) => table.get(target).kind === "field");
  if (areMembers && targets.length > 0 && targets.length <= MOST_TARGETS) state.targets.set(value, targets);
}

function store(context: AnalysisContext, state: LockState, { instruction, site }: Step<"store">): void {
  const { at, text } = instruction;
  const address = valueIn(context, state, instruction.address);
  const value = valueIn(context, state, instruction.src);
  const type = context.ir.variables[instruction.src]?.type;
  const target = context.ir.variables[instruction.address]?.type;
  const access = { address, kind: "write", text, at, site } as const;
  if (target?.kind === "pointer" && target.to.kind === "struct") {
    recordObjectAccess(context, state, access, target.to.tag);
  }
  recordAccess(context, state, access);
  const pointee = type?.kind === "pointer" && type.to.kind === "struct" ? type.to.tag : null;
  recordPointerStore(context, state, { address, value, pointee, text, at, site, through: null });
  context.recorder?.store({ address, value, pointee, text });
  const shared = sharedAt(context, address);
  if (shared !== null) storeBeside(context, state, shared, access);
  noteWrite(context, state, { address, value, at, site, text });
  const struct = plainStructAt(context, target);
  const taken = struct === null ? null : takenOut(context, state, { address, value, struct });
  writeMemory(context, state, { address, value, site });
  if (type?.kind === "struct" && context.table.get(address).kind === "local")
    copyMembers(context.table, state, { from: structAt(context.table, value), to: address });
  if (rootOf(context.table, state, address).kind === "shared") linkAnew(context.table, state, value);
  if (taken === null) return;
  state.step({
    kind: "unpublish",
    at,
    what: `taken out of ${text}`,
    subject: context.table.pointerOf(taken),
  });
  unlink(context, state, taken);
  if (struct !== null) takeChain(context, state, { value, struct, taken });
}

/** The struct that nothing but plain pointers leads to, where such a pointer is stored. */
function plainStructAt({ plainStructs }: AnalysisContext, address: CType | undefined): string | null {
  const stored = address?.kind === "pointer" ? address.to : null;
  const pointee = stored?.kind === "pointer" && stored.to.kind === "struct" ? stored.to.tag : null;
  return pointee !== null && plainStructs.has(pointee) ? pointee : null;
}

/** A step of a walk is made with these locks held, also where the value of its link does not tell whose it is. */
function coverStep({ recorder, guards, table }: AnalysisContext, state: LockState, site: number): void {
  for (const { lock } of state.held) {
    const name = lockText(table, lock);
    for (const guard of guards.guards)
      if (lockNameText(guard.lock) === name) recorder?.covered(state, { site, lock, guard });
  }
}

/** What lies where the member at an address lies; null for nearly all. */
function sharedAt({ ir, table }: AnalysisContext, address: ValueId): SharedMemory | null {
  if (ir.shared.size === 0) return null;
  const value = table.get(address);
  return value.kind === "field" ? (ir.shared.get(`${value.struct}.${value.field}`) ?? null) : null;
}

/** Which member of a union was stored last is the program's to know. */
function doubt({ table }: AnalysisContext, state: LockState, value: ValueId): void {
  const pointer = table.pointerOf(value);
  const { kind } = table.get(pointer);
  if (kind !== "number" && !state.doubtful.includes(pointer)) state.doubtful = [...state.doubtful, pointer];
}

/** A store replaces the other members of a union, and rewrites the bits beside a bit-field. */
function storeBeside(context: AnalysisContext, state: LockState, shared: SharedMemory, access: Access): void {
  const { table } = context;
  const value = table.get(access.address);
  if (value.kind !== "field") return;
  const { base, struct } = value;
  // What was stored there is gone; what was only read there is read again as it was.
  for (const field of shared.overlay) state.memory.delete(table.field(base, struct, field));
  if (guardedPlace(context, state, access.address) !== null) return;
  for (const field of shared.word) {
    const text = `${access.text.replace(/\w+$/, field)} (in one word with ${access.text})`;
    recordAccess(context, state, { ...access, address: table.field(base, struct, field), text });
  }
}
