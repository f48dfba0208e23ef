/**
 * Which functions may have to do with locks or guarded memory, by their words
 * alone: the others need not even be lowered.
 *
 * A function is kept when a word of it, or of a macro that it uses, names a lock
 * primitive, something guarded, a member that leads there, or a function that is
 * kept. Too many are kept rather than too few: `relevance.ts` looks closer.
 */
import type { SourceFile, TopLevelItem, TypeTable } from "../c/index.ts";
import { cachedWords, type WordCache, wordsOfItem } from "./analysis-cache.ts";
import { relevantWords, type Setting } from "./relevance.ts";
import { entriesOf } from "./table-calls.ts";

export function candidateItems(
  files: readonly SourceFile[],
  setting: Setting & { readonly askedMembers?: ReadonlySet<string> },
  cache: WordCache,
): ReadonlySet<TopLevelItem> {
  const interesting = new Set(relevantWords(setting, setting.askedMembers ?? []));
  const owners = [...setting.guards.handles].map((handle) => handle.slice(0, handle.indexOf(".")));
  const structs = [
    ...setting.guards.guards.flatMap(({ struct, fields }) =>
      struct !== null && fields === "all" ? [struct] : [],
    ),
    ...owners,
  ];
  for (const name of namesOfType(files, structs, setting)) interesting.add(name);
  const kept = new Set<TopLevelItem>();
  const waiting = new Map<TopLevelItem, ReadonlySet<string>>();
  for (const file of files) {
    for (const item of file.items) {
      if (item.kind === "function") waiting.set(item, wordsOfItem(item, cache));
    }
  }
  const macros = files
    .flatMap((file) => file.macros.all)
    .map(({ name, body }) => ({ name, words: cachedWords(body, cache) }));
  const members = membersOf(files, setting.types);
  for (const member of setting.askedMembers ?? [])
    for (const name of members.get(member) ?? []) interesting.add(name);
  // Its callers are none for that: who hands it the address of something guarded, or a function, names that.
  for (const item of waiting.keys()) if (callsParameter(writtenOut(item))) kept.add(item);
  if (setting.guards.guards.length > 0)
    for (const item of followingItems([...waiting.keys()], setting, cache)) kept.add(item);
  // Nor for this: they end the ways on which they are called.
  for (const item of endingItems([...waiting.keys()], setting, cache)) kept.add(item);
  const keep = (item: TopLevelItem) => {
    kept.add(item);
    waiting.delete(item);
    if (item.name === null || interesting.has(item.name)) return false;
    interesting.add(item.name);
    return true;
  };
  for (const item of waiting.keys()) if (returnsMemory(item.headText)) keep(item);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [name, fills] of members) {
      // Who calls the member may call the function that fills it.
      if (interesting.has(name) || !meets(fills, interesting)) continue;
      interesting.add(name);
      grown = true;
    }
    for (const { name, words } of macros) {
      if (interesting.has(name) || !meets(words, interesting)) continue;
      interesting.add(name);
      grown = true;
    }
    for (const [item, words] of waiting) {
      if (meets(words, interesting) && keep(item)) grown = true;
    }
  }
  return kept;
}

/** The members of operation tables, variables that lead to functions, and those that fill each. */
function membersOf(files: readonly SourceFile[], types: TypeTable): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>();
  for (const { operation, variable, function: name } of entriesOf(files, types)) {
    const member = operation ?? variable;
    if (member === null) continue;
    const fills = members.get(member) ?? new Set();
    members.set(member, fills.add(name));
  }
  return members;
}

/**
 * Type names, members, variables and functions declared with one of the structs, or with a type name that
 * stands for one. Members of the structs themselves do not count: whoever comes to one has named the struct's owner.
 */
function namesOfType(
  files: readonly SourceFile[],
  structs: readonly string[],
  { platform }: Setting,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (let types = structs; types.length > 0; ) {
    const own = new RegExp(`\\bstruct\\s+(?:${types.join("|")})\\s*\\{`);
    const declared = new RegExp(`\\b(?:${types.join("|")})\\b([^;:{}()]*)`, "g");
    const typeNames: string[] = [];
    for (const { kind, masked } of files.flatMap((file) => file.items)) {
      if (kind !== "declaration" || own.test(masked)) continue;
      // The names of a prototype's parameters mean nothing elsewhere.
      const text = isTypeOrVariable(masked)
        ? masked
        : (macroDefinition(masked, platform) ?? masked.slice(0, masked.indexOf("(")));
      for (const [, list = ""] of text.matchAll(declared)) {
        for (const name of declaredIn(list)) {
          if (names.has(name)) continue;
          names.add(name);
          if (masked.startsWith("typedef")) typeNames.push(name);
        }
      }
    }
    types = typeNames;
  }
  return names;
}

/** The definition of a variable by a macro that gets its type, as C would have it; null for all else. */
function macroDefinition(masked: string, { variableDefinitions }: Setting["platform"]): string | null {
  const [, macro = "", args = ""] = /^\s*(?:static\s+)?(\w+)\s*\(([^()]*)\)/.exec(masked) ?? [];
  if (variableDefinitions?.get(macro)?.includes("{") !== true) return null;
  return args.replace(",", " ");
}

