/**
 * Lowers C expressions in their order of evaluation.
 *
 * In: nodes of one function, with the text they index.
 * Out: instructions and branches in the context's graph; a variable for each value.
 * See also: `lower-call.ts` for calls and macros, `lower-statement.ts` for the rest.
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import type { VariableId } from "./instruction.ts";
import { expandPlace, lowerCall } from "./lower-call.ts";
import {
  assignLiteral,
  lowerCompoundLiteral,
  lowerInitializerParts,
  structLiteral,
} from "./lower-literal.ts";
import {
  addressOf,
  copyOf,
  globalPlace,
  INT,
  lowerConstant,
  memberAddress,
  operatorOf,
  readPlace,
  register,
  structTagOf,
  targetOf,
  textValue,
  typed,
  unknownValue,
  variablePlace,
  wrappedArgument,
  writePlace,
} from "./lower-place.ts";
import {
  bindingOf,
  childOf,
  emit,
  type Frame,
  isTypeTag,
  type LoweringContext,
  macroAt,
  onlyChild,
  type Place,
  rangeOf,
  textOf,
} from "./lowering-context.ts";
import { isRegisterTest, lowerRegisterTest } from "./register-test.ts";
import type { SyntaxNode } from "./syntax.ts";
import { descriptorType } from "./type-here.ts";

/** The variable that holds the value of an expression. */
export function lowerValue(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  switch (node.type) {
    case "parenthesized_expression":
      return lowerParenthesized(context, node, frame);
    case "identifier":
    case "field_expression":
    case "subscript_expression":
      return readPlace(context, lowerPlace(context, node, frame), node, frame);
    case "pointer_expression":
      return lowerPointerExpression(context, node, frame);
    case "call_expression":
      return lowerCall(context, node, frame);
    case "assignment_expression":
      return lowerAssignment(context, node, frame);
    case "update_expression":
      return lowerUpdate(context, node, frame);
    case "conditional_expression":
      return lowerConditional(context, node, frame);
    case "binary_expression":
      return lowerBinary(context, node, frame);
    case "unary_expression":
      return lowerUnary(context, node, frame);
    case "cast_expression":
      return lowerCast(context, node, frame);
    case "comma_expression":
      return lowerComma(context, node, frame);
    case "number_literal":
      return lowerNumber(context, node, frame);
    case "true":
      return lowerConstant(context, node, frame, 1);
    case "false":
    case "null":
      return lowerConstant(context, node, frame, 0);
    case "compound_statement":
      return context.walk.compound(node, frame);
    case "compound_literal_expression":
      return lowerCompoundLiteral(context, node, frame);
    case "initializer_list":
    case "initializer_pair":
      return lowerInitializerParts(context, node, frame);
    case "gnu_asm_expression":
      return lowerAssembly(context, node, frame);
    case "ERROR":
      emit(context, node, frame, { kind: "gap", why: "an expression could not be read" });
      return unknownValue(context, node, frame);
    default:
      return textValue(context, node, frame);
  }
}

/** Evaluates a condition and goes to one of two blocks; no block is open afterwards. */
export function lowerCondition(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  whenTrue: number,
  whenFalse: number,
): void {
  const { graph } = context;
  const inner = node.type === "parenthesized_expression" ? onlyChild(node) : null;
  if (inner !== null && inner.type !== "compound_statement") {
    lowerCondition(context, inner, frame, whenTrue, whenFalse);
    return;
  }
  const operator = operatorOf(node, frame);
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  if (node.type === "binary_expression" && left !== null && right !== null) {
    if (operator === "&&" || operator === "||") {
      lowerConnected(context, node, frame, { operator, left, right, whenTrue, whenFalse });
      return;
    }
  }
  const argument = childOf(node, "argument");
  if (node.type === "unary_expression" && operator === "!" && argument !== null) {
    lowerCondition(context, argument, frame, whenFalse, whenTrue);
    return;
  }
  const wrapped = wrappedArgument(context, node, frame);
  if (wrapped !== null) {
    lowerCondition(context, wrapped, frame, whenTrue, whenFalse);
    return;
  }
  const constant = constantTruth(node, frame);
  if (constant !== null) {
    graph.jump(constant ? whenTrue : whenFalse);
    return;
  }
  graph.branch(lowerValue(context, node, frame), rangeOf(node, frame), whenTrue, whenFalse);
}

