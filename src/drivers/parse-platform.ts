/**
 * The YAML files of a platform pack to one declaration.
 *
 * The schema has seen each file on its own; here are the promises that concern
 * several lines: every line names something, and no name means two things on one platform.
 * Platforms, one a folder, may share names: `platform.ts` says which counts.
 */
import {
  complaint,
  type PackDocument,
  type PackFile,
  type PackPath,
  readPackDocument,
} from "./pack-document.ts";
import { type LockFunctionDeclaration, type Named, namesOf, type PlatformDeclaration } from "./platform.ts";

/** The tables that give a meaning to names; within a group a name may stand once. */
const GROUPS = [
  ["lockFunctions", "functions"],
  ["asserts"],
  ["iterators"],
  ["containers"],
  ["neighbours"],
  ["dispatchers"],
  ["macros"],
] as const;

/** @throws {InputError} `file:line: …` for what the schema refuses and for a name that stands twice. */
export async function parsePlatform(files: readonly PackFile[]): Promise<PlatformDeclaration[]> {
  const documents: PackDocument<PlatformDeclaration>[] = [];
  for (const file of files) documents.push(await readPackDocument<PlatformDeclaration>(file, "platform"));
  for (const platform of new Set(documents.map(({ file }) => folderOf(file)))) {
    const own = documents.filter(({ file }) => folderOf(file) === platform);
    for (const tables of GROUPS) refuseRepeatedNames(own, tables);
  }
  for (const document of documents) refuseUnclearLocks(document);
  return documents.map((document) => document.value);
}

function folderOf(file: string): string {
  return file.split(/[\\/]/).slice(0, -1).join("/");
}

function refuseRepeatedNames(
  documents: readonly PackDocument<PlatformDeclaration>[],
  tables: (typeof GROUPS)[number],
): void {
  const seen = new Map<string, string>();
  for (const document of documents) {
    for (const table of tables) {
      const rows: readonly Named[] = document.value[table] ?? [];
      for (const [index, row] of rows.entries()) nameRow(document, [table, index], row, seen);
    }
  }
}

function nameRow(
  document: PackDocument<PlatformDeclaration>,
  path: PackPath,
  row: Named,
  seen: Map<string, string>,
): void {
  const names = namesOf(row);
  if (names.length === 0)
    throw complaint(document, path, "this line names nothing", 'Give it a "name" or "names".');
  for (const name of names) {
    const first = seen.get(name);
    if (first !== undefined) {
      throw complaint(document, path, `"${name}" stands at ${first} already`, "Keep one of the two lines.");
    }
    seen.set(name, `${document.file}:${document.lineOf(path)}`);
  }
}

function refuseUnclearLocks(document: PackDocument<PlatformDeclaration>): void {
  for (const [index, row] of (document.value.lockFunctions ?? []).entries()) {
    if (isClear(row)) continue;
    throw complaint(
      document,
      ["lockFunctions", index, "lock"],
      "which lock it is does not come out",
      'Give either "arg" or "global".',
    );
  }
}

function isClear(row: LockFunctionDeclaration): boolean {
  return "arg" in row.lock !== "global" in row.lock;
}
