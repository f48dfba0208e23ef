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

/** Macros by name, wherever they stand. */
export type MacroSource = Pick<ReadonlyMap<string, Macro>, "get">;

/** Whether it is in force everywhere. */
export function isFromHeader({ to }: Macro): boolean {
  return to === Number.POSITIVE_INFINITY;
}

/** The macros of a file with those of headers that are not read behind them. */
export function withHeaders(own: MacroTable, headers: MacroSource | undefined): MacroTable {
  if (headers === undefined) return own;
  return { all: own.all, lookup: (name, offset) => own.lookup(name, offset) ?? headers.get(name) ?? null };
}
