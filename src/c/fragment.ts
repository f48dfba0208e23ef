/**
 * Parses pieces of C that stand alone, after the same text stage as files: macro bodies after
 * substitution, mostly. A piece that does not parse cleanly is null, never a damaged tree.
 */

import type { Fragment, FragmentKind } from "./fragment-type.ts";
import { maskFile } from "./mask-file.ts";
import type { ParseCache } from "./parse-cache.ts";
import { parseText } from "./parser.ts";
import { scan } from "./scan.ts";
import type { SyntaxNode } from "./syntax.ts";

export type { Fragment, FragmentKind } from "./fragment-type.ts";

const NO_VARIANT: ReadonlyMap<string, boolean> = new Map();

/** What is put around a piece, so that it can stand at file level. */
const FRAMES: Readonly<Record<FragmentKind, readonly [string, string]>> = {
  expression: ["void f(void){(", "\n);}"],
  statement: ["void f(void){", "\n;}"],
  statements: ["void f(void){{", "\n;}}"],
  "for-header": ["void f(void){", "\n;}"],
};

interface FragmentSetting {
  readonly cache?: ParseCache;
  /** Whether a name heads a loop where the piece stands. */
  isLoop?(name: string): boolean;
  /** Whether a name there stands for an attribute, or for nothing. */
  isAttribute?(name: string): boolean;
}

/** Names of a piece that macros give a meaning. */
interface Meanings {
  readonly loops: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
}

/** One piece with its tree; null when the text is not wholly of that kind. */
export function readFragment(
  kind: FragmentKind,
  text: string,
  setting: FragmentSetting = {},
): Fragment | null {
  const { cache } = setting;
  const meanings = meaningsIn(text, setting);
  const key = `${kind} ${[...meanings.loops]} ${[...meanings.attributes]} ${text}`;
  const known = cache?.fragments.get(key);
  if (known !== undefined) return known;
  const read = readFramed(kind, text, meanings);
  cache?.fragments.set(key, read);
  return read;
}

function meaningsIn(text: string, { isLoop, isAttribute }: FragmentSetting): Meanings {
  const loops = new Set<string>();
  const attributes = new Set<string>();
  if (isLoop === undefined && isAttribute === undefined) return { loops, attributes };
  for (const [, name = "", open] of text.matchAll(/\b([A-Za-z_]\w*)(\s*\()?/g)) {
    if (open !== undefined && isLoop?.(name) === true) loops.add(name);
    if (open === undefined && isAttribute?.(name) === true) attributes.add(name);
  }
  return { loops, attributes };
}

/** What the text stage may have to rewrite: keywords in arguments, loops, attributes, literals, directives. */
const NEEDS_MASKING = /struct|union|enum|typeof|each|for_|signed|long|short|const|__|["'#\\{]/;

function readFramed(kind: FragmentKind, text: string, { loops, attributes }: Meanings): Fragment | null {
  const [before, after] = FRAMES[kind];
  const framed = before + text + after;
  if (loops.size + attributes.size === 0 && !NEEDS_MASKING.test(text)) {
    const { root, damage } = parseText(framed);
    const plain = damage.length === 0 ? pieceOf(kind, root) : null;
    if (plain !== null) {
      return { node: shifted(plain, before.length, text.length), text, masked: text, macroUses: new Map() };
    }
  }
  const file = maskFile(scan(framed), NO_VARIANT, {
    extraAttributes: attributes,
    isLoop: (name) => loops.has(name),
  });
  const [item] = file.items;
  if (item === undefined || file.items.length !== 1) return null;
  const { root, damage } = parseText(file.masked);
  const found = damage.length === 0 ? pieceOf(kind, root) : null;
  if (found === null) return null;
  const shift = before.length;
  return {
    node: shifted(found, shift, text.length),
    text,
    masked: file.masked.slice(shift, shift + text.length),
    macroUses: new Map([...item.macroUses].map(([offset, use]) => [offset - shift, use])),
  };
}

function pieceOf(kind: FragmentKind, root: SyntaxNode): SyntaxNode | null {
  const body = root.children[0]?.children.find((child) => child.field === "body");
  const [first, ...others] = body?.children ?? [];
  if (first === undefined || root.children.length !== 1) return null;
  // `do { … } while (0);` with the frame's own `;` behind it leaves an empty statement.
  const alone = others.every((other) => other.type === "expression_statement" && other.children.length === 0);
  if (!alone) return null;
  if (kind === "expression") {
    const inner = first.type === "expression_statement" ? first.children[0] : undefined;
    const whole = inner?.type === "parenthesized_expression" ? inner.children[0] : undefined;
    return whole === undefined || isDeclaration(whole) ? null : whole;
  }
  if (kind === "statements") return first.type === "compound_statement" ? first : null;
  if (kind === "for-header")
    return first.type === "for_statement" || first.type === "while_statement" ? first : null;
  return first;
}

/** `type *name = value` in parentheses comes out as a product with an assignment in it, which is no C. */
function isDeclaration({ type, children }: SyntaxNode): boolean {
  return type === "binary_expression" && children.at(-1)?.type === "assignment_expression";
}

/** Offsets in the piece itself; the frame's braces and semicolon fall away. */
function shifted(node: SyntaxNode, by: number, length: number): SyntaxNode {
  return {
    ...node,
    start: Math.max(0, node.start - by),
    end: Math.min(length, node.end - by),
    children: node.children.map((child) => shifted(child, by, length)),
  };
}
