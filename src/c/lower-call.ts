/**
 * Lowers calls, and the macros that look like calls or like names.
 *
 * A macro that the file defines is expanded and lowered at the place of its use;
 * one with a meaning in the dialect (`container_of`, assertions) is lowered to
 * that meaning; any other is a call to a function of that name.
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import { isConfigurationTest } from "./conditional.ts";
import { expandMacro } from "./expand-macro.ts";
import type { VariableId } from "./instruction.ts";
import {
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
  wrappedArgument,
} from "./lower-place.ts";
import {
  bindingOf,
  childOf,
  emit,
  expansionFrame,
  type Frame,
  type LoweringContext,
  macroAt,
  type Place,
  readPiece,
  textOf,
} from "./lowering-context.ts";
import type { Macro } from "./macro-table.ts";
import type { SyntaxNode } from "./syntax.ts";
import { typeHere } from "./type-here.ts";
import { ALIGNMENT_WORDS, maskedAlignment } from "./words.ts";

/** What asks of its operand what it is, and does not evaluate it. */
const UNEVALUATED: ReadonlySet<string> = new Set([
  ...[...ALIGNMENT_WORDS].map(maskedAlignment),
  "__builtin_constant_p",
  "__builtin_types_compatible_p",
]);

export function lowerCall(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const callee = childOf(node, "function");
  const args = argumentsOf(node);
  if (callee === null) return unknownValue(context, node, frame);
  if (callee.type !== "identifier") {
    const made = callee.type === "call_expression" ? expandPlace(context, node, frame) : null;
    return made === null
      ? indirectCall(context, node, callee, args, frame)
      : readPlace(context, made, node, frame);
  }
  const name = textOf(callee, frame);
  if (UNEVALUATED.has(name)) return textValue(context, node, frame);
  if (isConfigurationTest(name))
    return textValue(context, node, frame, textOf(node, frame).replace(/\s/g, ""));
  if (bindingOf(context, name) !== null) return indirectCall(context, node, callee, args, frame);
  const container = context.dialect.containers.get(name);
  if (container !== undefined) return lowerContainer(context, node, args, container, frame);
  const neighbour = context.dialect.neighbours.get(name);
  if (neighbour !== undefined) return lowerNeighbour(context, node, args, neighbour, frame);
  const assertion = context.dialect.asserts.get(name);
  if (assertion !== undefined && args[0] !== undefined) {
    lowerAssertion(context, args[0], assertion.holds, frame);
    return unknownValue(context, node, frame);
  }
  const wrapped = wrappedArgument(context, node, frame);
  if (wrapped !== null) return context.walk.value(wrapped, frame);
  const dispatched = dispatchedCall(context, node, name, args, frame);
  if (dispatched !== null) return dispatched;
  const message = messageCallee(context, name, callee, frame);
  if (message !== null) return directCall(context, node, message, args, frame);
  const expanded = expandPlace(context, node, frame);
  if (expanded !== null) return readPlace(context, expanded, node, frame);
  if (frame.macroUses.has(node.start))
    emit(context, node, frame, { kind: "gap", why: "statements are handed to a macro that is not known" });
  return directCall(context, node, aliasOf(context, name, callee, frame), args, frame);
}

/** The place that a macro of the file expands to at this use; null when `node` uses none or it makes no expression. */
export function expandPlace(context: LoweringContext, node: SyntaxNode, frame: Frame): Place | null {
  const expansion = expansionAt(context, node, frame);
  if (expansion === null || expansion.macro.body === "") return null;
  const { macro, text } = expansion;
  if (node.type === "identifier" && isConstant(context, macro.body))
    return register(constantValue(context, node, macro.body, frame));
  const expression = readPiece(context, "expression", text, node, frame);
  if (expression !== null)
    return context.walk.place(expression.node, expansionFrame(macro, expression, node, frame));
  const statement = readPiece(context, "statement", text, node, frame);
  if (statement === null) return null;
  return register(context.walk.compound(statement.node, expansionFrame(macro, statement, node, frame)));
}

