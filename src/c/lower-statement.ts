/**
 * Lowers C statements to blocks and edges.
 *
 * In: the body of a function. Out: its control-flow graph in the context.
 * Iterator macros are loops: one that the file defines is lowered from its
 * definition, one of the dialect from its meaning.
 */

import type { ChoiceTarget, VariableId } from "./instruction.ts";
import { cleanUp, cleanUpBefore } from "./lower-cleanup.ts";
import { lowerDeclaration } from "./lower-declaration.ts";
import { lowerCondition, lowerValue } from "./lower-expression.ts";
import { lowerExpandedLoop, lowerIterator } from "./lower-iterator.ts";
import { unknownValue } from "./lower-place.ts";
import { lowerExpressionStatement } from "./lower-statement-macro.ts";
import {
  childOf,
  emit,
  type Frame,
  type Jumps,
  type LoweringContext,
  lowerBody,
  noteJumps,
  rangeOf,
  textOf,
} from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";

/** Lowers one statement; the value of an expression statement, for statement expressions. */
export function lowerStatement(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  jumps: Jumps,
): VariableId | null {
  switch (node.type) {
    case "compound_statement":
      return lowerBlock(context, node, frame, jumps);
    case "expression_statement": {
      const expression = node.children[0];
      return expression === undefined ? null : lowerExpressionStatement(context, expression, frame, jumps);
    }
    case "declaration":
      lowerDeclaration(context, node, frame);
      return null;
    case "if_statement":
      lowerIf(context, node, frame, jumps);
      return null;
    case "while_statement":
      lowerWhile(context, node, frame, jumps);
      return null;
    case "do_statement":
      lowerDo(context, node, frame);
      return null;
    case "for_statement":
      if (!lowerExpandedLoop(context, node, frame.macroUses.get(node.start), frame, jumps))
        lowerFor(context, node, frame);
      return null;
    case "switch_statement":
      lowerSwitch(context, node, frame, jumps);
      return null;
    case "case_statement":
      // A case label outside the list of its switch (Duff's device and the like).
      emit(context, node, frame, { kind: "gap", why: "a case label inside another statement" });
      for (const child of node.children)
        if (child.field !== "value") lowerStatement(context, child, frame, jumps);
      return null;
    case "labeled_statement":
      return lowerLabel(context, node, frame, jumps);
    case "goto_statement": {
      const label = childOf(node, "label");
      if (label === null) {
        emit(context, node, frame, { kind: "gap", why: "a computed goto" });
        context.graph.end({ kind: "stop" });
      } else {
        cleanUpBefore(context, textOf(label, frame), node, frame);
        context.graph.jump(labelBlock(context, textOf(label, frame)));
      }
      return null;
    }
    case "break_statement":
      leaveTo(context, jumps.onBreak, node, frame);
      return null;
    case "continue_statement":
      leaveTo(context, jumps.onContinue, node, frame);
      return null;
    case "return_statement":
      lowerReturn(context, node, frame);
      return null;
    case "attributed_statement":
    case "else_clause": {
      for (const child of node.children) lowerStatement(context, child, frame, jumps);
      return null;
    }
    case "function_definition":
      emit(context, node, frame, { kind: "gap", why: "a nested function" });
      return null;
    case "ERROR":
      emit(context, node, frame, { kind: "gap", why: "a statement could not be read" });
      return null;
    case "type_definition":
    case "struct_specifier":
    case "union_specifier":
    case "enum_specifier":
    case "attribute_declaration":
    case "statement_identifier":
      return null;
    default:
      return lowerValue(context, node, frame);
  }
}

/** A block as an expression: its scope is its own, its value that of its last statement. */
export function lowerCompoundValue(context: LoweringContext, node: SyntaxNode, frame: Frame): VariableId {
  const value = lowerStatement(context, node, frame, { onBreak: null, onContinue: null });
  return value ?? unknownValue(context, node, frame);
}

function lowerBlock(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  jumps: Jumps,
): VariableId | null {
  const kept = context.cleanups.length;
  context.scopes.push(new Map());
  context.blocks.push(node);
  let last: VariableId | null = null;
  for (const child of node.children) last = lowerStatement(context, child, frame, jumps);
  context.blocks.pop();
  context.scopes.pop();
  cleanUp(context, kept, frame.use ?? { start: node.end - 1, end: node.end });
  context.cleanups.length = kept;
  return last;
}

function leaveTo(context: LoweringContext, to: number | null, node: SyntaxNode, frame: Frame): void {
  if (to === null) return;
  cleanUp(context, context.keptAt.get(to) ?? 0, rangeOf(node, frame));
  context.graph.jump(to);
}

