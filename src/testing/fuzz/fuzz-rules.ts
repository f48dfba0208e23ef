/** Changed rule packs: each is taken, or refused in words that name the file. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type fc from "fast-check";
import { compilePacks, loadCompiledPacks } from "../../rules/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { changedBytes } from "./changed-bytes.ts";

/** What readers of YAML and of packs trip over. */
const TOKENS = [
  "\n  - ",
  ": ",
  "\n",
  "\t",
  "&a [*a, *a]",
  "<<: *a",
  "!!js/function x",
  "|\n",
  ">-\n",
  "{a: {a: {a: ",
  "[[[[",
  "? x",
  "---\n",
  "0x7fffffffffffffff",
  ".inf",
  "~",
  "__proto__: 1\n",
  "constructor: x\n",
  "id: fixture\n",
  "guards: all\n",
  "model: none\n",
  '"\\u0000"',
  "\ufeff",
];

const ROOTS = ["rules", "fixtures/checks/pack", "fixtures/checks/exchange-pack"];

export function changedPacks(): fc.Arbitrary<Buffer> {
  const files = ROOTS.flatMap((root) =>
    readdirSync(join(PROJECT_ROOT, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => join(PROJECT_ROOT, root, name)),
  );
  return changedBytes(
    files.sort().map((file) => readFileSync(file)),
    TOKENS,
  );
}

const shippedFiles = ["rules/xen", "fixtures/checks/pack"].flatMap((folder) =>
  readdirSync(join(PROJECT_ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(PROJECT_ROOT, folder, name))
    .map((file) => ({ path: relative(PROJECT_ROOT, file), text: readFileSync(file, "utf8") })),
);
const shipped = await compilePacks(shippedFiles);

const LONGEST_MS = 5_000;

/** @throws {Error} for whatever must not be */
export async function checkPack(bytes: Buffer): Promise<void> {
  const before = process.cpuUsage();
  const text = bytes.toString("utf8");
  for (const path of ["fuzz/driver.yaml", "fuzz/rule.yaml"]) {
    try {
      loadCompiledPacks(await compilePacks([{ path, text }], shipped));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "InputError") throw error;
      if (!error.message.includes("fuzz/") && !/^two packs|^no shipped/.test(error.message))
        throw new Error(`it is not said where: ${error.message}`, { cause: error });
    }
  }
  const { user, system } = process.cpuUsage(before);
  if ((user + system) / 1000 > LONGEST_MS)
    throw new Error(`it took ${Math.round((user + system) / 1000)} ms`);
}