interface Connected {
  readonly operator: "&&" | "||";
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
  readonly whenTrue: number;
  readonly whenFalse: number;
}

function lowerConnected(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  { operator, left, right, whenTrue, whenFalse }: Connected,
): void {
  const { graph } = context;
  const whole = isRegisterTest(context, node, frame)
    ? lowerRegisterTest(context, node, frame, (part) => lowerValue(context, part, frame))
    : null;
  const [yes, no] = whole === null ? [whenTrue, whenFalse] : [graph.newBlock(), graph.newBlock()];
  const next = graph.newBlock();
  if (operator === "&&") lowerCondition(context, left, frame, next, no);
  else lowerCondition(context, left, frame, yes, next);
  graph.continueAt(next);
  lowerCondition(context, right, frame, yes, no);
  if (whole === null) return;
  for (const [from, to, truth] of [
    [yes, whenTrue, true],
    [no, whenFalse, false],
  ] as const) {
    graph.continueAt(from);
    emit(context, node, frame, { kind: "assert", alternatives: [{ value: whole, truth }] });
    graph.jump(to);
  }
}

/** The place that an lvalue names. An rvalue gets a place of its own, so that `f().x` has one. */
export function lowerPlace(context: LoweringContext, node: SyntaxNode, frame: Frame): Place {
  switch (node.type) {
    case "identifier":
      return lowerName(context, node, frame);
    case "parenthesized_expression": {
      const inner = onlyChild(node);
      if (inner !== null) return lowerPlace(context, inner, frame);
      break;
    }
    case "field_expression":
      return lowerField(context, node, frame);
    case "subscript_expression":
      return lowerSubscript(context, node, frame);
    case "pointer_expression": {
      const argument = childOf(node, "argument");
      if (operatorOf(node, frame) === "*" && argument !== null) {
        const address = lowerValue(context, argument, frame);
        return { kind: "memory", address, type: targetOf(context.graph.typeOf(address)) };
      }
      break;
    }
    case "call_expression": {
      const place = expandPlace(context, node, frame);
      if (place !== null) return place;
      break;
    }
  }
  const variable = lowerValue(context, node, frame);
  const type = context.graph.typeOf(variable);
  // The value of a struct expression is the address of the memory that holds it.
  return type.kind === "struct"
    ? { kind: "memory", address: variable, type }
    : { kind: "register", variable };
}

function lowerParenthesized(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const inner = onlyChild(node);
  return inner === null ? unknownValue(context, node, frame) : lowerValue(context, inner, frame);
}

function lowerName(context: LoweringContext, node: SyntaxNode, frame: Frame): Place {
  const name = textOf(node, frame);
  if (isTypeTag(node, frame)) return register(textValue(context, node, frame));
  const binding = bindingOf(context, name);
  if (binding?.kind === "variable") return variablePlace(context, binding.variable, node, frame);
  if (binding?.kind === "global") return globalPlace(context, binding.name, binding.type, node, frame);
  if (macroAt(context, name, node, frame) !== null) {
    const place = expandPlace(context, node, frame);
    if (place !== null) return place;
  }
  const constant = context.types.enumConstant(name);
  if (constant !== null) return register(lowerConstant(context, node, frame, constant));
  const global = context.types.globalType(name);
  if (global !== null) return globalPlace(context, name, global, node, frame);
  if (context.types.functionType(name) !== null) {
    const dst = context.graph.temporary({ kind: "pointer", to: { kind: "function", returns: UNKNOWN_TYPE } });
    emit(context, node, frame, { kind: "address-of-function", dst, name });
    return register(dst);
  }
  // A name from a header: capitals are constants by the convention of C, anything else is an object.
  if (!/[a-z]/.test(name)) return register(textValue(context, node, frame));
  return globalPlace(context, name, UNKNOWN_TYPE, node, frame);
}

function lowerField(context: LoweringContext, node: SyntaxNode, frame: Frame): Place {
  const argument = childOf(node, "argument");
  const member = childOf(node, "field");
  if (argument === null || member === null) return register(unknownValue(context, node, frame));
  const base = lowerFieldBase(context, argument, operatorOf(node, frame), frame);
  if (base === null) return register(unknownValue(context, node, frame));
  const { address, type } = memberAddress(
    context,
    base.address,
    base.struct,
    textOf(member, frame),
    node,
    frame,
  );
  return { kind: "memory", address, type };
}

