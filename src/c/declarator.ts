/**
 * Declarations to names and types: C's inside-out declarators, read from the tree.
 *
 * A type name comes out as a scalar of that spelling; what it stands for is the
 * type table's to say (`resolve`).
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import type { SyntaxNode } from "./syntax.ts";

/** One name of a declaration. */
export interface Declared {
  readonly name: string;
  readonly type: CType;
  /** The expression or initialiser list behind `=`, or null. */
  readonly initializer: SyntaxNode | null;
  /** Its declarator, with the initialiser. */
  readonly node: SyntaxNode;
}

export interface Parameter {
  /** Null in a prototype without names. */
  readonly name: string | null;
  readonly type: CType;
}

const SPECIFIERS = /^(struct|union|enum)_specifier$/;

/**
 * The names that a `declaration`, `field_declaration` or `type_definition` declares, in order. `text` is
 * what the node's offsets index. An unnamed struct is tagged after the first name: `owner` is the tag of
 * the struct around, if any, so that `struct s { struct { … } t; }` gives `s.t`. `known` is the type in front
 * of the names where their text does not tell it.
 */
export function declaratorsOf(
  declaration: SyntaxNode,
  text: string,
  owner = "",
  known: CType | null = null,
): Declared[] {
  const declarators = declaration.children.filter((child) => child.field === "declarator");
  const names = declarators.map((declarator) => nameIn(declarator, text));
  const base = known ?? typeOf(declaration, text, tagAfter(owner, names[0] ?? null));
  return declarators.flatMap((declarator) => {
    const initialised = declarator.type === "init_declarator";
    const inner = initialised ? fieldOf(declarator, "declarator") : declarator;
    const read = inner === null ? null : unwind(inner, base, text);
    if (read === null || read.name === null) return [];
    const initializer = initialised ? fieldOf(declarator, "value") : null;
    return [{ name: read.name, type: read.type, initializer, node: declarator }];
  });
}

/** The tag that an unnamed struct gets after the name it is declared for. */
export function tagAfter(owner: string, name: string | null): string | null {
  if (name === null) return null;
  return owner === "" ? name : `${owner}.${name}`;
}

/** The parameters of a `function_definition`, or of a declaration of a function. `(void)` has none. */
export function parametersOf(definition: SyntaxNode, text: string): Parameter[] {
  const list = parameterListIn(definition);
  if (list === null) return [];
  const parameters = list.children
    .filter((child) => child.type === "parameter_declaration")
    .map((child) => parameterOf(child, text));
  const [only] = parameters;
  const isVoid =
    parameters.length === 1 &&
    only?.name === null &&
    only.type.kind === "scalar" &&
    only.type.name === "void";
  return isVoid ? [] : parameters;
}

function parameterOf(node: SyntaxNode, text: string): Parameter {
  const base = typeOf(node, text, null);
  const declarator = fieldOf(node, "declarator");
  if (declarator === null) return { name: null, type: base };
  const { name, type } = unwind(declarator, base, text);
  // C passes arrays and functions as pointers.
  if (type.kind === "array") return { name, type: { kind: "pointer", to: type.of } };
  return { name, type: type.kind === "function" ? { kind: "pointer", to: type } : type };
}

/** The parameter list of the innermost function declarator: that of the function itself. */
function parameterListIn(definition: SyntaxNode): SyntaxNode | null {
  let list: SyntaxNode | null = null;
  for (let node = fieldOf(definition, "declarator"); node !== null; node = innerDeclarator(node))
    if (node.type === "function_declarator") list = fieldOf(node, "parameters") ?? list;
  return list;
}

/** The type that a function definition returns. */
export function returnTypeOf(definition: SyntaxNode, text: string): CType {
  const declarator = fieldOf(definition, "declarator");
  const base = typeOf(definition, text, null);
  if (declarator === null) return base;
  const { type } = unwind(declarator, base, text);
  return type.kind === "function" ? type.returns : UNKNOWN_TYPE;
}

/** The type of a `type_descriptor`, as in casts, `sizeof` and compound literals. */
export function typeOfDescriptor(descriptor: SyntaxNode, text: string, known: CType | null = null): CType {
  const base = known ?? typeOf(descriptor, text, null);
  const declarator = fieldOf(descriptor, "declarator");
  return declarator === null ? base : unwind(declarator, base, text).type;
}

/** The type in front of the declarators. `unnamed` is the tag for a struct without one. */
function typeOf(declaration: SyntaxNode, text: string, unnamed: string | null): CType {
  const node = fieldOf(declaration, "type");
  return node === null ? UNKNOWN_TYPE : specifiedType(node, text, unnamed);
}

/** The type that one type specifier names. */
export function specifiedType(node: SyntaxNode, text: string, unnamed: string | null): CType {
  if (SPECIFIERS.test(node.type)) {
    const name = fieldOf(node, "name");
    const tag = name === null ? unnamed : text.slice(name.start, name.end);
    if (node.type === "enum_specifier")
      return { kind: "scalar", name: tag === null ? "enum" : `enum ${tag}` };
    return tag === null ? UNKNOWN_TYPE : { kind: "struct", tag };
  }
  const spelling = text.slice(node.start, node.end).replace(/\s+/g, " ");
  return /^(__)?typeof/.test(spelling) ? UNKNOWN_TYPE : { kind: "scalar", name: spelling };
}

/** From the outermost declarator inwards, each layer wraps the type so far. */
function unwind(declarator: SyntaxNode, base: CType, text: string): { name: string | null; type: CType } {
  let type = base;
  let node: SyntaxNode | null = declarator;
  while (node !== null) {
    if (/^(identifier|field_identifier|type_identifier)$/.test(node.type))
      return { name: text.slice(node.start, node.end), type };
    if (/pointer_declarator$/.test(node.type)) type = { kind: "pointer", to: type };
    else if (/array_declarator$/.test(node.type)) type = { kind: "array", of: type };
    else if (/function_declarator$/.test(node.type)) type = { kind: "function", returns: type };
    node = innerDeclarator(node);
  }
  return { name: null, type };
}

function nameIn(declarator: SyntaxNode, text: string): string | null {
  return unwind(declarator, UNKNOWN_TYPE, text).name;
}

function innerDeclarator(node: SyntaxNode): SyntaxNode | null {
  const inner = fieldOf(node, "declarator");
  if (inner !== null) return inner;
  return (
    node.children.find((child) => /(declarator|^identifier|^(field|type)_identifier)$/.test(child.type)) ??
    null
  );
}

/** The first child that fills a field, or null. */
export function fieldOf(node: SyntaxNode, field: string): SyntaxNode | null {
  return node.children.find((child) => child.field === field) ?? null;
}
