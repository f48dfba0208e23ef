/**
 * Calls through operation tables: `table.member(x)` and `p->member(x)` mean the
 * function that stands there, when the program has one that it can be; `row[i](x)`
 * and `hook(x)` one of those that a variable's initialiser names.
 *
 * In:  the instructions of a function, and all tables of the program.
 * Out: the same instructions with such calls named.
 * Not here: function pointers whose value is known along a path (`pointer-calls.ts`).
 */
import type { FunctionIr, Instruction, SourceFile, TypeTable } from "../c/index.ts";
import { type TableEntry, tableEntriesOf } from "../drivers/index.ts";

type FiledEntry = TableEntry & { readonly file: SourceFile };

export interface FunctionTables {
  /**
   * The functions that a call may mean, as callees are looked up: by name, or `path:name` where
   * only its own file knows that name. Of a member there is one, or none is told.
   */
  callees(from: SourceFile, place: CalledPlace): readonly string[];
  readonly entries: readonly FiledEntry[];
  /** Variables that are filled with functions, single ones or rows. */
  readonly variables: ReadonlySet<string>;
}

type CalledPlace =
  | {
      readonly kind: "member";
      /** The table's variable, when the call names it. */
      readonly variable: string | null;
      /** The struct's tag; "" when it is not known. */
      readonly struct: string;
      readonly field: string;
    }
  | {
      readonly kind: "variable";
      readonly variable: string;
      /** Of a row, where it is a number. */
      readonly index: number | null;
    };

/** More functions than these are not followed. */
const MOST_CALLEES = 8;

/** The entries of all tables; a member that is told by its place in the struct has its name. */
export function entriesOf(files: readonly SourceFile[], types: TypeTable): FiledEntry[] {
  return files.flatMap((file) =>
    tableEntriesOf(file).map((entry) => {
      const { operation, position, struct } = entry;
      const fields = operation !== null || struct === null ? null : types.fields(struct);
      return { ...entry, file, operation: operation ?? fields?.[position ?? fields.length]?.name ?? null };
    }),
  );
}

/**
 * @param isStatic whether a function of a file is known in that file alone
 * @param byNameAlone members of these names are followed even where the struct is not known
 */
export function functionTables(
  { files, types }: { readonly files: readonly SourceFile[]; readonly types: TypeTable },
  isStatic: (file: SourceFile, name: string) => boolean,
  byNameAlone: ReadonlySet<string>,
): FunctionTables {
  const entries = entriesOf(files, types);
  const ofMember = groupedBy(entries, ({ operation }) => operation);
  const ofVariable = groupedBy(entries, ({ operation, variable }) => (operation === null ? variable : null));
  const nameOf = (from: SourceFile, entry: FiledEntry): string => {
    const isElsewhere = entry.file !== from && isStatic(entry.file, entry.function);
    return isElsewhere ? `${entry.file.path}:${entry.function}` : entry.function;
  };
  const ofMembers = ({ variable, struct, field }: Extract<CalledPlace, { readonly kind: "member" }>) => {
    const members = ofMember.get(field) ?? [];
    const named = members.filter((entry) => variable !== null && entry.variable === variable);
    const fitting = members.filter(
      (entry) => entry.struct === struct || (struct === "" && byNameAlone.has(field)),
    );
    const [first, ...others] = named.length > 0 ? named : variable === null ? fitting : [];
    const isOne =
      first !== undefined &&
      others.every((one) => one.function === first.function && one.file === first.file);
    return isOne ? [first] : [];
  };
  const ofVariables = (
    from: SourceFile,
    { variable, index }: Extract<CalledPlace, { readonly kind: "variable" }>,
  ) => {
    const known = (ofVariable.get(variable) ?? []).filter((one) => one.file === from || !one.isStatic);
    const inFile = known.filter((one) => one.file === from);
    const own = inFile.length > 0 ? inFile : known;
    const areOfOne = own.every((one) => one.file === own[0]?.file);
    if (!areOfOne || !own.every((one) => isFixed(one))) return [];
    return index === null ? own : own.filter(({ position }) => position === null || position === index);
  };
  const callees = (from: SourceFile, place: CalledPlace): readonly string[] => {
    const found = place.kind === "member" ? ofMembers(place) : ofVariables(from, place);
    const names = new Set(found.map((entry) => nameOf(from, entry)));
    return names.size > MOST_CALLEES ? [] : [...names];
  };
  return { callees, entries, variables: new Set(ofVariable.keys()) };
}

