/**
 * The instructions that a function is lowered to, and the blocks that hold them.
 *
 * Three-address form over numbered variables. A variable is a register: reading
 * it is not a memory access. Everything with an address (globals, fields,
 * locals whose address is taken, aggregates) goes through `load` and `store`,
 * so the accesses of a function are exactly its loads and stores.
 */
import type { CType } from "./c-type.ts";
import type { SharedMemory } from "./type-table.ts";

/** Index into `FunctionIr.variables`. */
export type VariableId = number;

/** Where an instruction stands: offsets in the top-level item that holds the function. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

export interface Variable {
  /** The name in the source; null for a temporary. */
  readonly name: string | null;
  readonly type: CType;
  readonly kind: "parameter" | "local" | "temporary";
  /** It lives in memory: its address is taken, or it is a struct or an array. */
  readonly inMemory: boolean;
}

interface At {
  readonly at: SourceRange;
}

export type Instruction = At &
  (
    | { readonly kind: "number"; readonly dst: VariableId; readonly value: number }
    /** A constant that is only known by its spelling: a string, an enum from elsewhere, a `sizeof`. */
    | { readonly kind: "text"; readonly dst: VariableId; readonly text: string }
    /** A value of which nothing is known. */
    | { readonly kind: "unknown"; readonly dst: VariableId }
    | { readonly kind: "copy"; readonly dst: VariableId; readonly src: VariableId }
    | { readonly kind: "address-of-global"; readonly dst: VariableId; readonly name: string }
    | { readonly kind: "address-of-function"; readonly dst: VariableId; readonly name: string }
    | { readonly kind: "address-of-local"; readonly dst: VariableId; readonly local: VariableId }
    | {
        readonly kind: "field";
        readonly dst: VariableId;
        readonly base: VariableId;
        readonly struct: string;
        readonly field: string;
      }
    | {
        readonly kind: "element";
        readonly dst: VariableId;
        readonly base: VariableId;
        readonly index: VariableId;
      }
    | {
        readonly kind: "container";
        readonly dst: VariableId;
        readonly member: VariableId;
        readonly struct: string;
        readonly path: readonly string[];
      }
    | {
        readonly kind: "load";
        readonly dst: VariableId;
        readonly address: VariableId;
        readonly text: string;
        /** A walk goes on from one element to the next. */
        readonly isStep?: boolean;
      }
    | {
        readonly kind: "store";
        readonly address: VariableId;
        readonly src: VariableId;
        readonly text: string;
      }
    | {
        readonly kind: "operator";
        readonly dst: VariableId;
        readonly operator: string;
        readonly operands: readonly VariableId[];
      }
    | {
        readonly kind: "call";
        readonly dst: VariableId;
        /** The function's name, or null when it is called through a pointer. */
        readonly callee: string | null;
        /** Of a call through a table or a variable: all the functions that it may lead to, where these are known. */
        readonly callees?: readonly string[];
        readonly target: VariableId | null;
        readonly args: readonly VariableId[];
        /** The arguments as written, for people. */
        readonly argTexts: readonly string[];
      }
    /** One of the alternatives is true (or false, where `truth` says so). */
    | {
        readonly kind: "assert";
        readonly alternatives: readonly { readonly value: VariableId; readonly truth: boolean }[];
      }
    /** From here on only builds without assertions go. */
    | { readonly kind: "unexpected" }
    | { readonly kind: "gap"; readonly why: string }
  );

export type BlockEnd =
  | { readonly kind: "jump"; readonly to: number }
  | {
      readonly kind: "branch";
      readonly at: SourceRange;
      readonly condition: VariableId;
      readonly whenTrue: number;
      readonly whenFalse: number;
    }
  /** Any successor may be taken: a switch whose value is not followed, an iterator's test. */
  | { readonly kind: "choice"; readonly at: SourceRange; readonly targets: readonly ChoiceTarget[] }
  | { readonly kind: "return"; readonly at: SourceRange; readonly value: VariableId | null }
  /** Control does not go on: a call that does not return. */
  | { readonly kind: "stop" };

export interface ChoiceTarget {
  readonly to: number;
  /** For a switch: the value compared with, and the constant of this case; null for any other. */
  readonly match: { readonly value: VariableId; readonly constant: VariableId } | null;
  /** As a person would say it: `case X`, `no case matches`, `loop ends`. */
  readonly label: string;
}

export interface BasicBlock {
  readonly id: number;
  readonly instructions: readonly Instruction[];
  readonly end: BlockEnd;
}

/** One function, lowered. Block 0 is the entry; unreachable blocks are left out of `order`. */
export interface FunctionIr {
  readonly name: string;
  readonly isStatic: boolean;
  readonly attributes: readonly string[];
  readonly returnType: CType;
  readonly variables: readonly Variable[];
  readonly parameters: readonly VariableId[];
  readonly blocks: readonly BasicBlock[];
  /** Members of the structs that it goes into which share their memory with others, by `struct.field`. */
  readonly shared: ReadonlyMap<string, SharedMemory>;
  /** Reachable blocks in reverse postorder. */
  readonly order: readonly number[];
  /** Blocks that a back edge enters. */
  readonly loopHeads: ReadonlySet<number>;
}
