/** The programs that mutants are made from: real Xen where it is there, and the fixtures. */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { LoadedPacks } from "../../rules/index.ts";
import { parseFixture } from "../../testing/expectations.ts";
import { FIXTURES, fixturePacks, fixturesIn, readFixture } from "../../testing/fixture-files.ts";
import { shippedPacks } from "../../testing/xen/xen-packs.ts";
import { cFilesOf, readXenFile } from "../../testing/xen/xen-tree.ts";
import { withInferredGuards } from "./inferred-guards.ts";

export interface Program {
  readonly path: string;
  /** Read when it is needed: a tree has hundreds. */
  readonly read: () => string;
  readonly packsFor: (text: string) => LoadedPacks | Promise<LoadedPacks>;
}

/** Larger files cost seconds for every mutant. */
const LARGEST = 150_000;

/** Every file of the hypervisor that speaks of a lock, and is not too large. */
export async function xenPrograms(tree: string): Promise<Program[]> {
  const packs = await shippedPacks();
  return cFilesOf(tree)
    .filter((file) => statSync(path.join(tree, file)).size <= LARGEST)
    .filter((file) => /lock\w*\(/.test(readXenFile(tree, file)))
    .map((file) => ({
      path: file,
      read: () => readXenFile(tree, file),
      packsFor: (text) => withInferredGuards({ path: file, text }, packs),
    }));
}

/** The fixtures of the checks that stand alone in one file, and the demonstration's driver. */
export async function fixturePrograms(): Promise<Program[]> {
  const folders = fixturesIn("checks").filter((name) => statSync(path.join(FIXTURES, name)).isDirectory());
  const programs: Program[] = [];
  for (const file of folders.flatMap((folder) => fixturesIn(folder, ".c"))) {
    const { header, expectations } = parseFixture(readFixture(file));
    const isFlawed = expectations.some(({ kind }) => kind === "miss");
    if (isFlawed || header.with.length > 0 || header.profile !== null) continue;
    const packs = await fixturePacks(header.pack);
    programs.push({ path: file, read: () => readFixture(file), packsFor: () => packs });
  }
  return [...programs, ...(await demoPrograms())];
}

async function demoPrograms(): Promise<Program[]> {
  const packs = await shippedPacks();
  const tree = path.join(FIXTURES, "demo/tree");
  return readdirSync(tree, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".c"))
    .map((file) => file.split(path.sep).join("/"))
    .map((file) => ({ path: file, read: () => readXenFile(tree, file), packsFor: () => packs }));
}
