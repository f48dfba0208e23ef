/**
 * Calls through operation tables: `table.member(x)` and `p->member(x)` mean the
 * function that stands there, when the program has one that it can be.
 *
 * In:  the instructions of a function, and all tables of the program.
 * Out: the same instructions with such calls named.
 * Not here: function pointers whose value is known along a path (`calls.ts`).
 */
import type { FunctionIr, Instruction, SourceFile } from "../c/index.ts";
import { type TableEntry, tableEntriesOf } from "../drivers/index.ts";

export interface FunctionTables {
  /**
   * The function that a member leads to, as the callee is looked up: its name, or
   * `path:name` where only its own file knows that name. Null when there is none, or several.
   */
  callee(from: SourceFile, member: TableMember): string | null;
  readonly entries: readonly (TableEntry & { readonly file: SourceFile })[];
}

export interface TableMember {
  /** The table's variable, when the call names it. */
  readonly variable: string | null;
  /** The struct's tag; "" when it is not known. */
  readonly struct: string;
  readonly field: string;
}

/**
 * @param isStatic whether a function of a file is known in that file alone
 * @param byNameAlone members of these names are followed even where the struct is not known
 */
export function functionTables(
  files: readonly SourceFile[],
  isStatic: (file: SourceFile, name: string) => boolean,
  byNameAlone: ReadonlySet<string>,
): FunctionTables {
  const entries = files.flatMap((file) => tableEntriesOf(file).map((entry) => ({ ...entry, file })));
  const ofMember = new Map<string, typeof entries>();
  for (const entry of entries) {
    if (entry.operation === null) continue;
    const known = ofMember.get(entry.operation);
    if (known === undefined) ofMember.set(entry.operation, [entry]);
    else known.push(entry);
  }
  const callee = (from: SourceFile, { variable, struct, field }: TableMember): string | null => {
    const members = ofMember.get(field) ?? [];
    const named = members.filter((entry) => variable !== null && entry.variable === variable);
    const fitting = members.filter(
      (entry) => entry.struct === struct || (struct === "" && byNameAlone.has(field)),
    );
    const [first, ...others] = named.length > 0 ? named : variable === null ? fitting : [];
    const isOne =
      first !== undefined &&
      others.every((one) => one.function === first.function && one.file === first.file);
    if (!isOne) return null;
    const isElsewhere = first.file !== from && isStatic(first.file, first.function);
    return isElsewhere ? `${first.file.path}:${first.function}` : first.function;
  };
  return { callee, entries };
}

/** The function's own name, of a callee that is looked up by its file. */
export function calleeName(callee: string): string {
  return callee.slice(callee.lastIndexOf(":") + 1);
}

/** @returns `ir` itself when it calls nothing through a table */
export function withTableCalls(ir: FunctionIr, file: SourceFile, tables: FunctionTables): FunctionIr {
  if (tables.entries.length === 0 || !callsThroughPointers(ir)) return ir;
  const made = new Map<number, Instruction>();
  for (const { instructions } of ir.blocks) {
    for (const one of instructions) if ("dst" in one) made.set(one.dst, one);
  }
  const named = (one: Instruction): Instruction => {
    if (!isPointerCall(one) || one.target === null) return one;
    const member = memberAt(made, one.target);
    const callee = member === null ? null : tables.callee(file, member);
    return callee === null ? one : { ...one, callee };
  };
  return {
    ...ir,
    blocks: ir.blocks.map((block) => ({ ...block, instructions: block.instructions.map(named) })),
  };
}

const pointerCalls = new WeakMap<FunctionIr, boolean>();

function callsThroughPointers(ir: FunctionIr): boolean {
  let calls = pointerCalls.get(ir);
  if (calls === undefined) {
    calls = ir.blocks.some(({ instructions }) => instructions.some(isPointerCall));
    pointerCalls.set(ir, calls);
  }
  return calls;
}

function isPointerCall(one: Instruction): one is Extract<Instruction, { readonly kind: "call" }> {
  return one.kind === "call" && one.callee === null;
}

/** The member of a struct that a called pointer was read from. */
function memberAt(made: ReadonlyMap<number, Instruction>, target: number): TableMember | null {
  const load = made.get(target);
  const field = load?.kind === "load" ? made.get(load.address) : undefined;
  if (field?.kind !== "field") return null;
  const base = made.get(field.base);
  const variable = base?.kind === "address-of-global" ? base.name : null;
  return { variable, struct: field.struct, field: field.field };
}
