/** Where the fixtures are, and the rule packs that they are run under. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compilePacks, type LoadedPacks, loadCompiledPacks, PROFILES, type Profile } from "../rules/index.ts";
import { PROJECT_ROOT } from "./project-root.ts";

export const FIXTURES = path.join(PROJECT_ROOT, "fixtures");

const COMMON_PACK = "checks/pack";

const shipped = await compilePacks(
  ["linux", "xen"].flatMap((platform) => yamlFiles(path.join(PROJECT_ROOT, "rules", platform))),
);
const loaded = new Map<string, Promise<LoadedPacks>>();

/** @param folder relative to `fixtures/`; null for the common pack */
export function fixturePacks(folder: string | null): Promise<LoadedPacks> {
  const name = folder ?? COMMON_PACK;
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const packs = compilePacks(yamlFiles(path.join(FIXTURES, name)), shipped).then(loadCompiledPacks);
  loaded.set(name, packs);
  return packs;
}

/** @throws {Error} for a name that is no profile; null is the default profile */
export function profileNamed(name: string | null): Profile {
  const named = PROFILES.find((profile) => profile === (name ?? "approach-b"));
  if (named === undefined) throw new Error(`no profile is called "${name}"`);
  return named;
}

/** The text of one file below `fixtures/`. */
export function readFixture(file: string): string {
  return readFileSync(path.join(FIXTURES, file), "utf8");
}

/** Names of the entries of a folder below `fixtures/`, as paths below it, that end in `ending`. */
export function fixturesIn(folder: string, ending = ""): string[] {
  return readdirSync(path.join(FIXTURES, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort();
}

function yamlFiles(folder: string) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => path.join(folder, name))
    .map((file) => ({ path: path.relative(PROJECT_ROOT, file), text: readFileSync(file, "utf8") }));
}
