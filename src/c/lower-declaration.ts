/**
 * Lowers declarations in a function: locals with their initialisers, globals by another name,
 * variables that a macro defines.
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import { type Declared, declaratorsOf } from "./declarator.ts";
import type { SourceRange, VariableId } from "./instruction.ts";
import { noteCleanup } from "./lower-cleanup.ts";
import { lowerConstant, memberAddress } from "./lower-place.ts";
import { childOf, emit, type Frame, type LoweringContext, textOf } from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";
import { isTypeOfValue, typeHere } from "./type-here.ts";

/** A macro that defines a variable in a function: `static DEFINE_SPINLOCK(l);`, `LIST_HEAD(l);`. */
export function defineByMacro(
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

export function lowerDeclaration(context: LoweringContext, node: SyntaxNode, frame: Frame): void {
  const storage = node.children.find((child) => child.type === "storage_class_specifier");
  const elsewhere = storage === undefined ? null : /static|extern/.exec(textOf(storage, frame))?.[0];
  const specifier = childOf(node, "type");
  const known = specifier === null ? null : typeHere(context, specifier, frame);
  const ofValue = specifier !== null && isTypeOfValue(specifier, frame);
  const declarators = declaratorsOf(node, frame.text, "", known);
  for (const [index, declarator] of declarators.entries()) {
    const { name, initializer } = declarator;
    lowerLengths(context, declarator.node, frame);
    if (elsewhere != null) {
      const global = elsewhere === "extern" ? name : `${context.functionName}.${name}`;
      const type = context.types.resolve(declarator.type);
      context.scopes.at(-1)?.set(name, { kind: "global", name: global, type });
    } else if (ofValue && initializer !== null) declareByValue(context, declarator, initializer, frame);
    else {
      // Attributes stand in front of all names, or behind one of them.
      const stretches = [
        { start: node.start, end: declarators[0]?.node.start ?? node.end },
        { start: declarator.node.start, end: declarators[index + 1]?.node.start ?? node.end },
      ];
      declareVariable(context, declarator, stretches, frame);
    }
  }
}

/** @param stretches what the declaration says of this variable */
function declareVariable(
  context: LoweringContext,
  { name, type: written, initializer, node }: Declared,
  stretches: readonly SourceRange[],
  frame: Frame,
): void {
  const type = context.types.resolve(written);
  const variable = declareLocal(context, name, type);
  // The initialiser is in the scope of the name, as C has it.
  context.scopes.at(-1)?.set(name, { kind: "variable", variable });
  noteCleanup(context, stretches, frame, { variable, name });
  if (initializer !== null) lowerInitializer(context, variable, type, initializer, frame);
  else if (context.graph.variables[variable]?.inMemory !== true)
    emit(context, node, frame, { kind: "unknown", dst: variable });
}

/** `__auto_type x = value;`: the name is not there yet where the value is computed. */
function declareByValue(
  context: LoweringContext,
  { name }: Declared,
  initializer: SyntaxNode,
  frame: Frame,
): void {
  const src = context.walk.value(initializer, frame);
  const type = context.graph.typeOf(src);
  const variable = declareLocal(context, name, type);
  context.scopes[context.scopes.length - 1]?.set(name, { kind: "variable", variable });
  if (context.graph.variables[variable]?.inMemory === true)
    storeLocal(context, variable, src, type, initializer, frame);
  else emit(context, initializer, frame, { kind: "copy", dst: variable, src });
}

/** The lengths of an array are computed where it is declared, unless they are constants. */
function lowerLengths(context: LoweringContext, declarator: SyntaxNode, frame: Frame): void {
  for (let at: SyntaxNode | null = declarator; at !== null; at = childOf(at, "declarator")) {
    const length = childOf(at, "size");
    if (length !== null && readsMemory(length)) context.walk.value(length, frame);
  }
}

function readsMemory(node: SyntaxNode): boolean {
  if (node.type === "sizeof_expression") return false;
  return /^(?:field|subscript|pointer|call)_expression$/.test(node.type) || node.children.some(readsMemory);
}

function declareLocal(context: LoweringContext, name: string, type: CType): VariableId {
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
    const src = context.walk.value(initializer, frame);
    if (!inMemory) emit(context, initializer, frame, { kind: "copy", dst: variable, src });
    else storeLocal(context, variable, src, type, initializer, frame);
    return;
  }
  if (type.kind === "struct") lowerMembers(context, { variable, type }, initializer, frame);
  else if (type.kind === "array" && type.of.kind === "pointer")
    lowerRow(context, { variable, type, of: type.of }, initializer, frame);
  else context.walk.value(initializer, frame);
}

/** `{ .a = x, y }`: what has no name fills the member behind the last. */
function lowerMembers(
  context: LoweringContext,
  { variable, type }: { readonly variable: VariableId; readonly type: CType & { readonly kind: "struct" } },
  initializer: SyntaxNode,
  frame: Frame,
): void {
  const names = (context.types.fields(type.tag) ?? []).map(({ name }) => name);
  const base = localAddress(context, variable, type, initializer, frame);
  let next = 0;
  for (const pair of initializer.children) {
    const value = pair.type === "initializer_pair" ? childOf(pair, "value") : pair;
    const member = childOf(pair, "designator")?.children[0];
    const field = member === undefined ? names[next] : textOf(member, frame);
    next = field === undefined ? next + 1 : names.indexOf(field) + 1;
    const isPlain = value !== null && value.type !== "initializer_list" && field !== undefined;
    if (!isPlain) {
      context.walk.value(pair, frame);
      continue;
    }
    const src = context.walk.value(value, frame);
    const { address } = memberAddress(context, base, type.tag, field, pair, frame);
    emit(context, pair, frame, { kind: "store", address, src, text: textOf(pair, frame) });
  }
}

/** A row of pointers, filled from its beginning. */
function lowerRow(
  context: LoweringContext,
  { variable, type, of }: { readonly variable: VariableId; readonly type: CType; readonly of: CType },
  initializer: SyntaxNode,
  frame: Frame,
): void {
  if (initializer.children.some((child) => child.type === "initializer_pair")) {
    context.walk.value(initializer, frame);
    return;
  }
  for (const [at, child] of initializer.children.entries()) {
    const src = context.walk.value(child, frame);
    const base = localAddress(context, variable, type, child, frame);
    const index = lowerConstant(context, child, frame, at);
    const address = context.graph.temporary({ kind: "pointer", to: of });
    emit(context, child, frame, { kind: "element", dst: address, base, index });
    emit(context, child, frame, { kind: "store", address, src, text: textOf(child, frame) });
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