function groupedBy(
  entries: readonly FiledEntry[],
  keyOf: (entry: FiledEntry) => string | null,
): ReadonlyMap<string, readonly FiledEntry[]> {
  const groups = new Map<string, FiledEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === null) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [entry]);
    else known.push(entry);
  }
  return groups;
}

/** Nothing but the initialiser fills the variable. */
function isFixed({ isConst, isStatic, variable, file }: FiledEntry): boolean {
  if (isConst) return true;
  if (!isStatic || variable === null) return false;
  const written = new RegExp(`&\\s*${variable}\\b|\\b${variable}\\s*(?:\\[[^\\]]*\\]\\s*)*=[^=]`);
  return file.items.every(({ kind, masked }) => kind !== "function" || !written.test(masked));
}

/** The function's own name, of a callee that is looked up by its file. */
export function calleeName(callee: string): string {
  return callee.slice(callee.lastIndexOf(":") + 1);
}

/** The functions that a call is known to reach. */
export function calledIn({
  callee,
  callees,
}: Pick<Extract<Instruction, { readonly kind: "call" }>, "callee" | "callees">): readonly string[] {
  return callee === null ? (callees ?? []) : [callee];
}

/** @returns `ir` itself when it calls nothing through a table */
export function withTableCalls(ir: FunctionIr, file: SourceFile, tables: FunctionTables): FunctionIr {
  if (tables.entries.length === 0) return ir;
  const callsVariable = (one: Instruction) => isVariableCall(one, tables);
  if (!callsThroughPointers(ir) && !ir.blocks.some(({ instructions }) => instructions.some(callsVariable)))
    return ir;
  const made = new Map<number, Instruction>();
  for (const { instructions } of ir.blocks) {
    for (const one of instructions)
      if ("dst" in one && ir.variables[one.dst]?.kind === "temporary") made.set(one.dst, one);
  }
  const named = (one: Instruction): Instruction => {
    if (!isPointerCall(one) && !isVariableCall(one, tables)) return one;
    const place =
      one.callee !== null
        ? ({ kind: "variable", variable: one.callee, index: null } as const)
        : placeCalled(made, one.target ?? -1);
    const callees = place === null ? [] : tables.callees(file, place);
    const [callee, ...others] = callees;
    if (callee === undefined) return one;
    return { ...one, callee: others.length === 0 ? callee : null, callees };
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

/** `hook(x)`, where `hook` is a variable. */
function isVariableCall(
  one: Instruction,
  { variables }: FunctionTables,
): one is Extract<Instruction, { readonly kind: "call" }> {
  return one.kind === "call" && one.callee !== null && variables.has(one.callee);
}

/** Where a called pointer was read from: the member of a struct, a variable, a row of them. */
function placeCalled(made: ReadonlyMap<number, Instruction>, target: number): CalledPlace | null {
  const load = madeBy(made, target);
  const place = load?.kind === "load" ? madeBy(made, load.address) : undefined;
  if (place?.kind === "address-of-global") return { kind: "variable", variable: place.name, index: null };
  if (place?.kind === "element") {
    const [row, index] = [madeBy(made, place.base), madeBy(made, place.index)];
    if (row?.kind !== "address-of-global") return null;
    return { kind: "variable", variable: row.name, index: index?.kind === "number" ? index.value : null };
  }
  if (place?.kind !== "field") return null;
  const base = madeBy(made, place.base);
  const variable = base?.kind === "address-of-global" ? base.name : null;
  return { kind: "member", variable, struct: place.struct, field: place.field };
}

/** What made a temporary, copies aside. */
function madeBy(made: ReadonlyMap<number, Instruction>, variable: number): Instruction | undefined {
  const one = made.get(variable);
  return one?.kind === "copy" ? madeBy(made, one.src) : one;
}
