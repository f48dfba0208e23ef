/**
 * Lowers expressions as statements: a macro there may expand to statements, jumps and
 * declarations included, or to half of a block that another macro closes.
 */
import type { VariableId } from "./instruction.ts";
import { expansionAt } from "./lower-call.ts";
import { defineByMacro } from "./lower-declaration.ts";
import { lowerBodyMark } from "./lower-iterator.ts";
import {
  childOf,
  expansionFrame,
  type Frame,
  type Jumps,
  type LoweringContext,
  readPiece,
  textOf,
} from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";

/** The value of the expression, for statement expressions. */
export function lowerExpressionStatement(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  jumps: Jumps,
): VariableId | null {
  const name = node.type === "call_expression" ? childOf(node, "function") : node;
  if (name?.type === "identifier") {
    if (lowerBodyMark(name, frame, jumps)) return null;
    const definition = context.dialect.definitionBy(textOf(name, frame));
    if (definition !== null) {
      defineByMacro(context, node, frame, definition);
      return null;
    }
  }
  const lowered = lowerAsStatements(context, node, frame, jumps);
  return lowered === null ? context.walk.value(node, frame) : lowered.value;
}

/** Null where it is no macro, or one that stands for an expression. */
function lowerAsStatements(
  context: LoweringContext,
  node: SyntaxNode,
  frame: Frame,
  jumps: Jumps,
): { readonly value: VariableId | null } | null {
  const expansion = expansionAt(context, node, frame);
  if (expansion === null) return null;
  const { macro, text } = expansion;
  if (macro.body === "") return { value: null };
  if (macro.params?.at(-1) === "..." || readPiece(context, "expression", text, node, frame) !== null)
    return null;
  const piece = readPiece(context, "statements", withWholeBlocks(text), node, frame);
  if (piece === null) return null;
  const inner = expansionFrame(macro, piece, node, frame);
  // In the scope of the use: what such a macro declares is there for the statements behind it.
  let value: VariableId | null = null;
  for (const statement of piece.node.children)
    value = context.walk.statement(statement, inner, jumps) ?? value;
  return { value };
}

/**
 * Without the braces that another macro closes or has opened: `do { lock(l);` and `unlock(l); } while (0)`
 * are read as what they do, in the block around them.
 */
function withWholeBlocks(text: string): string {
  const letters = [...text];
  const open: number[] = [];
  for (const [at, letter] of letters.entries()) {
    if (letter === "{") open.push(at);
    else if (letter === "}" && open.pop() === undefined) blankTail(letters, at);
  }
  for (const at of open) {
    letters[at] = ";";
    const before = /\bdo\s*$/.exec(letters.slice(0, at).join(""));
    if (before !== null) letters.fill(" ", before.index, at);
  }
  return letters.join("");
}

/** A closing brace, with the `while (0)` of the loop that it ends. */
function blankTail(letters: string[], at: number): void {
  const end = /^\s*while\s*\(\s*0\s*\)/.exec(letters.slice(at + 1).join(""))?.[0] ?? "";
  letters.fill(" ", at, at + 1 + end.length);
}
