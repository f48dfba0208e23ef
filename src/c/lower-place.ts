/**
 * Places and the small steps on them: read, write, take the address, go to a member.
 *
 * In: variables and places. Out: the instructions of one step.
 * Not here: the walk over the tree (`lower-expression.ts`, `lower-call.ts`).
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import type { VariableId } from "./instruction.ts";
import { childOf, emit, type Frame, type LoweringContext, type Place, textOf } from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";

export const INT: CType = { kind: "scalar", name: "int" };

export function readPlace(
  context: LoweringContext,
  place: Place,
  node: SyntaxNode,
  frame: Frame,
): VariableId {
  if (place.kind === "register") return place.variable;
  const { type } = place;
  if (type.kind === "array" || type.kind === "function") {
    // An array in a value's place is the address of its first element.
    return typed(
      context,
      place.address,
      { kind: "pointer", to: type.kind === "array" ? type.of : type },
      node,
      frame,
    );
  }
  const dst = context.graph.temporary(type);
  emit(context, node, frame, { kind: "load", dst, address: place.address, text: textOf(node, frame) });
  return dst;
}

export function writePlace(
  context: LoweringContext,
  place: Place,
  src: VariableId,
  node: SyntaxNode,
  frame: Frame,
): void {
  if (place.kind === "register") emit(context, node, frame, { kind: "copy", dst: place.variable, src });
  else emit(context, node, frame, { kind: "store", address: place.address, src, text: textOf(node, frame) });
}

/** The address of a place, for `&`; a register that turns out to need one is lowered again in memory. */
export function addressOf(
  context: LoweringContext,
  place: Place,
  node: SyntaxNode,
  frame: Frame,
): VariableId {
  if (place.kind === "memory") {
    return typed(context, place.address, { kind: "pointer", to: place.type }, node, frame);
  }
  const name = context.graph.variables[place.variable]?.name ?? null;
  if (name !== null) context.missedInMemory.add(name);
  return unknownValue(context, node, frame);
}

export function unknownValue(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  type = UNKNOWN_TYPE,
): VariableId {
  const dst = context.graph.temporary(type);
  emit(context, node, frame, { kind: "unknown", dst });
  return dst;
}

export function targetOf(type: CType): CType {
  if (type.kind === "pointer") return type.to;
  return type.kind === "array" ? type.of : UNKNOWN_TYPE;
}

/** The address of a member, as a variable of type pointer-to-member. */
export function memberAddress(
  context: LoweringContext,
  base: VariableId,
  struct: string,
  field: string,
  node: SyntaxNode,
  frame: Frame,
): { address: VariableId; type: CType } {
  const type = context.types.fieldType(struct, field) ?? UNKNOWN_TYPE;
  const address = context.graph.temporary({ kind: "pointer", to: type });
  emit(context, node, frame, { kind: "field", dst: address, base, struct, field });
  if (struct !== "" && !context.met.has(struct)) {
    context.met.add(struct);
    for (const [name, shared] of Object.entries(context.types.sharing(struct) ?? {}))
      context.shared.set(`${struct}.${name}`, shared);
  }
  return { address, type };
}

export function structTagOf(type: CType): string {
  return type.kind === "struct" ? type.tag : "";
}

export function operatorOf(node: SyntaxNode, frame: Frame): string {
  const operator = childOf(node, "operator");
  return operator === null ? "" : textOf(operator, frame);
}

export function lowerConstant(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  value: number,
): VariableId {
  const dst = context.graph.temporary(INT);
  emit(context, node, frame, { kind: "number", dst, value });
  return dst;
}

export function textValue(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  text = textOf(node, frame),
): VariableId {
  const dst = context.graph.temporary(INT);
  emit(context, node, frame, { kind: "text", dst, text });
  return dst;
}

/** The same value under another type. */
export function typed(
  context: LoweringContext,
  src: VariableId,
  type: CType,
  node: SyntaxNode,
  frame: Frame,
): VariableId {
  const dst = context.graph.temporary(type);
  emit(context, node, frame, { kind: "copy", dst, src });
  return dst;
}

export function copyOf(
  context: LoweringContext,
  src: VariableId,
  node: SyntaxNode,
  frame: Frame,
): VariableId {
  return typed(context, src, context.graph.typeOf(src), node, frame);
}

export function register(variable: VariableId): Place {
  return { kind: "register", variable };
}

export function variablePlace(
  context: LoweringContext,
  variable: VariableId,
  node: SyntaxNode,
  frame: Frame,
): Place {
  const declared = context.graph.variables[variable];
  if (declared === undefined || !declared.inMemory) return { kind: "register", variable };
  const address = context.graph.temporary({ kind: "pointer", to: declared.type });
  emit(context, node, frame, { kind: "address-of-local", dst: address, local: variable });
  return { kind: "memory", address, type: declared.type };
}

export function globalPlace(
  context: LoweringContext,
  name: string,
  type: CType,
  node: SyntaxNode,
  frame: Frame,
): Place {
  const address = context.graph.temporary({ kind: "pointer", to: type });
  emit(context, node, frame, { kind: "address-of-global", dst: address, name });
  return { kind: "memory", address, type };
}

/** The argument of a value wrapper such as `likely(x)`, or null. */
export function wrappedArgument(context: LoweringContext, node: SyntaxNode, frame: Frame): SyntaxNode | null {
  if (node.type !== "call_expression") return null;
  const callee = childOf(node, "function");
  if (callee?.type !== "identifier") return null;
  const position = context.dialect.transparentArgument(textOf(callee, frame));
  if (position === null) return null;
  return childOf(node, "arguments")?.children[position] ?? null;
}