/**
 * The macro that a name or a call uses, and the text that it expands to: of a call also where the macro
 * makes only what is called, as in `#define handler ops->run`, or all but the arguments: `GUARD(kind)(lock)`.
 */
export function expansionAt(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
): { readonly macro: Macro; readonly text: string } | null {
  if (node.type === "identifier") {
    const macro = macroAt(context, textOf(node, frame), node, frame);
    return macro === null || macro.params !== null ? null : { macro, text: macro.body };
  }
  const callee = node.type === "call_expression" ? childOf(node, "function") : null;
  const list = childOf(node, "arguments");
  if (callee === null || list === null) return null;
  if (callee.type === "identifier") {
    const macro = macroAt(context, aliasOf(context, textOf(callee, frame), node, frame), node, frame);
    if (macro === null) return null;
    if (macro.params !== null) return { macro, text: expandMacro(macro, argumentTexts(node, frame)) };
    return macro.body === "" ? null : { macro, text: `${macro.body}${textOf(list, frame)}` };
  }
  const made = callee.type === "call_expression" ? expansionAt(context, callee, frame) : null;
  return made === null ? null : { macro: made.macro, text: `${made.text}${textOf(list, frame)}` };
}

/** Numbers, operators and other names in capitals, none of them an object: nothing in it is read or written. */
function isConstant(context: LoweringContext, body: string): boolean {
  const bare = body.replace(/\b(?:0[xX][\da-fA-F]+|\d+)[uUlL]*\b/g, "0");
  if (!/^[\s()\dA-Z_<>|&~^+*/-]*$/.test(bare) || /^\w+$/.test(bare.trim())) return /^\d+$/.test(bare.trim());
  return (bare.match(/[A-Z_]\w*/g) ?? []).every((name) => context.types.globalType(name) === null);
}

function constantValue(context: LoweringContext, node: SyntaxNode, body: string, frame: Frame): VariableId {
  const number = /^\(*\s*(-?\s*(?:0[xX][\da-fA-F]+|\d+))[uUlL]*\s*\)*$/.exec(body)?.[1];
  const value =
    number === undefined ? Number.NaN : Number(number.replace(/\s+/g, "").replace(/^-(.*)$/, "$1"));
  if (number === undefined || !Number.isFinite(value)) return textValue(context, node, frame);
  return lowerConstant(context, node, frame, number.startsWith("-") ? -value : value);
}

/** Arguments as written. */
function argumentTexts(node: SyntaxNode, frame: Frame): readonly string[] {
  return (
    frame.macroUses.get(node.start)?.args ?? argumentsOf(node).map((argument) => textOf(argument, frame))
  );
}

function argumentsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return childOf(node, "arguments")?.children ?? [];
}

function directCall(
  context: LoweringContext,
  node: SyntaxNode,
  callee: string,
  args: readonly SyntaxNode[],
  frame: Frame,
): VariableId {
  const values = args.map((argument) => context.walk.value(argument, frame));
  const dst = context.graph.temporary(resultType(context, callee, values));
  const argTexts = args.map((argument) => textOf(argument, frame));
  emit(context, node, frame, { kind: "call", dst, callee, target: null, args: values, argTexts });
  const ends = context.dialect.endsPath(callee) ?? (context.types.isNoReturn(callee) ? "always" : null);
  if (ends === "in debug builds") emit(context, node, frame, { kind: "unexpected" });
  if (ends === "always") {
    context.graph.end({ kind: "stop" });
    context.graph.continueAt(context.graph.newBlock());
  }
  return dst;
}

function resultType(context: LoweringContext, callee: string, values: readonly VariableId[]): CType {
  const like = context.dialect.argumentOfType(callee);
  const argument = like === null ? undefined : values[like];
  const declared = context.types.returnType(callee);
  return declared ?? (argument === undefined ? UNKNOWN_TYPE : context.graph.typeOf(argument));
}