function lowerIf(context: LoweringContext, node: SyntaxNode, frame: Frame, jumps: Jumps): void {
  const { graph } = context;
  const condition = childOf(node, "condition");
  const consequence = childOf(node, "consequence");
  const alternative = childOf(node, "alternative");
  const [whenTrue, whenFalse, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  if (condition !== null) lowerCondition(context, condition, frame, whenTrue, whenFalse);
  graph.continueAt(whenTrue);
  if (consequence !== null) lowerStatement(context, consequence, frame, jumps);
  graph.startAt(after);
  graph.continueAt(whenFalse);
  if (alternative !== null) lowerStatement(context, alternative, frame, jumps);
  graph.startAt(after);
}

function lowerWhile(context: LoweringContext, node: SyntaxNode, frame: Frame, jumps: Jumps): void {
  const iterator = frame.macroUses.get(node.start);
  if (iterator !== undefined) {
    lowerIterator(context, node, iterator, frame, jumps);
    return;
  }
  const { graph } = context;
  const [head, body, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  graph.startAt(head);
  const condition = childOf(node, "condition");
  if (condition !== null) lowerCondition(context, condition, frame, body, after);
  graph.continueAt(body);
  lowerBody(context, node, frame, { onBreak: after, onContinue: head });
  graph.end({ kind: "jump", to: head });
  graph.continueAt(after);
}

function lowerDo(context: LoweringContext, node: SyntaxNode, frame: Frame): void {
  const { graph } = context;
  const [body, test, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  graph.startAt(body);
  lowerBody(context, node, frame, { onBreak: after, onContinue: test });
  graph.startAt(test);
  const condition = childOf(node, "condition");
  if (condition !== null) lowerCondition(context, condition, frame, body, after);
  graph.continueAt(after);
}

function lowerFor(context: LoweringContext, node: SyntaxNode, frame: Frame): void {
  const { graph } = context;
  const [head, start, step, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock(), graph.newBlock()];
  const kept = context.cleanups.length;
  context.scopes.push(new Map());
  context.blocks.push(node);
  const initializer = childOf(node, "initializer");
  if (initializer !== null) lowerStatement(context, initializer, frame, { onBreak: null, onContinue: null });
  graph.startAt(head);
  const condition = childOf(node, "condition");
  if (condition !== null) lowerCondition(context, condition, frame, start, after);
  else graph.jump(start);
  graph.continueAt(start);
  lowerBody(context, node, frame, { onBreak: after, onContinue: step });
  graph.startAt(step);
  const update = childOf(node, "update");
  if (update !== null) lowerValue(context, update, frame);
  graph.end({ kind: "jump", to: head });
  graph.continueAt(after);
  context.blocks.pop();
  context.scopes.pop();
  cleanUp(context, kept, frame.use ?? { start: node.end - 1, end: node.end });
  context.cleanups.length = kept;
}

function lowerSwitch(context: LoweringContext, node: SyntaxNode, frame: Frame, jumps: Jumps): void {
  const { graph } = context;
  const condition = childOf(node, "condition");
  const body = childOf(node, "body");
  if (condition === null || body === null) return;
  const value = lowerValue(context, condition, frame);
  const after = graph.newBlock();
  const cases = body.children.filter((child) => child.type === "case_statement");
  const entries = new Map(cases.map((child) => [child, graph.newBlock()]));
  // Constants are evaluated before the choice, where C's compiler has them too.
  const targets: ChoiceTarget[] = [];
  for (const [child, to] of entries) {
    const constant = childOf(child, "value");
    if (constant === null) continue;
    const match = { value, constant: lowerValue(context, constant, frame) };
    targets.push({ to, match, label: `case ${textOf(constant, frame)}` });
  }
  const fallback = cases.find((child) => childOf(child, "value") === null);
  const otherwise = (fallback === undefined ? undefined : entries.get(fallback)) ?? after;
  targets.push({ to: otherwise, match: null, label: fallback === undefined ? "no case matches" : "default" });
  graph.end({ kind: "choice", at: rangeOf(condition, frame), targets });
  context.scopes.push(new Map());
  graph.continueAt(graph.newBlock());
  const inner: Jumps = { onBreak: after, onContinue: jumps.onContinue };
  noteJumps(context, inner);
  for (const child of body.children) {
    const entry = entries.get(child);
    if (entry === undefined) {
      lowerStatement(context, child, frame, inner);
      continue;
    }
    graph.startAt(entry);
    for (const part of child.children)
      if (part.field !== "value") lowerStatement(context, part, frame, inner);
  }
  context.scopes.pop();
  graph.startAt(after);
}

function lowerLabel(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  jumps: Jumps,
): VariableId | null {
  const label = childOf(node, "label");
  if (label !== null) context.graph.startAt(labelBlock(context, textOf(label, frame)));
  let last: VariableId | null = null;
  for (const child of node.children) if (child !== label) last = lowerStatement(context, child, frame, jumps);
  return last;
}

function labelBlock(context: LoweringContext, name: string): number {
  let block = context.labels.get(name);
  if (block === undefined) {
    block = context.graph.newBlock();
    context.labels.set(name, block);
  }
  return block;
}

function lowerReturn(context: LoweringContext, node: SyntaxNode, frame: Frame): void {
  const expression = node.children[0];
  const value = expression === undefined ? null : lowerValue(context, expression, frame);
  cleanUp(context, 0, rangeOf(node, frame));
  context.graph.end({ kind: "return", at: rangeOf(node, frame), value });
  context.graph.continueAt(context.graph.newBlock());
}
