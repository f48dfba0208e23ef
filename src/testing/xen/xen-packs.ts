/** The rule packs that ship, for the tests on the real tree. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compilePacks, type LoadedPacks, loadCompiledPacks } from "../../rules/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";

export async function shippedPacks(): Promise<LoadedPacks> {
  const files = readdirSync(path.join(PROJECT_ROOT, "rules"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => path.posix.join("rules", name.split(path.sep).join("/")));
  const texts = files.map((file) => ({
    path: file,
    text: readFileSync(path.join(PROJECT_ROOT, file), "utf8"),
  }));
  return loadCompiledPacks(await compilePacks(texts));
}