function indirectCall(
  context: LoweringContext,
  node: SyntaxNode,
  callee: SyntaxNode,
  args: readonly SyntaxNode[],
  frame: Frame,
): VariableId {
  return callThrough(context, node, context.walk.value(callee, frame), args, frame);
}

function callThrough(
  context: LoweringContext,
  node: SyntaxNode,
  target: VariableId,
  args: readonly SyntaxNode[],
  frame: Frame,
): VariableId {
  const values = args.map((argument) => context.walk.value(argument, frame));
  const type = context.graph.typeOf(target);
  const called = type.kind === "pointer" ? type.to : type;
  const dst = context.graph.temporary(called.kind === "function" ? called.returns : UNKNOWN_TYPE);
  const argTexts = args.map((argument) => textOf(argument, frame));
  emit(context, node, frame, { kind: "call", dst, callee: null, target, args: values, argTexts });
  return dst;
}

/** `dispatch(table, member, args…)`: the member is read, and the function behind it called. */
function dispatchedCall(
  context: LoweringContext,
  node: SyntaxNode,
  name: string,
  args: readonly SyntaxNode[],
  frame: Frame,
): VariableId | null {
  const row = context.dialect.dispatcher(name);
  const [table, member] = row === null ? [] : [args[row.table], args[row.operation]];
  if (row === null || table === undefined || member === undefined) return null;
  const base = context.walk.value(table, frame);
  const target = loadMember(context, base, textOf(member, frame), node, frame);
  return callThrough(context, node, target, args.slice(row.firstArgument), frame);
}

/**
 * The function that a message macro ends in: `#define dev_err(dev, fmt, ...) …` down to a
 * call that only reads. Such a macro's arguments are all that matters of it.
 */
function messageCallee(
  context: LoweringContext,
  name: string,
  node: SyntaxNode,
  frame: Frame,
): string | null {
  const seen = new Set<string>();
  let current = name;
  while (!seen.has(current)) {
    seen.add(current);
    const macro = macroAt(context, current, node, frame);
    if (macro === null) return seen.size > 1 && context.dialect.isHarmless(current) ? current : null;
    const called = /^(\w+)\s*\([^;{}]*\)$/.exec(macro.body)?.[1];
    if (macro.params?.at(-1) !== "..." || called === undefined) return null;
    current = called;
  }
  return null;
}

/** Follows object-like macros that rename a function: `#define kfree xfree`. */
function aliasOf(context: LoweringContext, name: string, node: SyntaxNode, frame: Frame): string {
  const seen = new Set<string>();
  let current = name;
  while (!seen.has(current)) {
    seen.add(current);
    const macro = macroAt(context, current, node, frame);
    if (macro === null || macro.params !== null || !/^[A-Za-z_]\w*$/.test(macro.body)) return current;
    current = macro.body;
  }
  return current;
}

function lowerContainer(
  context: LoweringContext,
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  macro: {
    readonly pointer: number;
    readonly type: number;
    readonly member: number;
    readonly follows: string | null;
  },
  frame: Frame,
): VariableId {
  const pointer = args[macro.pointer];
  const type = args[macro.type];
  const member = args[macro.member];
  if (pointer === undefined || type === undefined || member === undefined)
    return unknownValue(context, node, frame);
  let link = context.walk.value(pointer, frame);
  if (macro.follows !== null) link = loadMember(context, link, macro.follows, node, frame);
  const known = typeHere(context, type, frame);
  const struct = known === null ? (context.types.structNamed(textOf(type, frame)) ?? "") : structTagOf(known);
  const dst = context.graph.temporary({ kind: "pointer", to: { kind: "struct", tag: struct } });
  const path = textOf(member, frame)
    .split(".")
    .map((part) => part.trim());
  emit(context, node, frame, { kind: "container", dst, member: link, struct, path });
  return dst;
}

