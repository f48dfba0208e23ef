/** Which of the names that a pack knows a tree's files declare. */
import type { TypeTable } from "../c/index.ts";
import { formatLockName } from "../drivers/index.ts";
import type { Pack, TreeNames } from "./bind-pack.ts";

/**
 * @param types of the driver's files, read with the platform's `typeOptionsOf`
 * @returns the declared ones among the names in the pack; others are not looked for
 */
export function treeNamesOf(pack: Pack, types: TypeTable): TreeNames {
  const structs = new Map<string, readonly string[]>();
  for (const struct of structsIn(pack)) {
    const fields = types.fields(struct);
    if (fields !== null) {
      structs.set(
        struct,
        fields.map((field) => field.name),
      );
    }
  }
  return {
    structs,
    globals: new Set(globalsIn(pack).filter((name) => types.globalType(name) !== null)),
    functions: new Set(functionsIn(pack).filter((name) => types.returnType(name) !== null)),
  };
}

function structsIn(pack: Pack): ReadonlySet<string> {
  return new Set([
    ...(pack.model.types ?? []).map((type) => type.struct),
    ...needed(pack, "struct"),
    ...needed(pack, "field").map((name) => name.split(".")[0] ?? name),
    ...pack.rules.flatMap((rule) => rule.guards.map((guard) => guard.struct)),
  ]);
}

function globalsIn(pack: Pack): readonly string[] {
  const locks = pack.model.locks.filter((lock) => lock.kind === "global").map(formatLockName);
  const guarded = pack.rules.flatMap((rule) => (rule.globals ?? []).map((guard) => guard.global));
  return [...needed(pack, "global"), ...locks, ...guarded];
}

function functionsIn(pack: Pack): readonly string[] {
  return needed(pack, "function");
}

function needed(pack: Pack, kind: "struct" | "field" | "global" | "function"): readonly string[] {
  return pack.model.needs.filter((need) => need.kind === kind).flatMap((need) => need.anyOf ?? [need.name]);
}
