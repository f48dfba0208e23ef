/** A piece of C that was parsed on its own. */
import type { MacroUse, SyntaxNode } from "./syntax.ts";

/**
 * `expression`: `((dev)->base)`. `statement`: one statement, its last `;` optional:
 * `do { … } while (0)`, `spin_lock(&l)`, `if (x) y()`. `statements`: a row of them; the node is the
 * block around. `for-header`: `for (init; cond; step)` or `while (cond)` without a body.
 */
export type FragmentKind = "expression" | "statement" | "statements" | "for-header";

export interface Fragment {
  /** Offsets count in `text`. */
  readonly node: SyntaxNode;
  /** The text as given. */
  readonly text: string;
  /** The text as parsed: same length, same newlines. */
  readonly masked: string;
  /** Uses of macros that were rewritten, by their offset. */
  readonly macroUses: ReadonlyMap<number, MacroUse>;
}
