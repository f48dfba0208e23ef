/**
 * Lowers C statements to blocks and edges.
 *
 * In: the body of a function. Out: its control-flow graph in the context.
 * Iterator macros are loops: one that the file defines is lowered from its
 * definition, one of the dialect from its meaning.
 */

import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import { declaratorsOf } from "./declarator.ts";
import { expandMacro } from "./expand-macro.ts";
import { parseFragment } from "./fragment.ts";
import type { ChoiceTarget, VariableId } from "./instruction.ts";
import { containerOf, loadMember } from "./lower-call.ts";
import { cleanUp, cleanUpBefore, noteCleanup } from "./lower-cleanup.ts";
import { lowerCondition, lowerPlace, lowerValue } from "./lower-expression.ts";
import { memberAddress, readPlace, structTagOf, targetOf, unknownValue, writePlace } from "./lower-place.ts";
import {
  childOf,
  emit,
  expansionFrame,
  type Frame,
  type Jumps,
  type LoweringContext,
  macroAt,
  rangeOf,
  textOf,
} from "./lowering-context.ts";
import type { IteratorUse, SyntaxNode } from "./syntax.ts";

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
      lowerFor(context, node, frame, (inner) => lowerBody(context, node, frame, inner));
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

/** Where `break` and `continue` lead is outside of all that is declared from here on. */
function noteJumps({ cleanups, keptAt }: LoweringContext, { onBreak, onContinue }: Jumps): void {
  for (const to of [onBreak, onContinue]) if (to !== null && !keptAt.has(to)) keptAt.set(to, cleanups.length);
}

/** A macro of the file used as a statement may expand to statements, jumps included. */
function lowerExpressionStatement(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  jumps: Jumps,
): VariableId | null {
  const name = node.type === "call_expression" ? childOf(node, "function") : node;
  if (name?.type !== "identifier") return lowerValue(context, node, frame);
  const macro = macroAt(context, textOf(name, frame), node, frame);
  const spelling = textOf(name, frame);
  const definition = context.dialect.definitionBy(spelling);
  if (definition !== null) {
    defineByMacro(context, node, frame, definition);
    return null;
  }
  const isDialect = context.dialect.asserts.has(spelling) || context.dialect.containers.has(spelling);
  if (macro === null || isDialect || (macro.params !== null) !== (node.type === "call_expression")) {
    return lowerValue(context, node, frame);
  }
  if (macro.body === "") return null;
  if (macro.params?.at(-1) === "...") return lowerValue(context, node, frame);
  const args = childOf(node, "arguments")?.children.map((argument) => textOf(argument, frame)) ?? [];
  const text = macro.params === null ? macro.body : expandMacro(macro, args);
  if (parseFragment("expression", text, context.cache) !== null) return lowerValue(context, node, frame);
  for (const whole of [text, ...completed(text)]) {
    const statement = parseFragment("statement", whole, context.cache);
    if (statement !== null)
      return lowerStatement(context, statement, expansionFrame(macro, whole, node, frame), jumps);
  }
  return lowerValue(context, node, frame);
}

/** One of a pair of macros that open and close blocks between them: the half, made whole. */
function completed(text: string): string[] {
  const open = text.split("{").length - text.split("}").length;
  if (open > 0) return ["", " while (0)"].map((loop) => `${text};${"}".repeat(open)}${loop}`);
  const closed = "{".repeat(Math.max(-open - 1, 0));
  return open === 0 ? [] : [`{${closed}${text}`, `do {${closed}${text}`];
}

/** A macro that defines a variable in a function: `static DEFINE_SPINLOCK(l);`, `LIST_HEAD(l);`. */
function defineByMacro(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  { isStatic, struct }: { readonly isStatic: boolean; readonly struct: string | null },
): void {
  const last = childOf(node, "arguments")?.children.at(-1);
  const scope = context.scopes[context.scopes.length - 1];
  if (last === undefined || scope === undefined) return;
  const name = textOf(last, frame);
  if (isStatic) {
    scope.set(name, { kind: "global", name: `${context.functionName}.${name}`, type: UNKNOWN_TYPE });
    return;
  }
  const type: CType = struct === null ? UNKNOWN_TYPE : { kind: "struct", tag: struct };
  scope.set(name, { kind: "variable", variable: declareLocal(context, name, type) });
}

