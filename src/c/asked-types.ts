/**
 * A type table that remembers what it was asked: what was made from its answers
 * can be used again wherever another table gives the same ones.
 */
import type { CType } from "./c-type.ts";
import type { TypeTable } from "./type-table.ts";

type Ask = (types: TypeTable) => unknown;

export interface AskedTypes {
  readonly types: TypeTable;
  /** Whether another table would have answered every question alike. */
  isSameIn(other: TypeTable): boolean;
}

export function askedTypes(types: TypeTable): AskedTypes {
  const asked = new Map<string, { readonly ask: Ask; readonly answer: string }>();
  let same: TypeTable | null = null;
  const note = <T>(key: string, ask: (table: TypeTable) => T): T => {
    const answer = ask(types);
    if (!asked.has(key)) asked.set(key, { ask, answer: written(answer) });
    return answer;
  };
  return {
    types: {
      resolve: (type: CType) => note(`resolve ${written(type)}`, (table) => table.resolve(type)),
      structNamed: (text) => note(`named ${text}`, (table) => table.structNamed(text)),
      fields: (tag) => note(`fields ${tag}`, (table) => table.fields(tag)),
      fieldType: (tag, field) => note(`field ${tag}.${field}`, (table) => table.fieldType(tag, field)),
      sharing: (tag) => note(`sharing ${tag}`, (table) => table.sharing(tag)),
      globalType: (name) => note(`global ${name}`, (table) => table.globalType(name)),
      functionType: (name) => note(`function ${name}`, (table) => table.functionType(name)),
      returnType: (name) => note(`returns ${name}`, (table) => table.returnType(name)),
      parameters: (name) => note(`parameters ${name}`, (table) => table.parameters(name)),
      enumConstant: (name) => note(`constant ${name}`, (table) => table.enumConstant(name)),
    },
    isSameIn(other) {
      if (other === types || other === same) return true;
      for (const { ask, answer } of asked.values()) if (written(ask(other)) !== answer) return false;
      same = other;
      return true;
    },
  };
}

/** Types are small trees of plain objects, always made with their keys in one order. */
function written(answer: unknown): string {
  return JSON.stringify(answer) ?? "";
}
