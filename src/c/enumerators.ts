/** The constants of an enumeration and their values, where these are plain numbers. */
import type { SyntaxNode } from "./syntax.ts";

export interface Enumerator {
  readonly name: string;
  /** Null when the value is no plain number, and for those counted on from it. */
  readonly value: number | null;
}

/** `body` is an `enumerator_list`. */
export function enumeratorsOf(body: SyntaxNode, text: string): Enumerator[] {
  const values = new Map<string, number | null>();
  let next: number | null = 0;
  for (const node of body.children) {
    if (node.type !== "enumerator") continue;
    const name = node.children.find((child) => child.field === "name");
    const value = node.children.find((child) => child.field === "value");
    if (name === undefined) continue;
    if (value !== undefined) next = plainValue(text.slice(value.start, value.end), values);
    values.set(text.slice(name.start, name.end), next);
    next = next === null ? null : next + 1;
  }
  return [...values].map(([name, value]) => ({ name, value }));
}

/** Numbers, earlier constants, a sign, and one shift, sum or difference of these. */
function plainValue(text: string, known: ReadonlyMap<string, number | null>): number | null {
  const bare = text.replace(/[()\s]/g, "");
  const match = /^([\w-]+?)(?:(<<|\+|-|\|)(\w+))?$/.exec(bare);
  const left = atom(match?.[1] ?? "", known);
  if (match === null || left === null) return null;
  if (match[2] === undefined) return left;
  const right = atom(match[3] ?? "", known);
  if (right === null) return null;
  switch (match[2]) {
    case "<<":
      return left * 2 ** right;
    case "|":
      return left | right;
    case "+":
      return left + right;
    default:
      return left - right;
  }
}

function atom(text: string, known: ReadonlyMap<string, number | null>): number | null {
  const number = /^(-?)(0[xX][\da-fA-F]+|\d+)[uUlL]*$/.exec(text);
  if (number === null) return known.get(text) ?? null;
  const digits = number[2] ?? "0";
  const value = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return number[1] === "-" ? -value : value;
}
