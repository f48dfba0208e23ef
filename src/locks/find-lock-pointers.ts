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
  const texts = files.flatMap(({ items, macros }) => [
    ...items.map(({ masked }) => masked),
    ...macros.all.map(({ body }) => body),
  ]);
  const stored = new Map([...names].map((name) => [name, new Set<string>()]));
  const lost = new Set<string>();
  const any = [...names].join("|");
  const store = new RegExp(`\\b(${any})\\s*=(?!=)\\s*([^;,}]*)`, "g");
  const handedOut = new RegExp(`&\\s*[\\w.()\\[\\]>-]*?\\b(${any})\\b(?!\\s*(?:->|\\.|\\[))`, "g");
  for (const text of texts) {
    for (const [, name = "", value = ""] of text.matchAll(store)) {
      const locks = locksIn(value, types) ?? passedLocks(value.trim(), text, texts, types);
      if (locks === null) lost.add(name);
      for (const lock of locks ?? []) stored.get(name)?.add(lock);
    }
    for (const [, name = ""] of text.matchAll(handedOut)) lost.add(name);
  }
  return new Map(
    [...stored].map(([name, locks]) => {
      const isKnown = !lost.has(name) && locks.size > 0 && locks.size <= MOST_LOCKS;
      return [name, isKnown ? [...locks].sort() : null] as const;
    }),
  );
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
  const tags = [...lockTypes].join("|");
  const declared = new RegExp(`\\b(?:${tags})\\s*\\*\\s*(\\w+)\\s*[;,=]`, "g");
  const names = new Set<string>();
  const any = new RegExp(declared.source);
  for (const { items, text } of files) {
    if (!any.test(text)) continue;
    for (const { kind, masked } of items) {
      if (kind !== "declaration" || !isTypeOrVariable(masked)) continue;
      for (const [, name = ""] of masked.matchAll(declared)) names.add(name);
    }
  }
  return names;
}
