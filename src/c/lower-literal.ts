/**
 * Compound literals and initialisers inside of expressions.
 *
 * Not here: the initialisers of declared variables (`lower-statement.ts`).
 */
import { UNKNOWN_TYPE } from "./c-type.ts";
import type { VariableId } from "./instruction.ts";
import { memberAddress, unknownValue, writePlace } from "./lower-place.ts";
import { childOf, emit, type Frame, type LoweringContext, textOf } from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";
import { descriptorType } from "./type-here.ts";

interface StructLiteral {
  readonly node: SyntaxNode;
  readonly tag: string;
  readonly list: SyntaxNode;
}

/** `(struct s){ … }`; null for every other expression. */
export function structLiteral(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
): StructLiteral | null {
  if (node.type !== "compound_literal_expression") return null;
  const [type, list] = [childOf(node, "type"), childOf(node, "value")];
  const named = type === null ? null : descriptorType(context, type, frame);
  return named?.kind === "struct" && list !== null ? { node, tag: named.tag, list } : null;
}

/** The whole is written, and of it the members that the literal names. */
export function assignLiteral(
  context: LoweringContext,
  left: SyntaxNode,
  { node, tag, list }: StructLiteral,
  frame: Frame,
): VariableId {
  const members = list.children.map((child) => {
    const value = child.type === "initializer_pair" ? childOf(child, "value") : null;
    const member = childOf(child, "designator")?.children[0];
    const src = context.walk.value(value ?? child, frame);
    return { node: child, field: value === null || member === undefined ? null : textOf(member, frame), src };
  });
  const whole = unknownValue(context, node, frame, { kind: "struct", tag });
  const place = context.walk.place(left, frame);
  writePlace(context, place, whole, left, frame);
  const base = place.kind === "memory" ? place.address : null;
  for (const { node: at, field, src } of base === null ? [] : members) {
    if (field === null || base === null) continue;
    const { address } = memberAddress(context, base, tag, field, at, frame);
    emit(context, at, frame, { kind: "store", address, src, text: textOf(left, frame) });
  }
  return whole;
}

export function lowerCompoundLiteral(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const type = childOf(node, "type");
  const value = childOf(node, "value");
  if (value !== null) lowerInitializerParts(context, value, frame);
  return unknownValue(
    context,
    node,
    frame,
    type === null ? UNKNOWN_TYPE : descriptorType(context, type, frame),
  );
}

/** Evaluates what an initialiser computes; the places it fills are new memory. */
export function lowerInitializerParts(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  for (const child of node.children) {
    if (child.type === "initializer_pair") {
      const value = childOf(child, "value");
      if (value !== null) context.walk.value(value, frame);
    } else if (child.field !== "designator") context.walk.value(child, frame);
  }
  return unknownValue(context, node, frame);
}
