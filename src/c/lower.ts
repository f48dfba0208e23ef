/**
 * Lowers one function definition to its control-flow graph.
 *
 * In: a top-level item, the macros in force in its file, the types of the program.
 * Out: `FunctionIr`; null when the item holds no function body.
 */
import type { CType } from "./c-type.ts";
import { parametersOf } from "./declarator.ts";
import type { Dialect } from "./dialect.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { FunctionIr, VariableId } from "./instruction.ts";
import { cleanupsOf } from "./lower-cleanup.ts";
import { lowerCondition, lowerPlace, lowerValue } from "./lower-expression.ts";
import { lowerCompoundValue, lowerStatement } from "./lower-statement.ts";
import { type Binding, childOf, emit, type Frame, type LoweringContext } from "./lowering-context.ts";
import type { ParseCache } from "./parse-cache.ts";
import type { SourceFile, SyntaxNode, TopLevelItem, WrittenText } from "./syntax.ts";
import { type TypeTable, typesAt } from "./type-table.ts";

export interface LoweringInput {
  readonly file: SourceFile;
  readonly item: TopLevelItem;
  readonly types: TypeTable;
  readonly dialect: Dialect;
  readonly cache: ParseCache;
}

export function lowerFunction(input: LoweringInput): FunctionIr | null {
  const definition = definitionIn(input.item.root);
  if (definition === undefined || input.item.name === null) return null;
  // A local whose address only a macro takes is found while lowering: then once more, with it in memory.
  let inMemory = addressTakenIn(definition, writtenText(input.item).masked);
  for (;;) {
    const attempt = lowerWith(input, input.item.name, definition, inMemory);
    const missed = [...attempt.missed].filter((name) => !inMemory.has(name));
    if (missed.length === 0) return attempt.ir;
    inMemory = new Set([...inMemory, ...missed]);
  }
}

function lowerWith(
  input: LoweringInput,
  name: string,
  definition: SyntaxNode,
  inMemory: ReadonlySet<string>,
): { ir: FunctionIr; missed: ReadonlySet<string> } {
  const { file, item, dialect } = input;
  const types = typesAt(input.types, file, item.offset);
  const graph = new GraphBuilder();
  const { masked: text, source } = writtenText(item);
  // What a macro writes stands where it is used, all of it.
  const use = item.expansion === null ? null : { start: 0, end: item.source.length };
  const frame: Frame = { text, source, use, hidden: new Set(), macroUses: item.macroUses };
  const missed = new Set<string>();
  const context: LoweringContext = {
    graph,
    types,
    dialect,
    macros: file.macros,
    cache: input.cache,
    functionName: name,
    itemOffset: item.offset,
    met: new Set(),
    shared: new Map(),
    scopes: [new Map()],
    labels: new Map(),
    blocks: [],
    cleansUp: cleanupsOf(file, item).length > 0,
    cleanups: [],
    keptAt: new Map(),
    inMemory,
    missedInMemory: missed,
    walk: {
      value: (node, inner) => lowerValue(context, node, inner),
      place: (node, inner) => lowerPlace(context, node, inner),
      condition: (node, inner, whenTrue, whenFalse) =>
        lowerCondition(context, node, inner, whenTrue, whenFalse),
      statement: (node, inner, jumps) => lowerStatement(context, node, inner, jumps),
      compound: (node, inner) => lowerCompoundValue(context, node, inner),
    },
  };
  const head = item.headText === text ? definition : (definitionIn(item.head) ?? definition);
  const parameters = declareParameters(context, head, {
    ...frame,
    text: item.headText,
    source: item.headText,
    use: head === definition ? use : { start: 0, end: definition.end - definition.start },
  });
  const body = childOf(definition, "body");
  if (body !== null) lowerStatement(context, body, frame, { onBreak: null, onContinue: null });
  const end = text.lastIndexOf("}", definition.end - 1);
  const { blocks, order, loopHeads } = graph.finish(use ?? { start: end, end: end + 1 });
  const ir: FunctionIr = {
    name,
    isStatic: head.children.some(
      (child) =>
        child.type === "storage_class_specifier" && item.headText.slice(child.start, child.end) === "static",
    ),
    attributes: item.attributes,
    returnType: types.returnType(name) ?? { kind: "unknown" },
    variables: graph.variables,
    parameters,
    shared: context.shared,
    blocks,
    order,
    loopHeads,
  };
  return { ir, missed };
}

function definitionIn(root: SyntaxNode): SyntaxNode | undefined {
  return root.children.find((child) => child.type === "function_definition");
}

/** The text that an item's tree indexes, and how it came out of the file or of a macro. */
function writtenText({ expansion, masked, source }: TopLevelItem): WrittenText {
  return expansion ?? { masked, source };
}

function declareParameters(context: LoweringContext, definition: SyntaxNode, frame: Frame): VariableId[] {
  const scope = context.scopes[0] ?? new Map<string, Binding>();
  return parametersOf(definition, frame.text).map((parameter) => {
    const name = parameter.name ?? "";
    const type: CType = context.types.resolve(parameter.type);
    const variable = context.graph.newVariable({ name, type, kind: "parameter", inMemory: false });
    if (!context.inMemory.has(name) && type.kind !== "struct") {
      scope.set(name, { kind: "variable", variable });
      return variable;
    }
    // A parameter whose address is taken is copied to memory on entry.
    const local = context.graph.newVariable({ name, type, kind: "local", inMemory: true });
    scope.set(name, { kind: "variable", variable: local });
    const address = context.graph.temporary({ kind: "pointer", to: type });
    emit(context, definition, frame, { kind: "address-of-local", dst: address, local });
    emit(context, definition, frame, { kind: "store", address, src: variable, text: name });
    return variable;
  });
}

/** Names that stand under `&`, directly or as the struct whose member's address is taken. */
function addressTakenIn(definition: SyntaxNode, text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === "pointer_expression" && text[node.start] === "&") {
      let target = node.children.find((child) => child.field === "argument");
      while (target?.type === "parenthesized_expression") target = target.children[0];
      if (target?.type === "identifier") names.add(text.slice(target.start, target.end));
    }
    for (const child of node.children) visit(child);
  };
  visit(definition);
  return names;
}
