/**
 * Which function a name means at a call.
 *
 * In: the functions of a program. Out: the one that a call in a file reaches.
 * A file's own function comes first, then the nearest one by folders: of two
 * architectures' functions of one name, a file of one of them means its own. An
 * inline function of a header is everybody's whom the header's folder serves.
 */
import type { FunctionIr, SourceFile } from "../c/index.ts";

interface Named {
  readonly name: string;
  readonly file: SourceFile;
  readonly ir: FunctionIr;
}

export type FindCallee<T> = (from: SourceFile, name: string) => T | undefined;

export function calleeFinder<T extends Named>(functions: readonly T[]): FindCallee<T> {
  const own = new Map<SourceFile, Map<string, T>>();
  const others = new Map<string, T[]>();
  // What an operation table leads to is named together with its file.
  const byPath = new Map(functions.map((one) => [`${one.file.path}:${one.name}`, one]));
  for (const one of functions) {
    const inFile = own.get(one.file) ?? new Map<string, T>();
    own.set(one.file, inFile.set(one.name, one));
    if (one.ir.isStatic && !isHeader(one.file)) continue;
    const known = others.get(one.name);
    if (known === undefined) others.set(one.name, [one]);
    else known.push(one);
  }
  // Which one is nearest hangs on the folder alone; by the file it is found without cutting its path.
  const near = new Map<string, Map<string, T | undefined>>();
  const nearFile = new Map<SourceFile, Map<string, T | undefined>>();
  const nearTo = (from: SourceFile): Map<string, T | undefined> => {
    const folder = folderOf(from.path);
    const known = near.get(folder) ?? new Map<string, T | undefined>();
    near.set(folder, known);
    nearFile.set(from, known);
    return known;
  };
  const shared = (from: SourceFile, name: string): T | undefined => {
    const candidates = others.get(name);
    if (candidates === undefined) return undefined;
    const known = nearFile.get(from) ?? nearTo(from);
    let found = known.get(name);
    if (found === undefined && !known.has(name)) {
      found = nearest(folderOf(from.path), candidates);
      known.set(name, found);
    }
    return found;
  };
  return (from, name) => own.get(from)?.get(name) ?? shared(from, name) ?? byPath.get(name);
}

/** With its closing slash. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Of functions that are equally near, the last one. */
function nearest<T extends Named>(folder: string, candidates: readonly T[]): T | undefined {
  let found: T | undefined;
  let most = -1;
  for (const one of candidates) {
    if (one.ir.isStatic && !folder.startsWith(headerFolder(one.file.path))) continue;
    const near = sharedFolders(folder, one.file.path);
    if (near < most) continue;
    most = near;
    found = one;
  }
  return found;
}

export function isHeader({ path }: Pick<SourceFile, "path">): boolean {
  return path.endsWith(".h");
}

/** The folder that a header serves: its own, beside sources; the one above `include/`. */
export function headerFolder(path: string): string {
  const include = path.lastIndexOf("/include/");
  return path.slice(0, (include === -1 ? path.lastIndexOf("/") : include) + 1);
}

function sharedFolders(left: string, right: string): number {
  const [one, other] = [left.split("/").slice(0, -1), right.split("/").slice(0, -1)];
  const differs = one.findIndex((folder, index) => folder !== other[index]);
  return differs === -1 ? one.length : differs;
}