function lowerFieldBase(
  context: LoweringContext,
  argument: SyntaxNode,
  operator: string,
  frame: Frame,
): { address: VariableId; struct: string } | null {
  if (operator === "->") {
    const address = lowerValue(context, argument, frame);
    return { address, struct: structTagOf(targetOf(context.graph.typeOf(address))) };
  }
  const place = lowerPlace(context, argument, frame);
  return place.kind === "memory" ? { address: place.address, struct: structTagOf(place.type) } : null;
}

function lowerSubscript(context: LoweringContext, node: SyntaxNode, frame: Frame): Place {
  const argument = childOf(node, "argument");
  const index = childOf(node, "index");
  if (argument === null || index === null) return register(unknownValue(context, node, frame));
  const base = lowerValue(context, argument, frame);
  const type = targetOf(context.graph.typeOf(base));
  const address = context.graph.temporary({ kind: "pointer", to: type });
  const position = lowerValue(context, index, frame);
  emit(context, node, frame, { kind: "element", dst: address, base, index: position });
  return { kind: "memory", address, type };
}

function lowerPointerExpression(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const argument = childOf(node, "argument");
  if (argument === null) return unknownValue(context, node, frame);
  if (operatorOf(node, frame) !== "&")
    return readPlace(context, lowerPlace(context, node, frame), node, frame);
  if (argument.type === "identifier" && context.types.functionType(textOf(argument, frame)) !== null) {
    return lowerValue(context, argument, frame);
  }
  return addressOf(context, lowerPlace(context, argument, frame), node, frame);
}

function lowerAssignment(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  if (left === null || right === null) return unknownValue(context, node, frame);
  const operator = operatorOf(node, frame);
  const literal = structLiteral(context, right, frame);
  if (operator === "=" && literal !== null) return assignLiteral(context, left, literal, frame);
  const value = lowerValue(context, right, frame);
  const place = lowerPlace(context, left, frame);
  if (operator === "=") {
    writePlace(context, place, value, left, frame);
    return value;
  }
  const before = readPlace(context, place, left, frame);
  const dst = context.graph.temporary(context.graph.typeOf(before));
  emit(context, node, frame, {
    kind: "operator",
    dst,
    operator: operator.slice(0, -1),
    operands: [before, value],
  });
  writePlace(context, place, dst, left, frame);
  return dst;
}

function lowerUpdate(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const argument = childOf(node, "argument");
  if (argument === null) return unknownValue(context, node, frame);
  const place = lowerPlace(context, argument, frame);
  const before = copyOf(context, readPlace(context, place, argument, frame), node, frame);
  const one = lowerConstant(context, node, frame, 1);
  const after = context.graph.temporary(context.graph.typeOf(before));
  const operator = operatorOf(node, frame).slice(0, 1);
  emit(context, node, frame, { kind: "operator", dst: after, operator, operands: [before, one] });
  writePlace(context, place, after, argument, frame);
  const isPostfix = node.children[0]?.field === "argument";
  return isPostfix ? before : after;
}

