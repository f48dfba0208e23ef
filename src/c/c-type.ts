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
