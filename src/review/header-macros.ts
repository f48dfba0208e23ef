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
  for (const header of headers) {
    const macros = header.macros.all.filter((macro) => hidesLock(macro, platform));
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

/** A call in all but name, of a primitive; what the platform names itself is known already. */
function hidesLock({ name, params, body }: Macro, { functions }: Platform): boolean {
  if (params === null || functions.has(name)) return false;
  return [...wordsOf(body)].some((word) => (functions.get(word)?.lock ?? null) !== null);
}

function byLength([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left.length - right.length;
}
