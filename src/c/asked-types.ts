/**
 * A type table that remembers what it was asked: what was made from its answers
 * can be used again wherever another table gives the same ones.
 */
import { type CType, nameIn } from "./c-type.ts";
import { type TypeTable, tablesDifferIn } from "./type-table.ts";

type Ask = (types: TypeTable) => unknown;

export interface AskedTypes {
  readonly types: TypeTable;
  /** Whether another table would have answered every question alike. */
  isSameIn(other: TypeTable): boolean;
}

export function askedTypes(types: TypeTable): AskedTypes {
  const asked = new Map<string, { readonly ask: Ask; readonly answer: unknown }>();
  /** Every name that a question has in it. */
  const names = new Set<string>();
  let same: TypeTable | null = null;
  const note = <T>(key: string, name: string, ask: (table: TypeTable) => T): T => {
    const known = asked.get(key);
    if (known !== undefined) return known.answer as T;
    const answer = ask(types);
    asked.set(key, { ask, answer });
    names.add(name);
    return answer;
  };
  return {
    types: {
      resolve(type: CType) {
        const name = nameIn(type);
        return name === null ? types.resolve(type) : note(keyOf(type), name, (table) => table.resolve(type));
      },
      structNamed(text) {
        for (const word of text.match(/\w+/g) ?? []) names.add(word);
        return note(`named ${text}`, text, (table) => table.structNamed(text));
      },
      fields: (tag) => note(`fields ${tag}`, tag, (table) => table.fields(tag)),
      fieldType: (tag, field) => note(`field ${tag}.${field}`, tag, (table) => table.fieldType(tag, field)),
      sharing: (tag) => note(`sharing ${tag}`, tag, (table) => table.sharing(tag)),
      globalType: (name) => note(`global ${name}`, name, (table) => table.globalType(name)),
      functionType: (name) => note(`function ${name}`, name, (table) => table.functionType(name)),
      returnType: (name) => note(`returns ${name}`, name, (table) => table.returnType(name)),
      parameters: (name) => note(`parameters ${name}`, name, (table) => table.parameters(name)),
      isNoReturn: (name) => note(`noreturn ${name}`, name, (table) => table.isNoReturn(name)),
      enumConstant: (name) => note(`constant ${name}`, name, (table) => table.enumConstant(name)),
    },
    isSameIn(other) {
      if (other === types || other === same) return true;
      const differing = tablesDifferIn(types, other);
      if (differing !== null && !meets(differing, names)) return true;
      for (const { ask, answer } of asked.values()) if (!isEqual(ask(other), answer)) return false;
      same = other;
      return true;
    },
  };
}

function meets(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const [few, many] = left.size < right.size ? [left, right] : [right, left];
  for (const one of few) if (many.has(one)) return true;
  return false;
}

function keyOf(type: CType): string {
  switch (type.kind) {
    case "struct":
      return `s ${type.tag}`;
    case "pointer":
      return `*${keyOf(type.to)}`;
    case "array":
      return `[${keyOf(type.of)}`;
    case "function":
      return `(${keyOf(type.returns)}`;
    case "scalar":
      return `n ${type.name}`;
    case "unknown":
      return "?";
  }
}

/** Of small trees of plain objects and lists, always made with their keys in one order. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), Object.entries(other)];
  if (left.length !== right.length) return false;
  return left.every(([key, value], at) => right[at]?.[0] === key && isEqual(value, right[at]?.[1]));
}
