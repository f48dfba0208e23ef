/** Which other files of a tree a pack wants read along with a driver's files. */
import type { DriverModel } from "../drivers/index.ts";
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
  for (const { model, inTree } of driversOf(packs, paths)) {
    for (const header of model.headers ?? []) {
      const path = inTree(header);
      const structs = (model.types ?? []).map((type) => type.struct);
      if (!paths.includes(path)) wanted.set(path, { path, structs });
    }
  }
  return [...wanted.values()];
}

/** @returns the files in which the callers of the drivers among `paths` stand, each once, by its name in the tree */
export function callersFor(packs: readonly Pack[], paths: readonly string[]): string[] {
  const wanted = driversOf(packs, paths).flatMap(({ model, inTree }) =>
    (model.callers ?? []).map(({ file }) => inTree(file)),
  );
  return [...new Set(wanted)];
}

/** The drivers among the files, and how a name of their tree is spelt beside them. */
function driversOf(
  packs: readonly Pack[],
  paths: readonly string[],
): { readonly model: DriverModel; readonly inTree: (name: string) => string }[] {
  return paths.flatMap((path) => {
    const match = packForFile(packs, path);
    if (match?.by !== "path") return [];
    const { model } = match.pack;
    const depth = model.files[0]?.split("/").length ?? 0;
    const top = path.split("/").slice(0, -depth);
    return [{ model, inTree: (name: string) => [...top, name].join("/") }];
  });
}
