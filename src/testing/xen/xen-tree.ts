/**
 * Where the real Xen tree is, if it is there at all.
 *
 * Tests on real Xen run when the tree is there and are skipped with one line
 * otherwise; they never fetch anything themselves.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
const DRIVERS = "xen/drivers/passthrough";

/** Printed once by every test file that is skipped. */
export const HOW_TO_GET_XEN =
  "real Xen is not here: run `npm run xen`, or set XEN_TREE to a Xen tree; the tests on it are skipped";

/** The files that every promise about reading names. */
export const NAMED_FILES: readonly string[] = [
  `${DRIVERS}/arm/smmu.c`,
  `${DRIVERS}/arm/smmu-v3.c`,
  `${DRIVERS}/arm/ipmmu-vmsa.c`,
  `${DRIVERS}/pci.c`,
  `${DRIVERS}/iommu.c`,
];

export const SMMU = `${DRIVERS}/arm/smmu.c`;

/**
 * @param project the project's folder, for programs that were built and lie elsewhere
 * @returns the tree's path: XEN_TREE if set, else what `npm run xen` unpacked; null if neither is there
 */
export function findXenTree(project: string = PROJECT): string | null {
  const named = process.env["XEN_TREE"];
  const candidates = named ? [named] : unpackedTrees(path.join(project, ".cache/xen"));
  return candidates.find((tree) => existsSync(path.join(tree, SMMU))) ?? null;
}

/** As `findXenTree`, and says on standard error how to get the tree when there is none. */
export function xenTreeOrNotice(): string | null {
  const tree = findXenTree();
  if (tree === null) process.stderr.write(`${HOW_TO_GET_XEN}\n`);
  return tree;
}

/** The text of one file of the tree. */
export function readXenFile(tree: string, file: string): string {
  return readFileSync(path.join(tree, file), "utf8");
}

/** All `.c` files under `xen/` of the tree, by name, relative to the tree. */
export function cFilesOf(tree: string): string[] {
  return readdirSync(path.join(tree, "xen"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".c") && statSync(path.join(tree, "xen", file)).isFile())
    .map((file) => path.posix.join("xen", file.split(path.sep).join("/")))
    .sort();
}

function unpackedTrees(cache: string): string[] {
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => name.startsWith("xen-"))
    .sort()
    .map((name) => path.join(cache, name));
}
