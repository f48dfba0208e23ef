/**
 * Macros that rename types and mean something else further down the file: `#undef`, or a
 * second definition. What a type's name stands for is then asked where it is written.
 *
 * Hardly any file has one; in all others a name means the same everywhere (`type-table.ts`).
 */
import type { CType } from "./c-type.ts";
import type { MacroTable } from "./macro-table.ts";
import type { SourceFile } from "./syntax.ts";

/** A type under the names that it goes by elsewhere. */
export type Renaming = (type: CType) => CType;

const remembered = new WeakMap<MacroTable, ReadonlySet<string>>();

/** The names that mean something else further down; they mean nothing in other files. */
export function movingAliases({ macros, text }: Pick<SourceFile, "macros" | "text">): ReadonlySet<string> {
  let known = remembered.get(macros);
  if (known === undefined) {
    const moving = macros.all.filter((macro) => isAlias(macro) && macro.to < text.length);
    known = new Set(moving.map(({ name }) => name));
    remembered.set(macros, known);
  }
  return known;
}

export function isAlias({ params, body }: { readonly params: unknown; readonly body: string }): boolean {
  return params === null && /^(?:(?:struct|union)\s+)?[A-Za-z_]\w*$/.test(body);
}

const MOST_STEPS = 8;

/** The names of a type as they stand at an offset. */
export function renamingAt(macros: MacroTable, offset: number): Renaming {
  const nameAt = (name: string): string => {
    let current = name;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const macro = macros.lookup(current.replace(/^(?:struct|union)\s+/, ""), offset);
      if (macro === null || !isAlias(macro)) break;
      current = macro.body;
    }
    return current;
  };
  const rename: Renaming = (type) => {
    switch (type.kind) {
      case "struct":
        return { kind: "struct", tag: nameAt(type.tag).replace(/^(?:struct|union)\s+/, "") };
      case "pointer":
        return { kind: "pointer", to: rename(type.to) };
      case "array":
        return { kind: "array", of: rename(type.of) };
      case "function":
        return { kind: "function", returns: rename(type.returns) };
      case "scalar": {
        const name = nameAt(type.name);
        const tag = /^(?:struct|union)\s+(\w+)$/.exec(name)?.[1];
        return tag === undefined ? { kind: "scalar", name } : { kind: "struct", tag };
      }
      case "unknown":
        return type;
    }
  };
  return rename;
}
