/** Which headers a pack wants read along with a driver's files, and for which structs. */
import type { Pack } from "./bind-pack.ts";
import { packForFile } from "./compiled-packs.ts";

/** A header by its name in the same tree, and the tags of the structs that the pack knows. */
export interface WantedHeader {
  readonly path: string;
  readonly structs: readonly string[];
}

/**
 * @param paths files under analysis; only those that match a pack by their whole path say where the tree's top is
 * @returns headers that are not among the files, each once
 */
export function headersFor(packs: readonly Pack[], paths: readonly string[]): WantedHeader[] {
  const wanted = new Map<string, WantedHeader>();
  for (const path of paths) {
    const match = packForFile(packs, path);
    if (match?.by !== "path") continue;
    const { headers = [], files, types = [] } = match.pack.model;
    const depth = files[0]?.split("/").length ?? 0;
    const top = path.split("/").slice(0, -depth);
    for (const header of headers) {
      const name = [...top, header].join("/");
      if (!paths.includes(name)) wanted.set(name, { path: name, structs: types.map((type) => type.struct) });
    }
  }
  return [...wanted.values()];
}