/** The names in what stands behind a type: `*a[2], b = 0`. Nothing where the type's word was no type. */
function declaredIn(list: string): string[] {
  if (!/^[\s*]*\w/.test(list)) return [];
  return list.split(",").flatMap((part) => /^(?:\s|\*|\bconst\b)*([A-Za-z_]\w*)/.exec(part)?.[1] ?? []);
}

/** Not a prototype: the names of its parameters mean nothing elsewhere. */
export function isTypeOrVariable(masked: string): boolean {
  const brace = masked.indexOf("{");
  const parenthesis = masked.indexOf("(");
  return parenthesis === -1 || (brace !== -1 && brace < parenthesis);
}

/** Functions that read or write where a pointer to numbers, or to anything, leads that they got, or hand it on. */
function followingItems(
  items: readonly TopLevelItem[],
  { platform }: Setting,
  cache: WordCache,
): ReadonlySet<TopLevelItem> {
  const following = new Set<string>();
  for (const [name, { reads, writes, lock }] of platform.functions)
    if (lock === null && reads.length + writes.length > 0) following.add(name);
  const found = new Set<TopLevelItem>();
  const waiting = new Map(items.map((item) => [item, pointersOf(item.headText)]));
  for (const [item, pointers] of waiting) if (pointers.length === 0) waiting.delete(item);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [item, pointers] of waiting) {
      const handsOn = meets(wordsOfItem(item, cache), following);
      if (!followsOne(writtenOut(item), pointers, handsOn)) continue;
      found.add(item);
      waiting.delete(item);
      if (item.name !== null) following.add(item.name);
      grown = true;
    }
  }
  return found;
}

/** The names of a function's parameters that point to numbers, or to what has no type. */
function pointersOf(masked: string): readonly string[] {
  const head = /^[^{;]*\{/.exec(masked)?.[0] ?? "";
  const names = /[(,]\s*(?!struct|union|char)\w[\w\s]*(?:\*\s*(\w+)|\s(\w+)\s*\[[^\]]*\])\s*(?=[,)])/g;
  return [...head.matchAll(names)].flatMap(([, pointer, array]) => pointer ?? array ?? []);
}

/** @param handsOn it names a function that follows what it gets */
function followsOne(masked: string, pointers: readonly string[], handsOn: boolean): boolean {
  const body = masked.slice(masked.indexOf("{"));
  return pointers.some((name) => {
    const isUsed = new RegExp(`\\*\\s*${name}\\b|\\b${name}\\s*\\[|(?:->|\\.)\\s*\\w+\\s*=\\s*${name}\\s*;`);
    return isUsed.test(body) || (handsOn && new RegExp(`[(,]\\s*${name}\\s*[,)]`).test(body));
  });
}

/** The text that is parsed: that of a function which a macro writes is what the macro expands to. */
function writtenOut({ expansion, masked }: TopLevelItem): string {
  return expansion?.masked ?? masked;
}

/** A function that calls what it got as an argument. */
function callsParameter(masked: string): boolean {
  const brace = masked.indexOf("{");
  const head = masked.slice(0, Math.max(brace, 0));
  const names = new Set(
    [...head.matchAll(/\(\s*\*\s*(\w+)\s*\)\s*\(|(\w+)\s*(?=[,)])/g)].map(
      ([, pointer, plain]) => pointer ?? plain,
    ),
  );
  return [...masked.slice(brace).matchAll(/\b(\w+)\s*\)?\s*\(/g)].some(
    ([, name]) => name !== "void" && names.has(name),
  );
}

/** Functions that may never return: where every way through them comes by, they call what does not. */
function endingItems(
  items: readonly TopLevelItem[],
  { platform }: Setting,
  cache: WordCache,
): ReadonlySet<TopLevelItem> {
  const ending = new Set<string>();
  for (const [name, { noReturn, debugOnly }] of platform.functions)
    if (noReturn && debugOnly !== true) ending.add(name);
  const found = new Set<TopLevelItem>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const item of items) {
      if (found.has(item) || item.name === null || !meets(wordsOfItem(item, cache), ending)) continue;
      if (!meets(cachedWords(outermostText(writtenOut(item)), cache), ending)) continue;
      found.add(item);
      ending.add(item.name);
      grown = true;
    }
  }
  return found;
}

/** The text of a function without what stands in braces inside its own. */
function outermostText(masked: string): string {
  let depth = 0;
  let text = "";
  for (const part of masked.split(/([{}])/)) {
    if (part === "{") depth += 1;
    else if (part === "}") depth -= 1;
    else if (depth === 1) text += part;
  }
  return text;
}

/** A function that hands out memory of no type may be an allocator. */
function returnsMemory(masked: string): boolean {
  return /^[^({;]*\bvoid\s*\*\s*\w+\s*\(/.test(masked);
}

function meets(words: ReadonlySet<string>, interesting: ReadonlySet<string>): boolean {
  for (const word of words) if (interesting.has(word)) return true;
  return false;
}
