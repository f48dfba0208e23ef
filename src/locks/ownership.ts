/**
 * Which objects a way through a function leaves to whom: what it took out, what it published, what it
 * hands out through its parameters.
 */
import type { FunctionIr } from "../c/index.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import type { GuardTable } from "./guards.ts";
import type { LockState } from "./lock-state.ts";
import { pointsInto } from "./relevance.ts";
import { signOf } from "./signs.ts";
import type { ValueId, ValueTable } from "./value.ts";

interface Handling {
  /** It has pointers to what is guarded as a whole: only of that it matters whose it is. */
  readonly handles: boolean;
  readonly outParameters: readonly number[];
}

const known = new WeakMap<GuardTable, WeakMap<FunctionIr, Handling>>();

/** Whether a function has pointers to what is guarded as a whole: only of that it matters whose it is. */
export function handlesGuarded(ir: FunctionIr, guards: GuardTable): boolean {
  return handlingOf(ir, guards).handles;
}

/** Parameters that point to a pointer to what is guarded: `struct object **out`. */
export function outParameters(ir: FunctionIr, guards: GuardTable): readonly number[] {
  return handlingOf(ir, guards).outParameters;
}

function handlingOf(ir: FunctionIr, guards: GuardTable): Handling {
  const judged = known.get(guards) ?? new WeakMap<FunctionIr, Handling>();
  known.set(guards, judged);
  let handling = judged.get(ir);
  if (handling === undefined) {
    const whole = new Set(
      guards.guards.flatMap(({ struct, fields }) => (struct !== null && fields === "all" ? [struct] : [])),
    );
    const guarded = new Set(guards.guards.flatMap(({ struct }) => struct ?? []));
    handling = {
      handles: ir.variables.some(({ type }) => pointsInto(type, whole)),
      outParameters: ir.parameters.flatMap((variable, index) =>
        isOutPointer(ir, variable, guarded) ? [index] : [],
      ),
    };
    judged.set(ir, handling);
  }
  return handling;
}

function isOutPointer(ir: FunctionIr, variable: number, structs: ReadonlySet<string>): boolean {
  const type = ir.variables[variable]?.type;
  const inner = type?.kind === "pointer" ? type.to : null;
  return inner?.kind === "pointer" && inner.to.kind === "struct" && structs.has(inner.to.tag);
}

/** What stands where an out-parameter points to: nothing new, or a value; null where ways with either have met. */
export function outValue(
  table: ValueTable,
  state: LockState,
  parameter: number,
): { readonly isNew: boolean; readonly value: ValueId } | null {
  const address = table.intern({ kind: "parameter", index: parameter });
  const value = state.memory.get(address);
  if (value === undefined) return null;
  const from = table.get(value);
  return { value, isNew: !(from.kind === "load" && from.address === address && from.version === 0) };
}

/** The number that a way leaves where a parameter points to; null for all else. */
export function numberOutOf(table: ValueTable, state: LockState, parameter: number): number | null {
  const value = outValue(table, state, parameter)?.value;
  const stored = value === undefined ? null : table.get(value);
  return stored?.kind === "number" ? stored.value : null;
}

/** What tells the ways through a function apart by an out-parameter. */
export function outKey(table: ValueTable, state: LockState, parameter: number): string {
  const out = outValue(table, state, parameter);
  if (out === null) return "?";
  if (!out.isNew) return "=";
  return `${signOf(table, state, out.value)}${state.removed.has(table.pointerOf(out.value)) ? "-" : ""}`;
}

/** Which objects were taken out, published and handed out on the way, as a key. */
export function ownershipOf({ table, ir, guards }: AnalysisContext, state: LockState): string {
  const { removed, published } = state;
  const outs = outParameters(ir, guards).map((parameter) => outKey(table, state, parameter));
  if (removed.size === 0 && published.size === 0) return outs.join();
  const own = [...published.keys()].filter((value) => {
    const { kind } = table.get(value);
    return kind === "fresh" || kind === "parameter";
  });
  return `${[...removed.keys()].sort().join()}|${own.sort().join()}|${outs.join()}`;
}
