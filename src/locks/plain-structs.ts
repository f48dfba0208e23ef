/**
 * Guarded structs that nothing but plain pointers leads to: no part of them is a link of a list or
 * tree of its own kind. Who takes the pointer out of its cell has the object for itself.
 */
import type { CType, TypeTable } from "../c/index.ts";
import type { GuardTable } from "./guards.ts";

export function plainStructsIn({ guards }: GuardTable, types: TypeTable): ReadonlySet<string> {
  const whole = guards.flatMap(({ struct, fields }) => (struct !== null && fields === "all" ? [struct] : []));
  return new Set(
    whole.filter((tag) => types.fields(tag)?.every(({ type }) => !mayLink(types.resolve(type), types))),
  );
}

/** A struct inside that points to its like, as the links of lists and trees do, or of which nothing is known. */
function mayLink(type: CType, types: TypeTable): boolean {
  if (type.kind === "array") return mayLink(types.resolve(type.of), types);
  if (type.kind !== "struct") return false;
  const { tag } = type;
  return (
    types.fields(tag)?.some(({ type: member }) => {
      const own = types.resolve(member);
      return mayLink(own, types) || leadsTo(own, tag, types);
    }) ?? true
  );
}

function leadsTo(type: CType, tag: string, types: TypeTable): boolean {
  if (type.kind === "struct") return type.tag === tag;
  return type.kind === "pointer" && leadsTo(types.resolve(type.to), tag, types);
}
