/**
 * Files that cannot be one program: two drivers that give one struct tag different members.
 *
 * Each such driver is analysed with the files that no driver claims; what is found twice
 * is told once.
 */
import { type DriverModel, matchesFile } from "../drivers/index.ts";
import { type Pack, packForFile } from "../rules/index.ts";
import type { InputFile } from "./input-file.ts";

/** @returns the files, one list a program; one list when no two drivers clash */
export function separatePrograms(
  files: readonly InputFile[],
  packs: readonly Pack[],
): (readonly InputFile[])[] {
  const models = [...new Set(files.flatMap(({ path }) => modelOf(packs, path) ?? []))];
  const groups: DriverModel[][] = [];
  for (const model of models) {
    const group = groups.find((others) => others.every((other) => !clash(other, model)));
    if (group === undefined) groups.push([model]);
    else group.push(model);
  }
  if (groups.length < 2) return [files];
  return groups.map((group) =>
    files.filter(({ path }) => {
      const owner = modelOf(packs, path);
      return owner === null || group.includes(owner);
    }),
  );
}

/** The driver that a file belongs to, as one of its files or of its headers. */
function modelOf(packs: readonly Pack[], path: string): DriverModel | null {
  const own = packForFile(packs, path)?.pack.model;
  if (own !== undefined) return own;
  const claims = packs.filter(
    ({ model }) => matchesFile({ ...model, files: model.headers ?? [] }, path) === "path",
  );
  return claims.length === 1 ? (claims[0]?.model ?? null) : null;
}

function clash(left: DriverModel, right: DriverModel): boolean {
  return (left.types ?? []).some(({ struct, fields }) =>
    right.types?.some((type) => type.struct === struct && type.fields.join() !== fields.join()),
  );
}
