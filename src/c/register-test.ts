/**
 * Conditions of several parts that read registers and constants only: `a && b`, `!n || n == 2`.
 *
 * Their parts are tested one by one; what a test of all of them said is kept beside that, so that
 * the same condition further on is known to end alike. Reading a register twice changes nothing.
 */
import { isConfigurationTest } from "./conditional.ts";
import type { VariableId } from "./instruction.ts";
import { INT, operatorOf, wrappedArgument } from "./lower-place.ts";
import {
  bindingOf,
  childOf,
  emit,
  type Frame,
  type LoweringContext,
  macroAt,
  onlyChild,
  textOf,
} from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";

const CONNECTIVE = /^(?:&&|\|\|)$/;
const HARMLESS = /^(?:&&|\|\||[=!<>]=|[<>&|^%+-])$/;

/** Whether nothing but registers and constants is read, and nothing is done. */
export function isRegisterTest(context: LoweringContext, node: SyntaxNode, frame: Frame): boolean {
  const isFine = (part: SyntaxNode | null) => part !== null && isRegisterTest(context, part, frame);
  switch (node.type) {
    case "identifier":
      return isRegister(context, node, frame);
    case "number_literal":
    case "true":
    case "false":
    case "null":
      return true;
    case "parenthesized_expression":
      return isFine(onlyChild(node));
    case "unary_expression":
      return isFine(childOf(node, "argument"));
    case "binary_expression":
      return (
        HARMLESS.test(operatorOf(node, frame)) &&
        isFine(childOf(node, "left")) &&
        isFine(childOf(node, "right"))
      );
    default:
      return isConfiguration(node, frame) || isFine(wrappedArgument(context, node, frame));
  }
}

function isConfiguration(node: SyntaxNode, frame: Frame): boolean {
  const callee = node.type === "call_expression" ? childOf(node, "function") : null;
  return callee !== null && isConfigurationTest(textOf(callee, frame));
}

function isRegister(context: LoweringContext, node: SyntaxNode, frame: Frame): boolean {
  const name = textOf(node, frame);
  const binding = bindingOf(context, name);
  if (binding !== null)
    return binding.kind === "variable" && context.graph.variables[binding.variable]?.inMemory === false;
  return macroAt(context, name, node, frame) === null && context.types.enumConstant(name) !== null;
}

/** The value of the whole of such a condition. @param lowerPart for what has no parts */
export function lowerRegisterTest(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  lowerPart: (part: SyntaxNode) => VariableId,
): VariableId {
  const whole = (part: SyntaxNode) => lowerRegisterTest(context, part, frame, lowerPart);
  const inner =
    node.type === "parenthesized_expression" ? onlyChild(node) : wrappedArgument(context, node, frame);
  if (inner !== null) return whole(inner);
  const operator = operatorOf(node, frame);
  const operands = ["left", "right", "argument"].flatMap((field) => childOf(node, field) ?? []);
  const isNegation = node.type === "unary_expression" && operator === "!";
  if (!isNegation && !(node.type === "binary_expression" && CONNECTIVE.test(operator)))
    return lowerPart(node);
  const parts = operands.map(whole);
  const dst = context.graph.temporary(INT);
  emit(context, node, frame, { kind: "operator", dst, operator, operands: parts });
  return dst;
}
