/** Macros of one file, by position: what a name stands for at an offset. */

export interface Macro {
  readonly name: string;
  /** Parameter names, or null for an object-like macro. `"..."` last when variadic. */
  readonly params: readonly string[] | null;
  /** Replacement text with continuation lines joined and comments blanked, trimmed. */
  readonly body: string;
  /** Offset in the file of the `#define`, and of the `#undef` or redefinition that ends it. */
  readonly from: number;
  readonly to: number;
}

export interface MacroTable {
  /** The definition in force at an offset, or null. */
  lookup(name: string, offset: number): Macro | null;
  readonly all: readonly Macro[];
}
