/**
 * What the lowering of one function carries along: the graph under construction,
 * the names in scope, and from which text the nodes at hand come.
 */
import type { CType } from "./c-type.ts";
import type { Dialect } from "./dialect.ts";
import { type Fragment, type FragmentKind, readFragment } from "./fragment.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { Instruction, SourceRange, VariableId } from "./instruction.ts";
import { isAttributeMacro, isLoopMacro } from "./macro-meaning.ts";
import { isFromHeader, type Macro, type MacroTable } from "./macro-table.ts";
import type { ParseCache } from "./parse-cache.ts";
import type { MacroUse, SyntaxNode } from "./syntax.ts";
import type { SharedMemory, TypeTable } from "./type-table.ts";

/** What a name in a function's scope stands for. */
export type Binding =
  | { readonly kind: "variable"; readonly variable: VariableId }
  /** A `static` local, or a local `extern`: a global by another name. */
  | { readonly kind: "global"; readonly name: string; readonly type: CType };

/**
 * The text that a node's offsets index: the item itself, or the expansion of a
 * macro. Everything inside an expansion stands at the place of its use.
 */
export interface Frame {
  readonly text: string;
  /** The same text as it was written: the text stage blanks `struct` in front of a type argument. */
  readonly source: string;
  readonly use: SourceRange | null;
  /** Macros being expanded: they are not expanded again inside themselves. */
  readonly hidden: ReadonlySet<string>;
  /** Uses of macros that the text stage rewrote, by their place in the text. */
  readonly macroUses: ReadonlyMap<number, MacroUse>;
  /** Lowers the body of the loop that the text heads: it stands in another text. */
  readonly body?: (jumps: Jumps) => void;
}

/** Something that can be read, written, or have its address taken. */
export type Place =
  | { readonly kind: "register"; readonly variable: VariableId }
  | { readonly kind: "memory"; readonly address: VariableId; readonly type: CType };

/** The walk over the tree, for the parts of it that need one another. */
export interface Walk {
  value(node: SyntaxNode, frame: Frame): VariableId;
  place(node: SyntaxNode, frame: Frame): Place;
  condition(node: SyntaxNode, frame: Frame, whenTrue: number, whenFalse: number): void;
  statement(node: SyntaxNode, frame: Frame, jumps: Jumps): VariableId | null;
  /** A block in its own scope; the value is that of its last expression statement. */
  compound(node: SyntaxNode, frame: Frame): VariableId;
}

/** A local that has to be cleaned up, in the order of declaration. */
export interface Cleanup {
  readonly variable: VariableId;
  readonly name: string;
  readonly callee: string;
  /** The block that it is declared in. */
  readonly scope: SyntaxNode | null;
}

/** Where `break` and `continue` go. */
export interface Jumps {
  readonly onBreak: number | null;
  readonly onContinue: number | null;
}

export interface LoweringContext {
  readonly graph: GraphBuilder;
  readonly walk: Walk;
  readonly types: TypeTable;
  readonly dialect: Dialect;
  readonly macros: MacroTable;
  readonly functionName: string;
  /** Parsed expansions, shared with the parse of the files. */
  readonly cache: ParseCache;
  /** Offset of the item in its file: macros are looked up by position. */
  readonly itemOffset: number;
  /** Structs met so far, and of these what `FunctionIr` says. */
  readonly met: Set<string>;
  readonly shared: Map<string, SharedMemory>;
  readonly scopes: Map<string, Binding>[];
  readonly labels: Map<string, number>;
  /** Blocks around the statement at hand, outermost first. */
  readonly blocks: SyntaxNode[];
  /** Whether any variable of the function has to be cleaned up. */
  readonly cleansUp: boolean;
  /** Those in scope, in the order of declaration. */
  readonly cleanups: Cleanup[];
  /** How many of them stay in scope where `break` and `continue` lead, by block. */
  readonly keptAt: Map<number, number>;
  /** Names of locals whose address is taken somewhere in the function. */
  readonly inMemory: ReadonlySet<string>;
  /** Names met with `&` that `inMemory` does not have: the function is lowered again with them. */
  readonly missedInMemory: Set<string>;
}

export function textOf(node: SyntaxNode, frame: Frame): string {
  return frame.text.slice(node.start, node.end);
}

export function rangeOf(node: SyntaxNode, frame: Frame): SourceRange {
  return frame.use ?? { start: node.start, end: node.end };
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | null {
  return node.children.find((child) => child.field === field) ?? null;
}

/** Whether a name is the tag of a type, which the text stage left alone in a macro's argument. */
export function isTypeTag(node: SyntaxNode, frame: Frame): boolean {
  return /\b(?:struct|union|enum)\s+$/.test(frame.source.slice(Math.max(0, node.start - 32), node.start));
}

/** The first child that is not a token in a field: the operand of parentheses and the like. */
export function onlyChild(node: SyntaxNode): SyntaxNode | null {
  return node.children[0] ?? null;
}

export function bindingOf(context: LoweringContext, name: string): Binding | null {
  for (let depth = context.scopes.length - 1; depth >= 0; depth--) {
    const binding = context.scopes[depth]?.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

/** The macro that `name` stands for here, unless it is being expanded already or known for what it does. */
export function macroAt(
  context: LoweringContext,
  name: string,
  node: SyntaxNode,
  frame: Frame,
): Macro | null {
  if (frame.hidden.has(name) || context.dialect.actsOnLock(name)) return null;
  const offset = context.itemOffset + (frame.use?.start ?? node.start);
  const macro = context.macros.lookup(name, offset);
  // A header's macro of another code base may have the name of a function of this one.
  return macro !== null && isFromHeader(macro) && context.types.functionType(name) !== null ? null : macro;
}

/** Reads what a macro expands to, under the macros in force where it is used. */
export function readPiece(
  context: LoweringContext,
  kind: FragmentKind,
  text: string,
  node: SyntaxNode,
  frame: Frame,
): Fragment | null {
  const offset = context.itemOffset + (frame.use?.start ?? node.start);
  const { cache, macros } = context;
  return readFragment(kind, text, {
    cache,
    isLoop: (name) => isLoopMacro(macros, name, offset),
    isAttribute: (name) => {
      const macro = macros.lookup(name, offset);
      return macro !== null && isAttributeMacro(macro);
    },
  });
}

/** The frame for the text that a macro expands to. */
export function expansionFrame(macro: Macro, piece: Fragment, node: SyntaxNode, frame: Frame): Frame {
  return {
    text: piece.masked,
    source: piece.text,
    use: rangeOf(node, frame),
    hidden: new Set([...frame.hidden, macro.name]),
    macroUses: piece.macroUses,
  };
}

/** Lowers what a loop repeats. */
export function lowerBody(context: LoweringContext, node: SyntaxNode, frame: Frame, jumps: Jumps): void {
  const body = childOf(node, "body");
  noteJumps(context, jumps);
  if (body !== null) context.walk.statement(body, frame, jumps);
}

/** Where `break` and `continue` lead is outside of all that is declared from here on. */
export function noteJumps({ cleanups, keptAt }: LoweringContext, { onBreak, onContinue }: Jumps): void {
  for (const to of [onBreak, onContinue]) if (to !== null && !keptAt.has(to)) keptAt.set(to, cleanups.length);
}

type WithoutPlace<T> = T extends unknown ? Omit<T, "at"> : never;

/** Emits an instruction at a node; the bound variable is `dst` where it has one. */
export function emit(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  instruction: WithoutPlace<Instruction>,
): void {
  context.graph.emit({ ...instruction, at: rangeOf(node, frame) } as Instruction);
}
