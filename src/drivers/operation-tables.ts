/**
 * Operation tables in the code: functions that stand in an initialiser at file
 * level are entered from outside, by the member that they fill.
 */
import type { SourceFile, SyntaxNode, TopLevelItem } from "../c/index.ts";

/** One place of a table: `.add_device = f`, or the third of a row. */
export interface TableEntry {
  /** The member, or null where the table names none. */
  readonly operation: string | null;
  /** Which one of the innermost list it is, counted from 0; null where a member is named, or without a list. */
  readonly position: number | null;
  readonly function: string;
  /** The tag of the table's struct; null where its type has another form. */
  readonly struct: string | null;
  /** The name of the table; null where it cannot be told. */
  readonly variable: string | null;
  readonly isConst: boolean;
  /** It is known in its file alone. */
  readonly isStatic: boolean;
}

type Place = Pick<TableEntry, "operation" | "position">;
type Filled = Place & Pick<TableEntry, "function" | "variable">;

const NOWHERE: Place = { operation: null, position: null };

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
      const { variable, ...table } = tableOf(item);
      return entriesIn(item, item.root, { place: NOWHERE, isList: false }).map((entry) => ({
        ...entry,
        ...table,
        variable: entry.variable ?? variable,
      }));
    });
}

/** `static const struct ops table[] = {`: the struct's tag and the variable. */
function tableOf({ masked }: TopLevelItem): Omit<TableEntry, keyof Place | "function"> {
  const head = masked.slice(0, Math.max(masked.indexOf("="), 0));
  const declared = /\bstruct\s+(\w+)\s+(?:\w+\s+)*?(\w+)\s*(?:\[[^\]]*\]\s*)?$/.exec(head);
  return {
    struct: declared?.[1] ?? null,
    variable: declared?.[2] ?? null,
    isConst: /\bconst\b/.test(head),
    isStatic: /\bstatic\b/.test(head),
  };
}

interface Around {
  readonly place: Place;
  /** Inside of a list, or the whole of an initialiser. */
  readonly isList: boolean;
}

function entriesIn(item: TopLevelItem, node: SyntaxNode, around: Around): Filled[] {
  const { place, isList } = around;
  switch (node.type) {
    case "function_definition":
      return [];
    case "identifier":
      return isList || place.operation !== null
        ? [{ ...place, function: textOf(item, node), variable: null }]
        : [];
    case "init_declarator":
      return declared(item, node);
    case "initializer_list":
      return listed(item, node, place);
    default:
      return node.children.flatMap((child) => {
        const isAddress = node.type === "pointer_expression" && isList;
        return entriesIn(item, child, { place, isList: isAddress });
      });
  }
}

function textOf({ masked }: TopLevelItem, { start, end }: SyntaxNode): string {
  return masked.slice(start, end);
}

/** `(*const hook)(int) = f`, `row[] = { f, g }`. */
function declared(item: TopLevelItem, node: SyntaxNode): Filled[] {
  const declarator = node.children.find((child) => child.field === "declarator");
  const text = declarator === undefined ? "" : textOf(item, declarator);
  const pointer = /\(\s*\*\s*(?:\w+\s+)*(\w+)\s*(?:\[[^\]]*\]\s*)*\)/.exec(text);
  const plain = /(\w+)\s*(?:\[[^\]]*\]\s*)*$/.exec(text);
  const variable = pointer?.[1] ?? plain?.[1] ?? null;
  return node.children
    .filter((child) => child !== declarator)
    .flatMap((child) => entriesIn(item, child, { place: NOWHERE, isList: true }))
    .map((entry) => ({ ...entry, variable }));
}

function listed(item: TopLevelItem, node: SyntaxNode, { operation }: Place): Filled[] {
  let position: number | null = 0;
  return node.children.flatMap((child) => {
    if (child.type !== "initializer_pair") {
      const found = entriesIn(item, child, { place: { operation, position }, isList: true });
      if (position !== null) position += 1;
      return found;
    }
    const designator = child.children.find(({ field }) => field === "designator");
    const [member] = designator?.children ?? [];
    const index = designator?.type === "subscript_designator" && member?.type === "number_literal";
    position = index ? Number(textOf(item, member)) : null;
    const isMember = designator?.type === "field_designator" && member !== undefined;
    const place = isMember ? { operation: textOf(item, member), position: null } : { operation, position };
    if (position !== null) position += 1;
    return child.children
      .filter(({ field }) => field !== "designator")
      .flatMap((value) => entriesIn(item, value, { place, isList: true }));
  });
}
