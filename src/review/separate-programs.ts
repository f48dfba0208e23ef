/**
 * Files that cannot be one program: two architectures' of a tree, and two drivers that give
 * one struct tag different members.
 *
 * Each architecture is analysed with the files of none, each such driver with those that no
 * driver claims; what is found twice is told once.
 */
import { type DriverModel, matchesFile } from "../drivers/index.ts";
import { isHeader } from "../locks/index.ts";
import { type Pack, packForFile } from "../rules/index.ts";
import type { InputFile } from "./input-file.ts";

/**
 * @param alternatives folders of which a build has one folder in it
 * @returns the files, one list a program; one list when nothing clashes
 */
export function separatePrograms(
  files: readonly InputFile[],
  packs: readonly Pack[],
  alternatives: ReadonlySet<string> = new Set(),
): (readonly InputFile[])[] {
  const chosen = new Map(files.map(({ path }) => [path, alternativeOf(path, alternatives)]));
  const names = [...new Set(chosen.values())].filter((name) => name !== null).sort();
  if (names.length < 2) return separateDrivers(files, packs);
  return names.flatMap((name) =>
    separateDrivers(
      files.filter(({ path }) => (chosen.get(path) ?? name) === name),
      packs,
    ),
  );
}

/** The folder that stands for its alternative: `x86` of `xen/arch/x86/mm.c`. */
function alternativeOf(path: string, alternatives: ReadonlySet<string>): string | null {
  const folders = path.split("/").slice(0, -1);
  const at = folders.findLastIndex((folder) => alternatives.has(folder));
  return at === -1 ? null : (folders[at + 1] ?? null);
}

function separateDrivers(files: readonly InputFile[], packs: readonly Pack[]): (readonly InputFile[])[] {
  const models = [...new Set(files.flatMap(({ path }) => modelOf(packs, path) ?? []))];
  const groups: DriverModel[][] = [];
  for (const model of models) {
    const group = groups.find((others) => others.every((other) => !clash(other, model)));
    if (group === undefined) groups.push([model]);
    else group.push(model);
  }
  if (groups.length < 2) return [files];
  return groups.map((group, index) => {
    const isOwn = (path: string) => {
      const owner = modelOf(packs, path);
      return owner !== null && group.includes(owner);
    };
    const isNear = nearness(index === 0 ? [] : files.filter(({ path }) => isOwn(path)), files.length);
    return files.filter(({ path }) => isOwn(path) || (modelOf(packs, path) === null && isNear(path)));
  });
}

/** More files than these are not analysed once more for every further driver. */
const MOST_FILES_AGAIN = 200;

/** Of a whole tree only headers, and what stands in the folder of the driver's files or around it, are read with it again. */
function nearness(own: readonly InputFile[], count: number): (path: string) => boolean {
  if (own.length === 0 || count <= MOST_FILES_AGAIN) return () => true;
  const folders = own.map(({ path }) => folderOf(path));
  return (path) => isHeader({ path }) || folders.some((folder) => folder.startsWith(folderOf(path)));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
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
