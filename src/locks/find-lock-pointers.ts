/** Finds the pointers to locks of a program, and what is stored in them, by its text. */
import type { SourceFile, TypeTable } from "../c/index.ts";
import { isTypeOrVariable } from "./candidates.ts";
import type { LockPointers } from "./lock-pointers.ts";

/** A pointer that may lead to more locks than this is one of which nothing is known. */
const MOST_LOCKS = 3;

const NONE: LockPointers = new Map();

export function lockPointersIn(
  files: readonly SourceFile[],
  types: TypeTable,
  lockTypes: ReadonlySet<string>,
): LockPointers {
  const names = pointerNames(files, lockTypes);
  if (names.size === 0) return NONE;
  const stored = new Map([...names].map((name) => [name, new Set<string>()]));
  const lost = new Set<string>();
  const any = [...names].join("|");
  let all: readonly string[] | null = null;
  for (const file of files) {
    const { stores, handedOut } = usesIn(file, any);
    for (const { name, value, text } of stores) {
      const passed = () => {
        all ??= files.flatMap(textsOf);
        return passedLocks(value.trim(), text, all, types);
      };
      const locks = locksIn(value, types) ?? passed();
      if (locks === null) lost.add(name);
      for (const lock of locks ?? []) stored.get(name)?.add(lock);
    }
    for (const name of handedOut) lost.add(name);
  }
  return new Map(
    [...stored].map(([name, locks]) => {
      const isKnown = !lost.has(name) && locks.size > 0 && locks.size <= MOST_LOCKS;
      return [name, isKnown ? [...locks].sort() : null] as const;
    }),
  );
}

function textsOf({ items, macros }: SourceFile): string[] {
  return [...items.map(({ masked }) => masked), ...macros.all.map(({ body }) => body)];
}

/** What a file does with the pointers. */
interface PointerUses {
  /** The names that were looked for. */
  readonly any: string;
  readonly stores: readonly { readonly name: string; readonly value: string; readonly text: string }[];
  /** Pointers whose own address is taken. */
  readonly handedOut: readonly string[];
}

/** Variants of a program share the files in which they do not differ. */
const remembered = new WeakMap<SourceFile, PointerUses>();

function usesIn(file: SourceFile, any: string): PointerUses {
  const known = remembered.get(file);
  if (known?.any === any) return known;
  const store = new RegExp(`\\b(${any})\\s*=(?!=)\\s*([^;,}]*)`, "g");
  const address = new RegExp(`&\\s*[\\w.()\\[\\]>-]*?\\b(${any})\\b(?!\\s*(?:->|\\.|\\[))`, "g");
  const named = new RegExp(`\\b(?:${any})\\b`);
  const texts = named.test(file.text) ? textsOf(file).filter((text) => named.test(text)) : [];
  const uses = {
    any,
    stores: texts.flatMap((text) =>
      [...text.matchAll(store)].map(([, name = "", value = ""]) => ({ name, value, text })),
    ),
    handedOut: texts.flatMap((text) => [...text.matchAll(address)].map(([, name = ""]) => name)),
  };
  remembered.set(file, uses);
  return uses;
}

/** The lock whose address an expression is: none for NULL, null for anything else. */
function locksIn(value: string, types: TypeTable): readonly string[] | null {
  if (/^\s*(?:NULL|0)\s*$/.test(value)) return [];
  const lock = /^\(*\s*&\s*\(*(\w+)[\s)]*$/.exec(value)?.[1];
  return lock === undefined || types.globalType(lock) === null ? null : [lock];
}

/**
 * The locks that a parameter gets, of a function that only its own file can call: null where it
 * is something else, where a caller passes something else, or where the function itself is passed on.
 */
function passedLocks(
  word: string,
  text: string,
  texts: readonly string[],
  types: TypeTable,
): readonly string[] | null {
  if (!/^[A-Za-z_]\w*$/.test(word)) return null;
  const head = /^\s*static\b[^;{}]*?\b(\w+)\s*\(([^{}]*?)\)\s*\{/.exec(text);
  const [, name = "", list = ""] = head ?? [];
  const position = splitAtCommas(list).findIndex((one) => new RegExp(`\\b${word}$`).test(one));
  if (position === -1) return null;
  if (new RegExp(`(?<![\\w.>])${word}\\s*=(?!=)|&\\s*${word}\\b`).test(text)) return null;
  const locks: string[] = [];
  const use = new RegExp(`\\b${name}\\b(\\s*\\()?`, "g");
  for (const other of texts) {
    for (const match of other.matchAll(use)) {
      const isDefinition = other === text && match.index < (head?.[0].length ?? 0);
      if (isDefinition || isPrototype(other)) continue;
      const args = match[1] === undefined ? [] : argumentsAt(other, match.index + match[0].length);
      const passed = locksIn(args[position] ?? "", types);
      if (passed === null) return null;
      locks.push(...passed);
    }
  }
  return locks;
}

function isPrototype(text: string): boolean {
  return !text.includes("{") && /\)\s*;\s*$/.test(text) && !text.includes("=");
}

/** The arguments of a call whose opening parenthesis ends at an offset. */
function argumentsAt(text: string, from: number): string[] {
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")") depth--;
  }
  return splitAtCommas(text.slice(from, at - 1));
}

function splitAtCommas(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text.replace(/"(?:\\.|[^"\\])*"/g, '""')) {
    if (/[([{]/.test(letter)) depth++;
    else if (/[)\]}]/.test(letter)) depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

/** Members and variables of files that are declared as pointers to a type of locks. */
function pointerNames(files: readonly SourceFile[], lockTypes: ReadonlySet<string>): ReadonlySet<string> {
  if (lockTypes.size === 0) return new Set();
  return new Set(files.flatMap((file) => declaredIn(file, [...lockTypes].join("|"))));
}

const declaredNames = new WeakMap<SourceFile, { readonly tags: string; readonly names: readonly string[] }>();

function declaredIn(file: SourceFile, tags: string): readonly string[] {
  const known = declaredNames.get(file);
  if (known?.tags === tags) return known.names;
  const declared = new RegExp(`\\b(?:${tags})\\s*\\*\\s*(\\w+)\\s*[;,=]`, "g");
  const items = new RegExp(declared.source).test(file.text) ? file.items : [];
  const names = items
    .filter(({ kind, masked }) => kind === "declaration" && isTypeOrVariable(masked))
    .flatMap(({ masked }) => [...masked.matchAll(declared)].map(([, name = ""]) => name));
  declaredNames.set(file, { tags, names });
  return names;
}
