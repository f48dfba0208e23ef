/** Packs written out, so that results of an analysis can be told apart by the rules that they rest on. */
import type { LoadedPacks } from "./compiled-packs.ts";

/** Equal for equal packs alone. */
export function packsText(packs: LoadedPacks): string {
  return JSON.stringify(packs, (_key, value: unknown) =>
    value instanceof Map || value instanceof Set ? { [value.constructor.name]: [...value] } : value,
  );
}
