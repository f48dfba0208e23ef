/**
 * The names that mean different things in the files of two variants of a program, with the names
 * that lead to them: an alias of such a type, a struct with a member of it.
 *
 * Variants differ in few files, and these in few declarations. What was made from answers about
 * other names holds in both.
 */
import { nameIn } from "./c-type.ts";
import { declarationFactsOf, type Field } from "./declaration-facts.ts";
import { isAlias, movingAliases } from "./moving-aliases.ts";
import { isNoReturn } from "./no-return.ts";
import type { SourceFile, TopLevelItem } from "./syntax.ts";

/** Files are compared one by one as long as fewer than this part of them differ. */
const MOST_DIFFERING = 0.4;

type Pairs = WeakMap<readonly SourceFile[], ReadonlySet<string> | null>;
const remembered = new WeakMap<readonly SourceFile[], Pairs>();

/** @returns null where the two have too little in common to tell */
export function differingNames(
  left: readonly SourceFile[],
  right: readonly SourceFile[],
): ReadonlySet<string> | null {
  const pairs: Pairs = remembered.get(left) ?? new WeakMap();
  remembered.set(left, pairs);
  let names = pairs.get(right);
  if (names === undefined) {
    names = compared(left, right);
    pairs.set(right, names);
  }
  return names;
}

function compared(left: readonly SourceFile[], right: readonly SourceFile[]): ReadonlySet<string> | null {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  const one = left.filter((file) => !inRight.has(file));
  const other = right.filter((file) => !inLeft.has(file));
  if (one.length + other.length > MOST_DIFFERING * left.length) return null;
  // A definition counts where it is the first one: a file that differs may hide another's.
  if ([...one, ...other].some((file) => movingAliases(file).size > 0)) return null;
  const byPath = new Map(other.map((file) => [file.path, file]));
  const names = new Set<string>();
  for (const file of one) {
    const own = declaredBy(file);
    const counterpart = byPath.get(file.path);
    const others = counterpart === undefined ? NOTHING : declaredBy(counterpart);
    byPath.delete(file.path);
    for (const [text, declared] of own) if (!others.has(text)) addAll(names, declared);
    for (const [text, declared] of others) if (!own.has(text)) addAll(names, declared);
  }
  for (const file of byPath.values())
    for (const declared of declaredBy(file).values()) addAll(names, declared);
  for (let before = 0; before < names.size; ) {
    before = names.size;
    addLeading(left, names);
    addLeading(other, names);
  }
  return names;
}

type Declared = ReadonlyMap<string, readonly string[]>;
const NOTHING: Declared = new Map();
const declared = new WeakMap<SourceFile, Declared>();

/** What the items and macros of a file say, by their text, and the names that they say it about. */
function declaredBy(file: SourceFile): Declared {
  const known = declared.get(file);
  if (known !== undefined) return known;
  const made = new Map<string, readonly string[]>();
  for (const item of file.items) {
    const text = declarationText(item);
    made.set(text, namesOf(item));
  }
  for (const macro of file.macros.all)
    if (isAlias(macro)) made.set(`#define ${macro.name} ${macro.body}`, [macro.name]);
  declared.set(file, made);
  return made;
}

/** A body declares nothing, unless it defines types of its own. */
function declarationText(item: TopLevelItem): string {
  const { kind, headText } = item;
  const text =
    kind === "function" && !LOCAL_TYPE.test(headText) ? headText.slice(0, headText.indexOf("{")) : headText;
  return isNoReturn(item) ? `noreturn ${text}` : text;
}

const LOCAL_TYPE = /\b(struct|union|enum)\b[^;(){]*\{/;

function namesOf(item: TopLevelItem): readonly string[] {
  if (item.kind === "function" && item.name !== null && !LOCAL_TYPE.test(item.masked)) return [item.name];
  const facts = declarationFactsOf(item);
  return [
    ...facts.structs.map(({ tag }) => tag),
    ...[facts.typeNames, facts.constants, facts.variables, facts.functions].flatMap((declarations) =>
      declarations.map(({ name }) => name),
    ),
    ...facts.calls.flatMap(({ args }) => args.map(({ start, end }) => item.source.slice(start, end))),
  ];
}

/** By a name, the names whose meaning leads to it. */
type Leading = ReadonlyMap<string, readonly string[]>;
const leadingIn = new WeakMap<readonly SourceFile[], Leading>();

/** Names whose meaning mentions one of the names, until there are no more. */
function addLeading(files: readonly SourceFile[], names: Set<string>): void {
  const leading = leadingTo(files);
  for (const name of names) addAll(names, leading.get(name) ?? []);
}

function leadingTo(files: readonly SourceFile[]): Leading {
  const known = leadingIn.get(files);
  if (known !== undefined) return known;
  const leading = new Map<string, string[]>();
  const note = (name: string, mentioned: string | null): void => {
    if (mentioned === null) return;
    const list = leading.get(mentioned);
    if (list === undefined) leading.set(mentioned, [name]);
    else list.push(name);
  };
  const noteAll = (name: string, fields: readonly Pick<Field, "type">[]): void => {
    for (const { type } of fields) note(name, nameIn(type));
  };
  for (const file of files) {
    for (const item of file.items) {
      // Of a function that was never asked about only the words of its head are known.
      if (item.kind === "function" && item.name !== null && !LOCAL_TYPE.test(item.masked)) {
        for (const word of wordsIn(declarationText(item))) note(item.name, word);
        continue;
      }
      const facts = declarationFactsOf(item);
      for (const { tag, fields } of facts.structs) noteAll(tag, fields);
      for (const { name, type } of [...facts.typeNames, ...facts.variables]) note(name, nameIn(type));
      for (const { name, returns, parameters } of facts.functions) {
        note(name, nameIn(returns));
        noteAll(name, parameters);
      }
    }
    for (const macro of file.macros.all)
      if (isAlias(macro)) for (const word of wordsIn(macro.body)) note(macro.name, word);
  }
  leadingIn.set(files, leading);
  return leading;
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/\w+/g) ?? []);
}

function addAll(names: Set<string>, more: readonly string[]): void {
  for (const name of more) names.add(name);
}
