/**
 * Types that only the place knows where they are written: `typeof(e)` is that of an expression,
 * `__auto_type` that of the initialiser.
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import { typeOfDescriptor } from "./declarator.ts";
import {
  bindingOf,
  childOf,
  type Frame,
  type LoweringContext,
  rangeOf,
  readPiece,
} from "./lowering-context.ts";
import type { SyntaxNode } from "./syntax.ts";
import { typeSpelled } from "./type-table.ts";

const TYPEOF = /^(?:__)?typeof/;
const OF_VALUE: ReadonlySet<string> = new Set(["__auto_type", "auto"]);

/** Whether a type specifier leaves the type to the initialiser. */
export function isTypeOfValue(specifier: SyntaxNode, frame: Frame): boolean {
  return OF_VALUE.has(frame.text.slice(specifier.start, specifier.end));
}

/** What a type specifier `typeof(…)` stands for; null for any other. */
export function typeHere(context: LoweringContext, specifier: SyntaxNode, frame: Frame): CType | null {
  if (!TYPEOF.test(frame.text.slice(specifier.start, specifier.end))) return null;
  const operand = operandAt(frame.source, specifier.start);
  if (operand === null) return UNKNOWN_TYPE;
  return isTypeName(context, operand)
    ? context.types.resolve(typeSpelled(operand))
    : typeOfExpression(context, operand, specifier, frame);
}

/** The type of a `type_descriptor`: of a cast, of a compound literal. */
export function descriptorType(context: LoweringContext, descriptor: SyntaxNode, frame: Frame): CType {
  const specifier = childOf(descriptor, "type");
  const known = specifier === null ? null : typeHere(context, specifier, frame);
  return context.types.resolve(typeOfDescriptor(descriptor, frame.text, known));
}

/** The text between the first parentheses from `start` on. */
function operandAt(text: string, start: number): string | null {
  const open = text.indexOf("(", start);
  let depth = 0;
  for (let at = open; at !== -1 && at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return text.slice(open + 1, at).trim();
  }
  return null;
}

function isTypeName(context: LoweringContext, operand: string): boolean {
  const bare = operand.replace(/\b(?:const|volatile)\b/g, "").trim();
  if (/^(?:struct|union|enum|unsigned|signed)\b[\w\s*]*$/.test(bare)) return true;
  const name = /^(\w+)[\s*]*$/.exec(bare)?.[1];
  return name !== undefined && bindingOf(context, name) === null && context.types.globalType(name) === null;
}

/** Nothing of the expression is evaluated: it is lowered aside. */
function typeOfExpression(
  context: LoweringContext,
  operand: string,
  specifier: SyntaxNode,
  frame: Frame,
): CType {
  const piece = readPiece(context, "expression", operand, specifier, frame);
  if (piece === null) return UNKNOWN_TYPE;
  const inner: Frame = {
    ...frame,
    text: piece.masked,
    source: piece.text,
    use: rangeOf(specifier, frame),
    macroUses: piece.macroUses,
  };
  return context.graph.aside(() => {
    const place = context.walk.place(piece.node, inner);
    return place.kind === "memory" ? place.type : context.graph.typeOf(place.variable);
  });
}
