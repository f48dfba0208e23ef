/**
 * Functions whose address leaves what is seen: whoever has it may call them from anywhere.
 *
 * In: the functions of a program, lowered. Out: whose addresses they hand out. One that is called where
 * its address was taken, or is handed to a function of the program that only calls it, is not.
 */
import type { FunctionIr, Instruction, VariableId } from "../c/index.ts";

interface Program<F> {
  readonly find: (from: F, name: string) => F | undefined;
  /** Whether what a function does with its arguments is known to its callers. */
  readonly isSolved: (one: F) => boolean;
  /** Whether the platform says what a function does: it may keep what it gets. */
  readonly isModelled: (name: string) => boolean;
}

type Call = Extract<Instruction, { readonly kind: "call" }>;

/** @returns the functions whose addresses one hands out */
export function addressesHandedOut<F extends { readonly ir: FunctionIr }>(
  program: Program<F>,
): (one: F) => readonly string[] {
  const keeping = new Map<F, Map<number, boolean>>();

  const keepsArgument = (one: F, index: number): boolean => {
    const known = keeping.get(one) ?? new Map<number, boolean>();
    keeping.set(one, known);
    const answer = known.get(index);
    if (answer !== undefined) return answer;
    // What hands it on to itself does nothing more with it.
    known.set(index, false);
    const parameter = one.ir.parameters[index];
    const keeps = parameter === undefined || !program.isSolved(one) || letsGo(one, parameter);
    known.set(index, keeps);
    return keeps;
  };

  const keeps = (one: F, { callee, args }: Call, holding: ReadonlySet<VariableId>): boolean =>
    args.some((arg, index) => {
      if (!holding.has(arg)) return false;
      const found = callee === null || program.isModelled(callee) ? undefined : program.find(one, callee);
      return found === undefined || keepsArgument(found, index);
    });

  /** Whether the value of a variable gets somewhere else than into calls that are seen. */
  const letsGo = (one: F, variable: VariableId): boolean => {
    const { blocks } = one.ir;
    const instructions = blocks.flatMap((block) => block.instructions);
    const holding = copiesOf(one.ir, [variable]);
    const isReturned = blocks.some(
      ({ end }) => end.kind === "return" && end.value !== null && holding.has(end.value),
    );
    return (
      isReturned ||
      instructions.some((made) => {
        if (made.kind === "gap") return true;
        if (made.kind === "store") return holding.has(made.src);
        if (made.kind === "load") return holding.has(made.address);
        return made.kind === "call" && keeps(one, made, holding);
      })
    );
  };

  return (one) => {
    const names = one.ir.blocks.flatMap(({ instructions }) =>
      instructions.flatMap((made) =>
        made.kind === "address-of-function" && letsGo(one, made.dst) ? [made.name] : [],
      ),
    );
    return [...new Set(names)];
  };
}

const functionVariables = new WeakMap<FunctionIr, readonly VariableId[]>();

/** Variables to which the address of a function that is named in the code is copied. */
export function functionVariablesOf(ir: FunctionIr): readonly VariableId[] {
  const known = functionVariables.get(ir);
  if (known !== undefined) return known;
  const instructions = ir.blocks.flatMap((block) => block.instructions);
  const named = instructions.flatMap((made) => (made.kind === "address-of-function" ? [made.dst] : []));
  const found = [...copiesOf(ir, named)].filter((variable) => !named.includes(variable));
  functionVariables.set(ir, found);
  return found;
}

/** Variables, and those to which they are copied. */
export function copiesOf({ blocks }: FunctionIr, variables: readonly VariableId[]): ReadonlySet<VariableId> {
  const instructions = blocks.flatMap((block) => block.instructions);
  const holding = new Set(variables);
  for (const held of holding)
    for (const made of instructions) if (made.kind === "copy" && made.src === held) holding.add(made.dst);
  return holding;
}
