/** What one top-level item declares: structs, type names, constants, variables, functions. */
import type { CType } from "./c-type.ts";
import {
  declaratorsOf,
  fieldOf,
  type Parameter,
  parametersOf,
  returnTypeOf,
  specifiedType,
  tagAfter,
} from "./declarator.ts";
import { enumeratorsOf } from "./enumerators.ts";
import type { SyntaxNode, TopLevelItem } from "./syntax.ts";

export interface Field {
  readonly name: string;
  readonly type: CType;
}

export interface Member extends Field {
  /** Members of one union, by a number for the union in its struct; those of one alternative lie side by side. */
  readonly overlay?: { readonly union: number; readonly alternative: number };
  /** Bit-fields without anything between them, by a number for the run: they are written together. */
  readonly word?: number;
}

export interface FunctionSignature {
  readonly name: string;
  readonly returns: CType;
  readonly parameters: readonly Parameter[];
  readonly isDefinition: boolean;
}

/** A macro call at file level, such as `DEFINE_SPINLOCK(lock);`. */
interface FileLevelCall {
  readonly macro: string;
  /** Offsets of the arguments in the item. */
  readonly args: readonly { readonly start: number; readonly end: number }[];
}

export interface DeclarationFacts {
  readonly structs: readonly { readonly tag: string; readonly fields: readonly Member[] }[];
  readonly typeNames: readonly Field[];
  /** Value null: not a plain number. */
  readonly constants: readonly { readonly name: string; readonly value: number | null }[];
  readonly variables: readonly Field[];
  readonly functions: readonly FunctionSignature[];
  readonly calls: readonly FileLevelCall[];
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] extends readonly (infer E)[] ? E[] : T[key] };

/** Equal items of several versions share their tree, and with it their facts. */
const remembered = new WeakMap<SyntaxNode, DeclarationFacts>();

export function declarationFactsOf(item: TopLevelItem): DeclarationFacts {
  const tree = item.head;
  const known = remembered.get(tree);
  if (known !== undefined) return known;
  const facts: Mutable<DeclarationFacts> = {
    structs: [],
    typeNames: [],
    constants: [],
    variables: [],
    functions: [],
    calls: [],
  };
  for (const node of tree.children) visit(node, item.headText, facts);
  remembered.set(tree, facts);
  return facts;
}

function visit(node: SyntaxNode, text: string, facts: Mutable<DeclarationFacts>): void {
  switch (node.type) {
    case "declaration":
      visitSpecifier(node, text, facts, "");
      for (const { name, type } of declaratorsOf(node, text)) {
        if (type.kind === "function") {
          const parameters = parametersOf(node, text);
          facts.functions.push({ name, returns: type.returns, parameters, isDefinition: false });
        } else facts.variables.push({ name, type });
      }
      return;
    case "type_definition":
      visitSpecifier(node, text, facts, "");
      facts.typeNames.push(...declaratorsOf(node, text).map(({ name, type }) => ({ name, type })));
      return;
    case "struct_specifier":
    case "union_specifier":
    case "enum_specifier":
      visitType(node, text, facts, null);
      return;
    case "function_definition":
      visitFunction(node, text, facts);
      return;
    case "expression_statement":
      visitCall(node, text, facts);
      return;
    default:
      // A damaged item is a gap already; what can still be read of it is not looked for here.
      return;
  }
}

function visitFunction(node: SyntaxNode, text: string, facts: Mutable<DeclarationFacts>): void {
  let name = fieldOf(node, "declarator");
  while (name !== null && name.type !== "identifier")
    name =
      fieldOf(name, "declarator") ?? name.children.find((child) => /declarator$/.test(child.type)) ?? null;
  if (name !== null)
    facts.functions.push({
      name: text.slice(name.start, name.end),
      returns: returnTypeOf(node, text),
      parameters: parametersOf(node, text),
      isDefinition: true,
    });
  const body = fieldOf(node, "body");
  if (body !== null && /\b(struct|union|enum)\b[^;(){]*\{/.test(text.slice(body.start, body.end)))
    visitLocalTypes(body, text, facts);
}

/** Types that a function declares for itself: local structs without a tag are named after their variable. */
function visitLocalTypes(node: SyntaxNode, text: string, facts: Mutable<DeclarationFacts>): void {
  if (node.type === "declaration" || node.type === "type_definition") visitSpecifier(node, text, facts, "");
  for (const child of node.children) visitLocalTypes(child, text, facts);
}

/** The type in front of a declaration's names, where it has a body. */
function visitSpecifier(
  node: SyntaxNode,
  text: string,
  facts: Mutable<DeclarationFacts>,
  owner: string,
): void {
  const type = fieldOf(node, "type");
  if (type === null || fieldOf(type, "body") === null) return;
  const first = declaratorsOf(node, text, owner)[0]?.name ?? null;
  visitType(type, text, facts, tagAfter(owner, first));
}

function visitType(
  node: SyntaxNode,
  text: string,
  facts: Mutable<DeclarationFacts>,
  unnamed: string | null,
): void {
  const body = fieldOf(node, "body");
  if (body === null) return;
  if (node.type === "enum_specifier") {
    facts.constants.push(...enumeratorsOf(body, text));
    return;
  }
  const type = specifiedType(node, text, unnamed);
  if (type.kind === "struct")
    facts.structs.push({ tag: type.tag, fields: membersOf(node, { text, facts, owner: type.tag }) });
}

interface Around {
  readonly text: string;
  readonly facts: Mutable<DeclarationFacts>;
  readonly owner: string;
}

/** Members in order; those of unnamed structs and unions count as the outer struct's own. */
function membersOf(specifier: SyntaxNode, around: Around): Member[] {
  const isUnion = specifier.type === "union_specifier";
  const members: Member[] = [];
  let word: number | null = null;
  for (const [alternative, node] of (fieldOf(specifier, "body")?.children ?? []).entries()) {
    if (node.type !== "field_declaration") continue;
    word = isBitField(node, around.text) && !isUnion ? (word ?? node.start) : null;
    const where = {
      ...(isUnion && { overlay: { union: specifier.start, alternative } }),
      ...(word !== null && { word }),
    };
    members.push(...membersAt(node, around).map((member) => ({ ...member, ...where })));
  }
  return members;
}

/** `: 0` is none: it ends a run of bit-fields. */
function isBitField(node: SyntaxNode, text: string): boolean {
  const bits = node.children.find((child) => child.type === "bitfield_clause");
  return bits !== undefined && !/^:\s*0$/.test(text.slice(bits.start, bits.end).trim());
}

function membersAt(node: SyntaxNode, around: Around): Member[] {
  const { text, facts, owner } = around;
  const declared = declaratorsOf(node, text, owner);
  const type = fieldOf(node, "type");
  const inner = type === null ? null : fieldOf(type, "body");
  if (declared.length === 0 && type !== null && inner !== null && type.type !== "enum_specifier")
    return membersOf(type, around);
  visitSpecifier(node, text, facts, owner);
  return declared.map((field) => ({ name: field.name, type: field.type }));
}

function visitCall(statement: SyntaxNode, text: string, facts: Mutable<DeclarationFacts>): void {
  let [call] = statement.children;
  if (call?.type === "assignment_expression") call = fieldOf(call, "left") ?? undefined;
  const callee = call?.type === "call_expression" ? fieldOf(call, "function") : null;
  const list = call === undefined ? null : fieldOf(call, "arguments");
  if (callee?.type !== "identifier" || list === null) return;
  facts.calls.push({
    macro: text.slice(callee.start, callee.end),
    args: list.children.map(({ start, end }) => ({ start, end })),
  });
}
