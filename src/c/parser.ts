/**
 * The door to tree-sitter: masked C in, plain trees out. No other file imports it.
 *
 * What to look for elsewhere: rewriting before the parse (`mask-file.ts`),
 * lines and words of a gap (`gaps.ts`).
 */
import Parser from "tree-sitter";
import C from "tree-sitter-c";
import type { SyntaxNode } from "./syntax.ts";

/** A stretch that the parser could not read, with offsets into the parsed text. */
export interface Damage {
  /** The smallest enclosing statement or declaration. */
  readonly start: number;
  readonly end: number;
  /** The offending token's own stretch. */
  readonly at: number;
  readonly atEnd: number;
  /** The token that had to be supposed (`;`), or null when there is text that fits nowhere. */
  readonly missing: string | null;
}

export interface ParsedText {
  readonly root: SyntaxNode;
  readonly damage: readonly Damage[];
}

/** What a node type id means; learned as the ids are met. */
interface NodeKind {
  readonly type: string;
  readonly named: boolean;
  readonly comment: boolean;
  /** Statements, declarations and fields: the units that a gap is cut to. */
  readonly unit: boolean;
  /** A word or a number, which has nothing within it. */
  readonly leaf: boolean;
}

const UNIT = /((?<!compound)_statement|declaration|_definition|enumerator)$/;
const LEAF = /^(?:(?:(?:type|field|statement)_)?identifier|primitive_type|number_literal)$/;
/** What is nested deeper is left out as damage: every later stage walks trees by recursion. */
const DEEPEST = 600;

const NO_CHILDREN: readonly SyntaxNode[] = [];
const nodeKinds: (NodeKind | undefined)[] = [];
const fieldNames: (string | null | undefined)[] = [null];
let shared: Parser | null = null;

/** One parser for the process: `parse` is synchronous and leaves no state behind. */
function parser(): Parser {
  if (shared !== null) return shared;
  shared = new Parser();
  shared.setLanguage(language());
  return shared;
}

/**
 * Without the table of node types the binding makes no class per type, which would cost several
 * milliseconds at every start; trees are read with a cursor, never through those classes.
 */
function language(): Parser.Language {
  return { ...(C as object), nodeTypeInfo: [] } as unknown as Parser.Language;
}

/** Parses a text that is C already. Never throws on what the text says. */
export function parseText(text: string): ParsedText {
  // The binding's own buffer refuses inputs of 32 kB and more in some versions.
  const tree = parser().parse(text, null, { bufferSize: text.length * 2 + 64 });
  return new TreeCopy(tree.walk(), text.length, !tree.rootNode.hasError).copy();
}

export interface Capture {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** @returns what a query captures from one row (from 0) up to another, in the order of the text */
export function captured(text: string, query: string): (from: number, to: number) => Capture[] {
  const { rootNode } = parser().parse(text, null, { bufferSize: text.length * 2 + 64 });
  const compiled = new Parser.Query(language(), query);
  return (from, to) =>
    compiled
      .captures(rootNode, { startPosition: { row: from, column: 0 }, endPosition: { row: to, column: 0 } })
      .map(({ name, node }) => ({ name, start: node.startIndex, end: node.endIndex }));
}

/** Copies a tree in one walk. The cursor's getters are native calls, so each is asked once at most. */
class TreeCopy {
  private readonly damage: Damage[] = [];
  private readonly stack: SyntaxNode[] = [];
  private readonly cursor: Parser.TreeCursor;
  private readonly length: number;
  /** Nothing of it is damaged, so that mere tokens need not be looked at. */
  private readonly isWhole: boolean;
  private depth = 0;
  private unitStart = 0;
  private unitEnd = 0;

  constructor(cursor: Parser.TreeCursor, length: number, isWhole: boolean) {
    this.cursor = cursor;
    this.isWhole = isWhole;
    this.length = length;
    this.unitEnd = length;
  }

  copy(): ParsedText {
    // A text that is damaged throughout has an ERROR for its root.
    if (this.kind().type === "ERROR") this.enter("translation_unit");
    const children = this.stack.length > 0 ? this.stack : this.children("translation_unit");
    const root: SyntaxNode = { type: "translation_unit", start: 0, end: this.length, field: null, children };
    return { root, damage: this.damage };
  }

  private within({ type, leaf }: NodeKind): readonly SyntaxNode[] {
    return leaf && this.depth < DEEPEST ? NO_CHILDREN : this.children(type);
  }

  /** The children of the node at the cursor, whose type is `parent`. */
  private children(parent: string): readonly SyntaxNode[] {
    if (this.depth >= DEEPEST) {
      this.note(this.cursor.startIndex, this.cursor.endIndex, null);
      return NO_CHILDREN;
    }
    if (!this.cursor.gotoFirstChild()) return NO_CHILDREN;
    this.depth++;
    // An array of just the right size: most of a tree's memory is its arrays.
    const from = this.stack.length;
    do this.enter(parent);
    while (this.cursor.gotoNextSibling());
    this.cursor.gotoParent();
    this.depth--;
    if (this.stack.length === from) return NO_CHILDREN;
    const children = this.stack.slice(from);
    this.stack.length = from;
    return children;
  }

  /** Puts the node at the cursor on the stack, unless it is a comment or a mere token. */
  private enter(parent: string): void {
    const { cursor } = this;
    const kind = this.kind();
    if (kind.comment || (this.isWhole && !kind.named && this.field() === null)) return;
    const start = cursor.startIndex;
    const end = cursor.endIndex;
    if (start === end && cursor.nodeIsMissing) this.note(start, end, kind.type);
    else if (kind.type === "ERROR") this.note(start, end, null);
    const field = this.field();
    if (!kind.named) {
      if (field !== null) this.stack.push({ type: kind.type, start, end, field, children: NO_CHILDREN });
      return;
    }
    const children = kind.unit ? this.unit(kind.type, parent, start, end) : this.within(kind);
    this.stack.push({ type: kind.type, start, end, field, children });
  }

  private unit(type: string, parent: string, start: number, end: number): readonly SyntaxNode[] {
    const { unitStart, unitEnd } = this;
    this.unitStart = start;
    this.unitEnd = end;
    if (type === "function_definition" && parent === "compound_statement") this.note(start, start, "{");
    const children = this.children(type);
    this.unitStart = unitStart;
    this.unitEnd = unitEnd;
    return children;
  }

  private note(at: number, atEnd: number, missing: string | null): void {
    const start = Math.min(this.unitStart, at);
    const end = Math.max(this.unitEnd, atEnd);
    const wide = end - start > Math.max(400, 4 * (atEnd - at)) && missing === null;
    this.damage.push(
      wide ? { start: at, end: atEnd, at, atEnd, missing } : { start, end, at, atEnd, missing },
    );
  }

  private kind(): NodeKind {
    const id = this.cursor.nodeTypeId;
    const known = nodeKinds[id];
    if (known !== undefined) return known;
    const type = this.cursor.nodeType;
    const named = this.cursor.nodeIsNamed;
    const unit = named && UNIT.test(type);
    const kind = { type, named, comment: type === "comment", unit, leaf: LEAF.test(type) };
    nodeKinds[id] = kind;
    return kind;
  }

  private field(): string | null {
    const id = this.cursor.currentFieldId;
    if (id === 0 || id === undefined) return null;
    const known = fieldNames[id];
    if (known !== undefined) return known;
    const name = this.cursor.currentFieldName;
    fieldNames[id] = name;
    return name;
  }
}
