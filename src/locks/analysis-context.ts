/** What every step of the analysis of one function can ask. */
import type { FunctionIr, Instruction } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import type { FunctionSummary } from "./function-summary.ts";
import type { GuardTable } from "./guards.ts";
import type { LockPointers } from "./lock-pointers.ts";
import type { LockState } from "./lock-state.ts";
import type { Observer } from "./observer.ts";
import type { ValueId, ValueTable } from "./value.ts";

/** Summaries by the names that the function's file sees. */
export interface SummaryLookup {
  get(name: string): FunctionSummary | undefined;
}

export interface AnalysisContext {
  readonly table: ValueTable;
  readonly platform: Platform;
  readonly guards: GuardTable;
  readonly lockPointers: LockPointers;
  /** Guarded structs that nothing but plain pointers leads to. */
  readonly plainStructs: ReadonlySet<string>;
  readonly ir: FunctionIr;
  readonly summaries: SummaryLookup;
  /** The function answers whether a lock is held, or asks one that does. */
  readonly testsLocks: boolean;
  /** Whether what is held at each place is recorded, for a report that draws it. */
  readonly recordsPlaces: boolean;
  /** Present on the last pass only, when the states no longer change. */
  readonly recorder: Observer | null;
}

/** An instruction, and the number of its place in the program. */
export interface Step<K extends Instruction["kind"] = Instruction["kind"]> {
  readonly instruction: Extract<Instruction, { readonly kind: K }>;
  readonly site: number;
  /** Of a call through a pointer, which may mean other functions as well: the place of all of them. */
  readonly pointerSite?: number;
}

/** What a variable holds; of one that was never assigned nothing is known. */
export function valueIn(context: AnalysisContext, state: LockState, variable: number): ValueId {
  const known = state.env.get(variable);
  if (known !== undefined) return known;
  const { table, ir } = context;
  const unset = table.intern({ kind: "unknown", site: table.site(`${ir.name}:variable:${variable}`) });
  state.env.set(variable, unset);
  return unset;
}