function lowerDeclaration(context: LoweringContext, node: SyntaxNode, frame: Frame): void {
  const storage = node.children.find((child) => child.type === "storage_class_specifier");
  const isElsewhere = storage !== undefined && /static|extern/.test(textOf(storage, frame));
  for (const declarator of declaratorsOf(node, frame.text)) {
    const { name, initializer } = declarator;
    const type = context.types.resolve(declarator.type);
    const scope = context.scopes[context.scopes.length - 1];
    if (isElsewhere) {
      const global =
        storage !== undefined && textOf(storage, frame) === "extern"
          ? name
          : `${context.functionName}.${name}`;
      scope?.set(name, { kind: "global", name: global, type });
      continue;
    }
    const variable = declareLocal(context, name, type);
    // The initialiser is in the scope of the name, as C has it.
    scope?.set(name, { kind: "variable", variable });
    noteCleanup(context, node, frame, { variable, name });
    if (initializer !== null) lowerInitializer(context, variable, type, initializer, frame);
    else if (context.graph.variables[variable]?.inMemory !== true) {
      emit(context, node, frame, { kind: "unknown", dst: variable });
    }
  }
}

export function declareLocal(context: LoweringContext, name: string, type: CType): VariableId {
  const inMemory = type.kind === "struct" || type.kind === "array" || context.inMemory.has(name);
  return context.graph.newVariable({ name, type, kind: "local", inMemory });
}

function lowerInitializer(
  context: LoweringContext,
  variable: VariableId,
  type: CType,
  initializer: SyntaxNode,
  frame: Frame,
): void {
  const inMemory = context.graph.variables[variable]?.inMemory === true;
  if (initializer.type !== "initializer_list") {
    const src = lowerValue(context, initializer, frame);
    if (!inMemory) emit(context, initializer, frame, { kind: "copy", dst: variable, src });
    else storeLocal(context, variable, src, type, initializer, frame);
    return;
  }
  if (type.kind !== "struct") {
    lowerValue(context, initializer, frame);
    return;
  }
  const base = localAddress(context, variable, type, initializer, frame);
  for (const pair of initializer.children) {
    const value = childOf(pair, "value");
    const member = childOf(pair, "designator")?.children[0];
    if (pair.type !== "initializer_pair" || value === null || member === undefined) {
      lowerValue(context, pair, frame);
      continue;
    }
    const src = lowerValue(context, value, frame);
    const field = textOf(member, frame);
    const { address } = memberAddress(context, base, type.tag, field, pair, frame);
    emit(context, pair, frame, { kind: "store", address, src, text: textOf(pair, frame) });
  }
}

function localAddress(
  context: LoweringContext,
  local: VariableId,
  type: CType,
  node: SyntaxNode,
  frame: Frame,
): VariableId {
  const dst = context.graph.temporary({ kind: "pointer", to: type });
  emit(context, node, frame, { kind: "address-of-local", dst, local });
  return dst;
}

