/**
 * The guards of the rule packs as attributes in a file, for clang's thread safety analysis: what
 * somebody would have to write there by hand. No line moves.
 *
 * Clang 14 cannot name the lock beside a member from C, so only global locks can be given.
 */
import { type LockName, matchesFile } from "../../drivers/index.ts";
import { modelOfFiles } from "../../review/index.ts";
import type { Guard, LoadedPacks, Rule } from "../../rules/index.ts";
import { standInOf } from "./lock-prelude.ts";

export interface Annotations {
  /** A member's struct and name, and the global lock that guards it. */
  readonly members: readonly {
    readonly struct: string;
    readonly fields: readonly string[] | "all";
    readonly except: readonly string[];
    readonly lock: string;
  }[];
  readonly globals: readonly { readonly name: string; readonly lock: string }[];
  /** Functions that are called with a lock held. */
  readonly contracts: readonly { readonly function: string; readonly lock: string }[];
}

const PROFILE = "approach-b";

/** @param file as it is, before anything was planted in it */
export function annotationsFor(
  file: { readonly path: string; readonly text: string },
  packs: LoadedPacks,
): Annotations {
  const rules = packs.drivers
    .filter(({ model }) => matchesFile(model, file.path) !== null)
    .flatMap((pack) => pack.rules)
    .filter(({ profiles }) => profiles.includes(PROFILE));
  const model = modelOfFiles([file], packs, PROFILE);
  return {
    members: rules.flatMap(({ guards }) => guards.flatMap(memberOf)),
    globals: rules.flatMap(globalsOf),
    contracts: model.functions
      .filter((unit) => unit.file === file.path)
      .flatMap(({ name, requires }) =>
        requires.flatMap((lock) => (/^\w+$/.test(lock) ? [{ function: name, lock }] : [])),
      ),
  };
}

function memberOf({ struct, fields, lock, constant, lockFree, ...guard }: Guard): Annotations["members"] {
  const isOneLock = guard.alternatives.length === 0 && (guard.bySubsystem ?? []).length === 0;
  return lock.kind === "global" && isOneLock
    ? [{ struct, fields, except: [...constant, ...lockFree], lock: lock.name }]
    : [];
}

function globalsOf({ globals = [] }: Rule): Annotations["globals"] {
  const nameOf = (lock: LockName) => (lock.kind === "global" ? [lock.name] : []);
  return globals
    .filter(({ alternatives, bySubsystem = [] }) => alternatives.length + bySubsystem.length === 0)
    .flatMap(({ global: name, lock }) => nameOf(lock).map((each) => ({ name, lock: each })));
}

type Attribute = (kind: "guarded_by" | "requires_capability", lock: string) => string | null;

/** @param known locks that the prelude declares, which have other names there */
export function annotated(
  text: string,
  { members, globals, contracts }: Annotations,
  known: readonly string[],
): string {
  const used = new Set<string>();
  const attribute: Attribute = (kind, lock) => {
    const isKnown = known.includes(lock);
    if (!isKnown && !LOCK(lock).test(text)) return null;
    used.add(lock);
    return `__attribute__((${kind}(${isKnown ? standInOf(lock) : lock})))`;
  };
  let result = text;
  for (const member of members) result = withGuardedMembers(result, member, attribute);
  for (const { name, lock } of globals)
    result = result.replace(new RegExp(`^static LIST_HEAD\\(${name}\\);`, "m"), (definition) => {
      const guard = attribute("guarded_by", lock);
      return guard === null ? definition : `static struct list_head ${name} ${guard}; ${definition}`;
    });
  for (const { function: name, lock } of contracts)
    result = result.replace(definitionOf(name), (head) => {
      const contract = attribute("requires_capability", lock);
      return contract === null ? head : `${contract} ${head}`;
    });
  const declared = [...used].filter((lock) => !known.includes(lock)).map((lock) => declarationOf(text, lock));
  return `${declared.join("")}${result}`;
}

function withGuardedMembers(
  text: string,
  { struct, fields, except, lock }: Annotations["members"][number],
  attribute: Attribute,
): string {
  const body = new RegExp(`(?<=^struct ${struct}\\s*\\{\\n)[^}]*\\n(?=\\})`, "m");
  const member = /^([ \t]+[A-Za-z_][\w \t]*?[ \t*]+)(\w+)((?:\[[^\]]*\])*)(;.*)$/gm;
  return text.replace(body, (lines) =>
    lines.replace(member, (line: string, type: string, name: string, bounds: string, end: string) => {
      const isMeant = fields === "all" ? !/lock_t\b/.test(type) : fields.includes(name);
      if (!isMeant || except.includes(name)) return line;
      return `${type}${name}${bounds} ${attribute("guarded_by", lock) ?? ""}${end}`;
    }),
  );
}

/** The head of a definition, also under the name that a rewrite gave it. */
function definitionOf(name: string): RegExp {
  return new RegExp(`^(?:static|[a-z])[^;{}#/]*?\\b${name}(?:_anew)?\\s*\\([^;{]*?\\)\\s*\\{`, "m");
}

const LOCK = (name: string) => new RegExp(`^(static )?DEFINE_(SPIN|RW)LOCK\\(${name}\\)`, "m");

/** Before the lock is defined, members already speak of it. */
function declarationOf(text: string, lock: string): string {
  const [, isStatic, kind] = LOCK(lock).exec(text) ?? [];
  return `${isStatic === undefined ? "extern" : "static"} ${kind === "RW" ? "rwlock_t" : "spinlock_t"} ${lock}; `;
}
