/**
 * What lowering must be told about a code base's macros. The spellings come from
 * outside; nothing here names one.
 */

export interface Dialect {
  /** `container_of`-like macros: argument positions; `follows` is a link field that is read first. */
  readonly containers: ReadonlyMap<
    string,
    {
      readonly pointer: number;
      readonly type: number;
      readonly member: number;
      readonly follows: string | null;
    }
  >;
  /** Macros from an entry to its neighbour on a list, by their arguments; `follows` is the link's member that is read. */
  readonly neighbours: ReadonlyMap<
    string,
    { readonly entry: number; readonly member: number; readonly follows: string }
  >;
  /** Macros that walk a list. */
  readonly iterators: ReadonlyMap<
    string,
    {
      readonly position: number;
      readonly yields: "entry" | "link";
      readonly head: number;
      readonly member: number | null;
      readonly next: number | null;
    }
  >;
  /** Macros that state a condition. */
  readonly asserts: ReadonlyMap<string, { readonly holds: "true" | "false" | "hint" }>;
  /** Calls after which control does not go on: never, or not in debug builds. */
  endsPath(callee: string): "always" | "in debug builds" | null;
  /**
   * Macros that define a variable, which is their last argument: one for all calls
   * (locks are static), or a local struct of that tag. Null for any other.
   */
  definitionBy(callee: string): { readonly isStatic: boolean; readonly struct: string | null } | null;
  /** Calls that only read their arguments: a message macro that ends in one need not be expanded. */
  isHarmless(callee: string): boolean;
  /** Calls that act on a lock: what a macro of that name expands to says less. */
  actsOnLock(callee: string): boolean;
  /** The argument that a value wrapper such as `likely` stands for, or null. */
  transparentArgument(callee: string): number | null;
  /** The argument whose type a call without a prototype has: it makes another pointer of the same kind. Null for any other. */
  argumentOfType(callee: string): number | null;
  /**
   * Macros that call through a table of operations: the argument that is the table, the
   * one that names its member, and the first that is handed on. Null for any other.
   */
  dispatcher(
    callee: string,
  ): { readonly table: number; readonly operation: number; readonly firstArgument: number } | null;
}