function storeLocal(
  context: LoweringContext,
  local: VariableId,
  src: VariableId,
  type: CType,
  node: SyntaxNode,
  frame: Frame,
): void {
  const address = localAddress(context, local, type, node, frame);
  emit(context, node, frame, { kind: "store", address, src, text: textOf(node, frame) });
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
  const iterator = frame.use === null ? context.iterators.get(node.start) : undefined;
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

/** `body` lowers what is repeated; the header's nodes index `frame`. */
function lowerFor(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  body: (jumps: Jumps) => void,
): void {
  const { graph } = context;
  const [head, start, step, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock(), graph.newBlock()];
  context.scopes.push(new Map());
  const initializer = childOf(node, "initializer");
  if (initializer !== null) lowerStatement(context, initializer, frame, { onBreak: null, onContinue: null });
  graph.startAt(head);
  const condition = childOf(node, "condition");
  if (condition !== null) lowerCondition(context, condition, frame, start, after);
  else graph.jump(start);
  graph.continueAt(start);
  body({ onBreak: after, onContinue: step });
  graph.startAt(step);
  const update = childOf(node, "update");
  if (update !== null) lowerValue(context, update, frame);
  graph.end({ kind: "jump", to: head });
  graph.continueAt(after);
  context.scopes.pop();
}

function lowerBody(context: LoweringContext, node: SyntaxNode, frame: Frame, jumps: Jumps): void {
  const body = childOf(node, "body");
  noteJumps(context, jumps);
  if (body !== null) lowerStatement(context, body, frame, jumps);
}

function lowerIterator(
  context: LoweringContext,
  node: SyntaxNode,
  use: IteratorUse,
  frame: Frame,
  jumps: Jumps,
): void {
  const macro = macroAt(context, use.macro, node, frame);
  if (macro !== null) {
    const text = `${expandMacro(macro, use.args)} ;`;
    const header = parseFragment("statement", text, context.cache);
    const inner = expansionFrame(macro, text, node, frame);
    const place = { ...inner, use: headerRange(node, frame) };
    if (header?.type === "for_statement") {
      lowerFor(context, header, place, (loop) => lowerBody(context, node, frame, loop));
      return;
    }
  }
  const model = context.dialect.iterators.get(use.macro);
  const args = iteratorArguments(node);
  if (model !== undefined && args[model.position] !== undefined && args[model.head] !== undefined) {
    lowerListWalk(context, node, { use, args, model }, frame);
    return;
  }
  lowerUnknownIterator(context, node, args, frame, jumps);
}

/** The header of an iterator stands for its use; the body has places of its own. */
function headerRange(node: SyntaxNode, frame: Frame): { start: number; end: number } {
  const condition = childOf(node, "condition");
  const range = rangeOf(node, frame);
  return condition === null ? range : { start: range.start, end: condition.end };
}

/** The arguments of the rewritten header: the operands of its comma expression. */
function iteratorArguments(node: SyntaxNode): SyntaxNode[] {
  const operands: SyntaxNode[] = [];
  let rest: SyntaxNode | null = childOf(node, "condition")?.children[0] ?? null;
  while (rest?.type === "comma_expression") {
    const left = childOf(rest, "left");
    if (left !== null) operands.push(left);
    rest = childOf(rest, "right");
  }
  if (rest !== null) operands.push(rest);
  return operands;
}

interface ListWalk {
  readonly use: IteratorUse;
  readonly args: readonly SyntaxNode[];
  readonly model: {
    readonly position: number;
    readonly yields: "entry" | "link";
    readonly head: number;
    readonly member: number | null;
    readonly next: number | null;
  };
}

function lowerListWalk(
  context: LoweringContext,
  node: SyntaxNode,
  { use, args, model }: ListWalk,
  frame: Frame,
): void {
  const { graph } = context;
  const [positionNode, headNode] = [args[model.position], args[model.head]];
  if (positionNode === undefined || headNode === undefined) return;
  const header: Frame = { ...frame, use: headerRange(node, frame) };
  const text = `${use.macro}(${use.args.join(", ")})`;
  const head = lowerValue(context, headNode, frame);
  const cursor = lowerPlace(context, positionNode, frame);
  const cursorType = cursor.kind === "register" ? graph.typeOf(cursor.variable) : cursor.type;
  const struct = structTagOf(targetOf(cursorType));
  const memberNode = model.member === null ? undefined : args[model.member];
  const member = memberNode === undefined ? null : textOf(memberNode, frame);
  const link = graph.temporary({ kind: "pointer", to: targetOf(graph.typeOf(head)) });
  const first = loadMember(context, head, "next", node, header, { text });
  emit(context, node, header, { kind: "copy", dst: link, src: first });
  const [test, body, step, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock(), graph.newBlock()];
  graph.startAt(test);
  const entry =
    model.yields === "entry" && member !== null
      ? containerOf(context, link, struct, member, node, header)
      : link;
  writePlace(context, cursor, entry, positionNode, header);
  const targets: ChoiceTarget[] = [
    { to: body, match: null, label: "an element is left" },
    { to: after, match: null, label: "the walk ends" },
  ];
  graph.end({ kind: "choice", at: rangeOf(node, header), targets });
  graph.continueAt(body);
  const nextNode = model.next === null ? undefined : args[model.next];
  if (nextNode !== undefined) {
    const next = loadMember(context, link, "next", node, header, { text });
    const following = member === null ? next : containerOf(context, next, struct, member, node, header);
    writePlace(context, lowerPlace(context, nextNode, frame), following, nextNode, header);
    emit(context, node, header, { kind: "copy", dst: link, src: next });
    lowerBody(context, node, frame, { onBreak: after, onContinue: step });
    graph.startAt(step);
  } else {
    lowerBody(context, node, frame, { onBreak: after, onContinue: step });
    graph.startAt(step);
    const current = readPlace(context, cursor, positionNode, header);
    const at =
      member === null ? current : memberAddress(context, current, struct, member, node, header).address;
    emit(context, node, header, {
      kind: "copy",
      dst: link,
      src: loadMember(context, at, "next", node, header, { text, isStep: true }),
    });
  }
  graph.end({ kind: "jump", to: test });
  graph.continueAt(after);
}

/** A loop about which only its arguments are known; the first one is its cursor. */
function lowerUnknownIterator(
  context: LoweringContext,
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  frame: Frame,
  _jumps: Jumps,
): void {
  const { graph } = context;
  const header: Frame = { ...frame, use: headerRange(node, frame) };
  for (const argument of args.slice(1)) lowerValue(context, argument, frame);
  const [test, body, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  graph.startAt(test);
  const cursor = args[0];
  if (cursor?.type === "identifier") {
    const place = lowerPlace(context, cursor, frame);
    const type = place.kind === "register" ? graph.typeOf(place.variable) : UNKNOWN_TYPE;
    writePlace(context, place, unknownValue(context, cursor, header, type), cursor, header);
  }
  const targets: ChoiceTarget[] = [
    { to: body, match: null, label: "another round" },
    { to: after, match: null, label: "the loop ends" },
  ];
  graph.end({ kind: "choice", at: rangeOf(node, header), targets });
  graph.continueAt(body);
  lowerBody(context, node, frame, { onBreak: after, onContinue: test });
  graph.end({ kind: "jump", to: test });
  graph.continueAt(after);
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
