/**
 * The shape in which the rest of the program sees C: plain objects, copied once
 * from tree-sitter's tree, so that no other folder touches the parser.
 *
 * A file is read as a row of top-level items. Each item is parsed on its own:
 * damage stays inside it, and an item whose text did not change between two
 * versions of a file is parsed once.
 */
import type { Gap, LineTable } from "../base/index.ts";
import type { MacroTable } from "./macro-table.ts";

/** One node of tree-sitter-c's tree. Offsets are relative to the item's text. */
export interface SyntaxNode {
  /** tree-sitter-c's node type: `call_expression`, `if_statement`, … */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** The field of the parent that this node fills, such as `condition`; null for the others. */
  readonly field: string | null;
  /** Named children, and unnamed tokens that fill a field (operators). Comments are left out. */
  readonly children: readonly SyntaxNode[];
}

/**
 * A use of a macro that was rewritten: as the head of a loop, to `while   (args)`; with statements for
 * arguments, to a call with strings in their place.
 */
export interface MacroUse {
  readonly macro: string;
  /** Argument texts as written, trimmed. */
  readonly args: readonly string[];
}

/** What a macro writes, as it is parsed and as it came out. */
export interface WrittenText {
  readonly masked: string;
  readonly source: string;
}

/** A function definition, a declaration, a type: whatever stands at file level. */
export interface TopLevelItem {
  readonly kind: "function" | "declaration";
  /** For a function its name; for anything else null. */
  readonly name: string | null;
  /** Offset of the item's first character in the file. */
  readonly offset: number;
  /** The item's text as written. */
  readonly source: string;
  /** The text that was parsed: same length, same newlines, macros and attributes rewritten. */
  readonly masked: string;
  /** Attribute words that were blanked in this item's text before the body, such as `__init`. */
  readonly attributes: readonly string[];
  /** The item's tree: a `translation_unit`, parsed when it is asked for. Shared between items of equal masked text. */
  readonly root: SyntaxNode;
  /** The tree of a function without its body, which is enough for its name and types; else the same as `root`. */
  readonly head: SyntaxNode;
  /** What the offsets of `head` index: not the item's own text where a macro writes a function's head. */
  readonly headText: string;
  /** Null unless a macro writes a whole function: then `root` indexes this text, and all of it stands where the macro is used. */
  readonly expansion: WrittenText | null;
  /** By the offset in the item of the `while` or the call that stands for them. */
  readonly macroUses: ReadonlyMap<number, MacroUse>;
}

/** Which `#if` branches are taken: symbol -> whether it counts as defined. */
export type Variant = ReadonlyMap<string, boolean>;

/** One C file under one variant. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
  readonly variant: Variant;
  readonly items: readonly TopLevelItem[];
  readonly macros: MacroTable;
  /** What cannot be read of the file; asking for it parses every item. */
  readonly gaps: readonly Gap[];
  /** The gaps of the items that have been parsed by now, and of those that are new in this version: what finds them when they are asked for. */
  gapsMet(): () => readonly Gap[];
}
