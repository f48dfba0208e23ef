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
  /** The tag of the table's struct; null where its type has another form. */
  readonly struct: string | null;
  /** The name of the table; null where it cannot be told. */
  readonly variable: string | null;
}

type Member = Pick<TableEntry, "operation" | "function">;

/** Variants of a program share the files in which they do not differ. */
const remembered = new WeakMap<SourceFile, readonly TableEntry[]>();

/** Every name in an initialiser at file level; the caller knows which of them are functions. */
export function tableEntriesOf(file: SourceFile): readonly TableEntry[] {
  let known = remembered.get(file);
  if (known === undefined) {
    known = entriesOf(file);
    remembered.set(file, known);
  }
  return known;
}

function entriesOf(file: SourceFile): TableEntry[] {
  return file.items
    .filter((item) => item.kind === "declaration")
    .flatMap((item) => {
      const table = tableOf(item);
      return entriesIn(item, item.root, null).map((entry) => ({ ...entry, ...table }));
    });
}

/** `static const struct ops table[] = {`: the struct's tag and the variable. */
function tableOf({ masked }: TopLevelItem): Pick<TableEntry, "struct" | "variable"> {
  const head = masked.slice(0, Math.max(masked.indexOf("="), 0));
  const declared = /\bstruct\s+(\w+)\s+(?:\w+\s+)*?(\w+)\s*(?:\[[^\]]*\]\s*)?$/.exec(head);
  return { struct: declared?.[1] ?? null, variable: declared?.[2] ?? null };
}

function entriesIn(item: TopLevelItem, node: SyntaxNode, operation: string | null): Member[] {
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
