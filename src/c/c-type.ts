/** The types that the analysis needs: what a name points to, and which struct it is in. */

export type CType =
  | { readonly kind: "struct"; readonly tag: string }
  | { readonly kind: "pointer"; readonly to: CType }
  | { readonly kind: "array"; readonly of: CType }
  /** A number or anything without members, by its spelling: `int`, `spinlock_t`. */
  | { readonly kind: "scalar"; readonly name: string }
  | { readonly kind: "function"; readonly returns: CType }
  | { readonly kind: "unknown" };

export const UNKNOWN_TYPE: CType = { kind: "unknown" };

/** The one name that a type is made of; null where it is not known. */
export function nameIn(type: CType): string | null {
  switch (type.kind) {
    case "struct":
      return type.tag;
    case "pointer":
      return nameIn(type.to);
    case "array":
      return nameIn(type.of);
    case "function":
      return nameIn(type.returns);
    case "scalar":
      return type.name;
    case "unknown":
      return null;
  }
}
