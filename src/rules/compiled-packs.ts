/**
 * The packs that ship, as one JSON document, and how they are used.
 *
 * The build reads and checks the YAML once; a run only fills in defaults, so it needs
 * neither a YAML reader nor a schema validator.
 */
import { InvariantError } from "../base/index.ts";
import {
  type DriverModel,
  matchesFile,
  type Platform,
  type PlatformDeclaration,
  platformOf,
} from "../drivers/index.ts";
import type { Pack } from "./bind-pack.ts";
import type { Guard, Profile, Rule } from "./rule.ts";

/** JSON-serialisable; the document's shape goes with the program's version. */
export interface CompiledPacks {
  readonly version: 1;
  readonly platform: readonly PlatformDeclaration[];
  readonly drivers: readonly Pack[];
}

export interface LoadedPacks {
  readonly platform: Platform;
  readonly drivers: readonly Pack[];
}

/** @param compiled what `compilePacks` gave, parsed from JSON */
export function loadCompiledPacks(compiled: CompiledPacks): LoadedPacks {
  if (compiled.version !== 1) throw new InvariantError("the compiled rule packs are of another version");
  return { platform: platformOf(compiled.platform), drivers: compiled.drivers };
}

/** The pack whose model speaks of the file; a match of the whole path counts more than one of the name. */
export function packForFile(
  packs: readonly Pack[],
  path: string,
): { readonly pack: Pack; readonly by: "path" | "name" } | null {
  const matches = packs.flatMap((pack) => {
    const by = matchesFile(pack.model, path);
    return by === null ? [] : [{ pack, by }];
  });
  return matches.find((match) => match.by === "path") ?? matches[0] ?? null;
}

/** The model that speaks of the file, or null. */
export function modelForFile(packs: readonly Pack[], path: string): DriverModel | null {
  return packForFile(packs, path)?.pack.model ?? null;
}

export function rulesFor(rules: readonly Rule[], profile: Profile): readonly Rule[] {
  return rules.filter((rule) => rule.profiles.includes(profile));
}

/**
 * The guards of one field; of the whole object when `field` is null. A guard that names the field
 * stands before one that says `all`, which then does not count: the tree's links keep the tree's lock.
 */
export function guardsOf(
  rules: readonly Rule[],
  struct: string,
  field: string | null,
): readonly { readonly rule: Rule; readonly guard: Guard }[] {
  const ofStruct = rules.flatMap((rule) =>
    rule.guards.filter((guard) => guard.struct === struct).map((guard) => ({ rule, guard })),
  );
  const named = ofStruct.filter(
    ({ guard }) => field !== null && guard.fields !== "all" && guard.fields.includes(field),
  );
  return named.length > 0 ? named : ofStruct.filter(({ guard }) => guard.fields === "all");
}
