/**
 * What reading C must be told about a platform: the parts of its pack that `c/` asks for,
 * in the shape in which it asks.
 */
import type { Dialect, Macro, TypeTableOptions } from "../c/index.ts";
import type { FunctionModel, Platform } from "./driver-model.ts";

export function dialectOf(platform: Platform): Dialect {
  return {
    containers: platform.containers,
    neighbours: platform.neighbours ?? new Map(),
    iterators: platform.iterators,
    asserts: platform.asserts,
    endsPath: (callee) => {
      const model = platform.functions.get(callee);
      if (model?.noReturn !== true) return null;
      return model.debugOnly === true ? "in debug builds" : "always";
    },
    definitionBy: (callee) => {
      if (platform.lockDefinitions.has(callee)) return { isStatic: true, struct: null };
      const type = platform.variableDefinitions?.get(callee);
      if (type === undefined) return null;
      return { isStatic: false, struct: /^struct\s+(\w+)$/.exec(type)?.[1] ?? null };
    },
    isHarmless: (callee) => isHarmless(platform.functions.get(callee)),
    actsOnLock: (callee) => (platform.functions.get(callee)?.lock ?? null) !== null,
    argumentOfType: (callee) => (platform.functions.get(callee)?.ownProcessor === undefined ? null : 0),
    transparentArgument: (callee) => platform.functions.get(callee)?.transparent ?? null,
    dispatcher: (callee) => {
      const row = platform.dispatchers?.get(callee);
      return row === undefined || row.table === null ? null : { ...row, table: row.table };
    },
  };
}

function isHarmless(model: FunctionModel | undefined): boolean {
  if (model === undefined || model.lock !== null || model.noReturn || model.allocates) return false;
  return (
    model.frees === null && model.writes.length + model.publishes.length + model.unpublishes.length === 0
  );
}

/** Variables that macros define, and lock types, which stay whole. */
export function typeOptionsOf(platform: Platform): TypeTableOptions {
  const locks = [...platform.lockDefinitions].map(([macro, { type }]) => [macro, type] as const);
  return {
    definingMacros: new Map([...(platform.variableDefinitions ?? []), ...locks]),
    opaqueTypes: platform.lockTypes,
  };
}

/** Macros of headers that are not read, in force everywhere in a file. */
export function headerMacrosOf(platform: Platform): ReadonlyMap<string, Macro> {
  const macros = [...(platform.macros ?? [])].map(([name, { parameters, body }]): [string, Macro] => [
    name,
    { name, params: parameters, body, from: 0, to: Number.POSITIVE_INFINITY },
  ]);
  return new Map(macros);
}
