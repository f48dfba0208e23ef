/**
 * Macros that hide locks, defined in headers of the program: `#define table_lock(t)
 * spin_lock(&(t)->lock)` means the same in every file that the header's folder serves.
 *
 * In: headers as sources, the platform. Out: for a file, the macros that it has from them.
 * Not here: the other macros of headers, which stay what they look like.
 */
import type { Macro, SourceFile } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import { headerFolder, wordsOf } from "../locks/index.ts";

export type HeaderMacrosFor = (path: string) => ReadonlyMap<string, Macro>;

/** @param always in force in every file; a macro of a header goes before */
export function headerLockMacros(
  headers: readonly SourceFile[],
  platform: Platform,
  always: ReadonlyMap<string, Macro>,
): HeaderMacrosFor {
  const byFolder = new Map<string, Macro[]>();
  const taking = lockingFunctions(headers, platform);
  const inline = new Set(headers.flatMap(({ items }) => items.flatMap(definedFunction)));
  for (const header of headers) {
    const macros = header.macros.all.filter(
      (macro) => hidesLock(macro, platform, taking) || standsForCall(macro, platform, inline),
    );
    const folder = headerFolder(header.path);
    if (macros.length > 0) byFolder.set(folder, [...(byFolder.get(folder) ?? []), ...macros]);
  }
  return (path) => {
    // A header that stands nearer comes later, and wins.
    const folders = [...byFolder].filter(([folder]) => path.startsWith(folder)).sort(byLength);
    if (folders.length === 0) return always;
    const macros = folders.flatMap(([, own]) => own);
    const everywhere = { from: 0, to: Number.POSITIVE_INFINITY };
    return new Map([...always, ...macros.map((macro) => [macro.name, { ...macro, ...everywhere }] as const)]);
  };
}

/** A call in all but name, of a primitive or of what uses one; what the platform names itself is known already. */
function hidesLock(
  { name, params, body }: Macro,
  { functions }: Platform,
  taking: ReadonlySet<string>,
): boolean {
  return params !== null && !functions.has(name) && meets(body, taking);
}

/** Another name of an inline function, which may call what locks outside of the headers. */
function standsForCall(
  { name, params, body }: Macro,
  { functions }: Platform,
  inline: ReadonlySet<string>,
): boolean {
  const callee = /^\s*(\w+)\s*\(.*\)\s*$/.exec(body)?.[1];
  return params !== null && callee !== undefined && inline.has(callee) && !functions.has(name);
}

function definedFunction({ kind, name }: SourceFile["items"][number]): string[] {
  return kind === "function" && name !== null ? [name] : [];
}

/** Primitives, and inline functions and macros of the headers that use them. */
function lockingFunctions(headers: readonly SourceFile[], { functions }: Platform): ReadonlySet<string> {
  const taking = new Set([...functions].flatMap(([name, { lock }]) => (lock === null ? [] : [name])));
  const bodies = headers.flatMap(({ items, macros }) => [
    ...items.flatMap(({ kind, name, masked }) =>
      kind === "function" && name !== null ? [{ name, words: wordsOf(masked) }] : [],
    ),
    ...macros.all.flatMap(({ name, params, body }) =>
      params === null ? [] : [{ name, words: wordsOf(body) }],
    ),
  ]);
  for (let before = -1; before < taking.size; ) {
    before = taking.size;
    for (const { name, words } of bodies) if ([...words].some((word) => taking.has(word))) taking.add(name);
  }
  return taking;
}

function meets(body: string, names: ReadonlySet<string>): boolean {
  return [...wordsOf(body)].some((word) => names.has(word));
}

function byLength([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left.length - right.length;
}