/** The link of an entry is read, and leads to an entry of the same type. */
function lowerNeighbour(
  context: LoweringContext,
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  macro: { readonly entry: number; readonly member: number; readonly follows: string },
  frame: Frame,
): VariableId {
  const entry = args[macro.entry];
  const member = args[macro.member];
  if (entry === undefined || member === undefined) return unknownValue(context, node, frame);
  const own = context.walk.value(entry, frame);
  const struct = structTagOf(targetOf(context.graph.typeOf(own)));
  const name = textOf(member, frame);
  const { address } = memberAddress(context, own, struct, name, node, frame);
  return containerOf(
    context,
    loadMember(context, address, macro.follows, node, frame),
    struct,
    name,
    node,
    frame,
  );
}

/** Reads a member through a pointer. */
export function loadMember(
  context: LoweringContext,
  base: VariableId,
  field: string,
  node: SyntaxNode,
  frame: Frame,
  { text = textOf(node, frame), isStep = false }: { readonly text?: string; readonly isStep?: boolean } = {},
): VariableId {
  const struct = structTagOf(targetOf(context.graph.typeOf(base)));
  const { address, type } = memberAddress(context, base, struct, field, node, frame);
  const dst = context.graph.temporary(type);
  emit(context, node, frame, { kind: "load", dst, address, text, ...(isStep && { isStep }) });
  return dst;
}

/**
 * `ASSERT(a && (b || c))`: a holds, and one of b and c does. The alternatives are
 * evaluated without branching, so that an assertion makes no paths of its own.
 */
function lowerAssertion(
  context: LoweringContext,
  node: SyntaxNode,
  holds: "true" | "false" | "hint",
  frame: Frame,
): void {
  if (holds === "hint") {
    context.walk.value(node, frame);
    return;
  }
  for (const conjunct of operandsOf(node, holds === "true" ? "&&" : "||", frame)) {
    const alternatives = operandsOf(conjunct, holds === "true" ? "||" : "&&", frame).map((alternative) => {
      const { inner, negated } = stripNegations(alternative, frame);
      return { value: context.walk.value(inner, frame), truth: (holds === "true") !== negated };
    });
    emit(context, conjunct, frame, { kind: "assert", alternatives });
  }
}

function operandsOf(node: SyntaxNode, operator: string, frame: Frame): SyntaxNode[] {
  const inner = stripParentheses(node);
  const left = childOf(inner, "left");
  const right = childOf(inner, "right");
  if (
    inner.type !== "binary_expression" ||
    operatorOf(inner, frame) !== operator ||
    left === null ||
    right === null
  ) {
    return [inner];
  }
  return [...operandsOf(left, operator, frame), ...operandsOf(right, operator, frame)];
}

function stripNegations(node: SyntaxNode, frame: Frame): { inner: SyntaxNode; negated: boolean } {
  let inner = stripParentheses(node);
  let negated = false;
  for (;;) {
    const argument = childOf(inner, "argument");
    if (inner.type !== "unary_expression" || operatorOf(inner, frame) !== "!" || argument === null) break;
    inner = stripParentheses(argument);
    negated = !negated;
  }
  return { inner, negated };
}

function stripParentheses(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.type === "parenthesized_expression" && inner.children[0] !== undefined)
    inner = inner.children[0];
  return inner;
}

/** A value under the type of its target, for iterators whose cursor type is known. */
export function containerOf(
  context: LoweringContext,
  link: VariableId,
  struct: string,
  member: string,
  node: SyntaxNode,
  frame: Frame,
): VariableId {
  const path = member.split(".").map((part) => part.trim());
  const dst = context.graph.temporary({ kind: "pointer", to: { kind: "struct", tag: struct } });
  emit(context, node, frame, { kind: "container", dst, member: link, struct, path });
  return typed(context, dst, { kind: "pointer", to: { kind: "struct", tag: struct } }, node, frame);
}
