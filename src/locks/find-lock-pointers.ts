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
      if (/^(?:NULL|0)\s*$/.test(value)) continue;
      const lock = /^\(*\s*&\s*\(*(\w+)[\s)]*$/.exec(value)?.[1];
      if (lock === undefined || types.globalType(lock) === null) lost.add(name);
      else stored.get(name)?.add(lock);
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
