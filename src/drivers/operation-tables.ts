/**
 * Operation tables in the code: functions that stand in an initialiser at file
 * level are entered from outside, by the member that they fill.
 */
import type { SourceFile, SyntaxNode, TopLevelItem } from "../c/index.ts";

/** One member of a table: `.add_device = f`. */
export interface TableEntry {
  /** The member, or null where the table names none. */
  readonly operation: string | null;
  readonly function: string;
}

/** Every name in an initialiser at file level; the caller knows which of them are functions. */
export function tableEntriesOf(file: SourceFile): TableEntry[] {
  return file.items
    .filter((item) => item.kind === "declaration")
    .flatMap((item) => entriesIn(item, item.root, null));
}

function entriesIn(item: TopLevelItem, node: SyntaxNode, operation: string | null): TableEntry[] {
  if (node.type === "initializer_pair") {
    const designator = node.children.find((child) => child.field === "designator");
    const member = designator?.children[0];
    const name = member === undefined ? operation : item.masked.slice(member.start, member.end);
    return node.children
      .filter((child) => child.field !== "designator")
      .flatMap((child) => entriesIn(item, child, name));
  }
  if (node.type === "identifier" && operation !== null) {
    return [{ operation, function: item.masked.slice(node.start, node.end) }];
  }
  if (node.type === "function_definition") return [];
  const isList = node.type === "initializer_list" || operation !== null;
  return node.children.flatMap((child) =>
    isList && child.type === "identifier" && operation === null
      ? [{ operation: null, function: item.masked.slice(child.start, child.end) }]
      : entriesIn(item, child, operation),
  );
}