function lowerConditional(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const { graph } = context;
  const condition = childOf(node, "condition");
  const consequence = childOf(node, "consequence");
  const alternative = childOf(node, "alternative");
  if (condition === null || alternative === null) return unknownValue(context, node, frame);
  const [whenTrue, whenFalse, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  if (consequence === null) return lowerElvis(context, condition, alternative, frame, after);
  lowerCondition(context, condition, frame, whenTrue, whenFalse);
  graph.continueAt(whenTrue);
  const left = lowerValue(context, consequence, frame);
  const dst = graph.temporary(graph.typeOf(left));
  emit(context, consequence, frame, { kind: "copy", dst, src: left });
  graph.startAt(after);
  graph.continueAt(whenFalse);
  const right = lowerValue(context, alternative, frame);
  emit(context, alternative, frame, { kind: "copy", dst, src: right });
  graph.startAt(after);
  return isBare(graph.typeOf(left)) ? typed(context, dst, graph.typeOf(right), node, frame) : dst;
}

/** `a ?: b`, where `a` is evaluated once. */
function lowerElvis(
  context: LoweringContext,
  condition: SyntaxNode,
  alternative: SyntaxNode,
  frame: Frame,
  after: number,
): VariableId {
  const { graph } = context;
  const value = lowerValue(context, condition, frame);
  const dst = copyOf(context, value, condition, frame);
  const whenFalse = graph.newBlock();
  graph.branch(value, rangeOf(condition, frame), after, whenFalse);
  graph.continueAt(whenFalse);
  emit(context, alternative, frame, { kind: "copy", dst, src: lowerValue(context, alternative, frame) });
  graph.startAt(after);
  return dst;
}

function lowerBinary(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const operator = operatorOf(node, frame);
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  if (left === null || right === null) return unknownValue(context, node, frame);
  if (operator === "&&" || operator === "||") return lowerTruth(context, node, frame);
  const a = lowerValue(context, left, frame);
  const b = lowerValue(context, right, frame);
  const type = context.graph.typeOf(a);
  if ((operator === "+" || operator === "-") && (type.kind === "pointer" || type.kind === "array")) {
    // Pointer arithmetic gives another element of the same array.
    const dst = context.graph.temporary(type);
    emit(context, node, frame, { kind: "element", dst, base: a, index: b });
    return dst;
  }
  const dst = context.graph.temporary(isComparison(operator) ? INT : type);
  emit(context, node, frame, { kind: "operator", dst, operator, operands: [a, b] });
  return dst;
}

/** `a && b` as a value: 1 or 0 by the way that was taken. */
function lowerTruth(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const { graph } = context;
  const dst = graph.temporary(INT);
  const [whenTrue, whenFalse, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  lowerCondition(context, node, frame, whenTrue, whenFalse);
  graph.continueAt(whenTrue);
  emit(context, node, frame, { kind: "number", dst, value: 1 });
  graph.startAt(after);
  graph.continueAt(whenFalse);
  emit(context, node, frame, { kind: "number", dst, value: 0 });
  graph.startAt(after);
  return dst;
}

function lowerUnary(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const argument = childOf(node, "argument");
  if (argument === null) return unknownValue(context, node, frame);
  const operator = operatorOf(node, frame);
  const literal = argument.type === "number_literal" ? parseNumber(textOf(argument, frame)) : null;
  if (operator === "-" && literal !== null) return lowerConstant(context, node, frame, -literal);
  const value = lowerValue(context, argument, frame);
  const dst = context.graph.temporary(operator === "!" ? INT : context.graph.typeOf(value));
  emit(context, node, frame, { kind: "operator", dst, operator, operands: [value] });
  return dst;
}

function lowerCast(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const value = childOf(node, "value");
  const type = childOf(node, "type");
  if (value === null) return unknownValue(context, node, frame);
  const src = lowerValue(context, value, frame);
  if (type === null) return src;
  const target = descriptorType(context, type, frame);
  // A cast to an integer keeps the value; what it points to is still known when it is cast back.
  return typed(context, src, target, node, frame);
}

function lowerComma(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  if (left !== null) lowerValue(context, left, frame);
  return right === null ? unknownValue(context, node, frame) : lowerValue(context, right, frame);
}

function lowerNumber(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const value = parseNumber(textOf(node, frame));
  return value === null ? textValue(context, node, frame) : lowerConstant(context, node, frame, value);
}

/** Assembly may read and write its operands: the outputs are unknown afterwards. */
function lowerAssembly(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const operands = childOf(node, "input_operands");
  for (const operand of operands?.children ?? []) {
    const value = childOf(operand, "value");
    if (value !== null) lowerValue(context, value, frame);
  }
  for (const operand of childOf(node, "output_operands")?.children ?? []) {
    const value = childOf(operand, "value");
    if (value === null) continue;
    const place = lowerPlace(context, value, frame);
    writePlace(context, place, unknownValue(context, value, frame), value, frame);
  }
  return unknownValue(context, node, frame);
}

function isBare(type: CType): boolean {
  return type.kind === "scalar" || type.kind === "unknown";
}

function isComparison(operator: string): boolean {
  return /^([=!<>]=|[<>])$/.test(operator);
}

/** Whether a condition is a plain constant: `while (1)`, `do … while (0)`. */
function constantTruth(node: SyntaxNode, frame: Frame): boolean | null {
  if (node.type === "true") return true;
  if (node.type === "false" || node.type === "null") return false;
  if (node.type !== "number_literal") return null;
  const value = parseNumber(textOf(node, frame));
  return value === null ? null : value !== 0;
}

function parseNumber(text: string): number | null {
  const digits = text.replace(/[uUlL]+$/, "").replaceAll("'", "");
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return Number.isFinite(value) && digits !== "" ? value : null;
}
