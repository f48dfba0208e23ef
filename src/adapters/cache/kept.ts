/** Values, not only bytes, in a cache of results. */
import { deserialize, serialize } from "node:v8";
import type { ResultCache } from "../../base/index.ts";

/**
 * What was kept, or what `make` makes, which is kept then.
 *
 * @param make gives plain data: objects, arrays, maps and sets, whose parts may be shared
 */
export function kept<T>(cache: ResultCache, kind: string, content: readonly string[], make: () => T): T {
  const bytes = cache.get(kind, content);
  if (bytes !== null) return deserialize(bytes) as T;
  const made = make();
  cache.set(kind, content, serialize(made));
  return made;
}
