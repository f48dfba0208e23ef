/**
 * Proposes guards from what code does: which lock is held at nearly every access to a field.
 *
 * In:  files as text, the packs (for primitives, and for what known callers hold).
 * Out: for each field the lock that it seems to be guarded by, with the places that do not hold
 *      it. Objects that are still private, and code that runs at boot or alone, do not count.
 */
import { compareText, positionAt } from "../base/index.ts";
import {
  createParseCache,
  readSourceFile,
  type SourceFile,
  type TypeTable,
  typeTableOf,
  variantsOf,
} from "../c/index.ts";
import { headerMacrosOf, type LockMode, type Platform, typeOptionsOf } from "../drivers/index.ts";
import {
  type AccessFact,
  type AnalysedProgram,
  analyseProgram,
  CallGraph,
  createAnalysisCache,
  type FunctionUnit,
  type GuardTable,
  lockText,
} from "../locks/index.ts";
import { type GuardException, type LoadedPacks, modelForFile, type ProposedGuard } from "../rules/index.ts";
import { entryWaysOf } from "./entry-ways.ts";
import type { InputFile } from "./input-file.ts";

export interface InferenceLimits {
  /** The least share of accesses that hold the lock. */
  readonly support: number;
  /** The least number of accesses. */
  readonly accesses: number;
}

export interface Inference {
  readonly guards: readonly ProposedGuard[];
  /** Members in order, of each struct that a guard or its lock is in. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** The tag of the struct whose initialisers hold functions, or null. */
  readonly operationsType: string | null;
}

export function inferGuards(
  files: readonly InputFile[],
  packs: LoadedPacks,
  limits: InferenceLimits,
): Inference {
  const cache = createParseCache();
  const macros = headerMacrosOf(packs.platform);
  const ordered = [...files].sort((left, right) => compareText(left.path, right.path));
  const sources = ordered.map(({ path, text }) =>
    readSourceFile(path, text, variantsOf(text, cache)[0] ?? new Map(), { cache, macros }),
  );
  const types = typeTableOf(sources, typeOptionsOf(packs.platform));
  const structs = structsIn(sources, types, packs.platform);
  const program = analyseProgram({
    types,
    files: sources,
    platform: packs.platform,
    guards: everyField(structs),
    cache,
    analyses: createAnalysisCache(),
  });
  const guards = guardsSeen(program, { types, platform: packs.platform, packs }, limits);
  const named = new Set(guards.flatMap(({ struct, lock }) => [struct, ...lock.split(".").slice(0, -1)]));
  return {
    guards,
    fields: new Map([...structs].filter(([tag]) => named.has(tag))),
    operationsType: operationsTypeOf(sources),
  };
}

/** Members by tag; a struct that is a lock itself has none that matter. */
function structsIn(
  sources: readonly SourceFile[],
  types: TypeTable,
  platform: Platform,
): Map<string, readonly string[]> {
  const tags = new Set<string>();
  for (const { items } of sources) {
    for (const { masked } of items)
      for (const [, tag = ""] of masked.matchAll(/\bstruct\s+(\w+)\s*\{/g)) tags.add(tag);
  }
  const structs = new Map<string, readonly string[]>();
  for (const tag of [...tags].sort()) {
    const fields = types.fields(tag)?.map(({ name }) => name) ?? [];
    if (fields.length > 0 && !platform.lockTypes.has(tag)) structs.set(tag, fields);
  }
  return structs;
}

/** How the locks at a place are held, by name. */
type HeldModes = ReadonlyMap<string, LockMode>;

/** Guards that ask for nothing: with them every access is recorded and none is judged. */
function everyField(structs: ReadonlyMap<string, readonly string[]>): GuardTable {
  const guards = [...structs].map(([struct, fields]) => ({
    rule: "",
    struct,
    global: null,
    fields,
    lock: { kind: "global", name: "" } as const,
    read: "shared" as const,
    write: "shared" as const,
    alternatives: [],
    constant: [],
    lockFree: fields,
    walkKeys: [],
    neverFreed: true,
  }));
  return { guards, handles: new Set() };
}

interface Known {
  readonly types: TypeTable;
  readonly platform: Platform;
  readonly packs: LoadedPacks;
}

interface Seen {
  readonly unit: FunctionUnit;
  readonly access: AccessFact;
  readonly held: HeldModes;
}

/** A lock that is held to read keeps no other writer away. */
function isGuardedBy(lock: string, { access, held }: Seen): boolean {
  const mode = held.get(lock);
  return access.kind === "read" ? mode !== undefined : mode === "exclusive";
}

function guardsSeen(program: AnalysedProgram, known: Known, limits: InferenceLimits): ProposedGuard[] {
  const graph = new CallGraph(
    program,
    entryWaysOf(program, (path) => modelForFile(known.packs.drivers, path)),
  );
  const entries = entryLocks(program, graph);
  const byField = new Map<string, Seen[]>();
  for (const unit of program.units) {
    if (graph.isBootOnly(unit)) continue;
    for (const access of unit.facts.accesses) {
      if (access.private || access.kind === "call" || isLock(access, known)) continue;
      const held = withModes(program, unit, access.held, entries.get(unit) ?? new Map());
      const seen = { unit, access, held };
      const key = `${access.struct}.${access.field}`;
      byField.set(key, [...(byField.get(key) ?? []), seen]);
    }
  }
  const shared = sharedLocks(program);
  return [...byField]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([, seen]) => guardOf(seen, known, { limits, shared }) ?? []);
}

function isLock({ struct, field }: AccessFact, { types, platform }: Known): boolean {
  const type = types.fieldType(struct, field);
  return type?.kind === "scalar" && platform.lockTypes.has(type.name);
}

/** The locks that a function holds somewhere, and those that it was entered with. */
function withModes(
  program: AnalysedProgram,
  unit: FunctionUnit,
  held: AccessFact["held"],
  entered: HeldModes,
): HeldModes {
  const modes = new Map(entered);
  for (const lock of held) {
    const spans = unit.facts.spans.filter((span) => span.lock === lock);
    const isShared = spans.length > 0 && spans.every(({ mode }) => mode === "shared");
    modes.set(lockText(program.table, lock), isShared ? "shared" : "exclusive");
  }
  return modes;
}

/** Locks that every way into a function holds; what runs at boot or alone does not count. */
function entryLocks(program: AnalysedProgram, graph: CallGraph): ReadonlyMap<FunctionUnit, HeldModes> {
  // Left out: not reached yet, which is as good as all locks.
  const entries = new Map<FunctionUnit, HeldModes>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const unit of program.units) {
      const ways = graph.waysOf(unit).filter((way) => !way.atBoot);
      const sets: HeldModes[] = ways.map(({ holds }) => new Map(holds.map((lock) => [lock, "exclusive"])));
      for (const { unit: caller, call } of graph.callersOf(unit)) {
        const before = entries.get(caller);
        if (before === undefined || graph.isBootOnly(caller)) continue;
        sets.push(withModes(program, caller, call.held, before));
      }
      const [first, ...others] = sets;
      if (first === undefined) continue;
      const met = others.reduce(heldInBoth, first);
      const known = entries.get(unit);
      if (known?.size === met.size && [...known].every(([lock, mode]) => met.get(lock) === mode)) continue;
      entries.set(unit, met);
      changed = true;
    }
  }
  return entries;
}

function heldInBoth(left: HeldModes, right: HeldModes): HeldModes {
  const both = [...left].filter(([lock]) => right.has(lock));
  return new Map(both.map(([lock, mode]) => [lock, mode === "shared" ? mode : (right.get(lock) ?? mode)]));
}

function sharedLocks(program: AnalysedProgram): ReadonlySet<string> {
  const spans = program.units.flatMap((unit) => unit.facts.spans);
  return new Set(
    spans.filter(({ mode }) => mode === "shared").map(({ lock }) => lockText(program.table, lock)),
  );
}

interface Candidate {
  readonly lock: string;
  readonly held: number;
  /** The lock beside the field before that of the object around it, and that before a global one. */
  readonly rank: number;
}

function guardOf(
  seen: readonly Seen[],
  known: Known,
  { limits, shared }: { readonly limits: InferenceLimits; readonly shared: ReadonlySet<string> },
): ProposedGuard | null {
  const [one] = seen;
  // What nobody writes any more needs no lock.
  if (
    one === undefined ||
    seen.length < limits.accesses ||
    seen.every(({ access }) => access.kind === "read")
  )
    return null;
  const { struct, field } = one.access;
  const best = [...new Set(seen.flatMap(({ held }) => [...held.keys()]))]
    .flatMap((lock): Candidate[] => {
      const rank = rankOf(lock, struct, known);
      const held = seen.filter((each) => isGuardedBy(lock, each)).length;
      return rank === null || held < limits.support * seen.length ? [] : [{ lock, held, rank }];
    })
    .sort((a, b) => b.rank - a.rank || b.held - a.held || compareText(a.lock, b.lock))[0];
  if (best === undefined) return null;
  return {
    struct,
    field,
    lock: best.lock,
    lockType: lockTypeOf(best.lock, known.types),
    behindFunctions: !best.lock.includes(".") && known.types.globalType(best.lock) === null,
    sharedReads: shared.has(best.lock),
    held: best.held,
    accesses: seen.length,
    exceptions: seen.filter((each) => !isGuardedBy(best.lock, each)).map(placeOf),
  };
}

/** How closely a lock belongs to a struct; null when a guard could not name it. */
function rankOf(lock: string, struct: string, { types, platform }: Known): number | null {
  const [owner, member] = lock.split(".");
  if (member === undefined)
    return types.globalType(lock) !== null || isBehindFunctions(lock, platform) ? 0 : null;
  if (owner === struct) return 2;
  const embeds =
    types.fields(owner ?? "")?.some(({ type }) => type.kind === "struct" && type.tag === struct) ?? false;
  return embeds ? 1 : null;
}

function isBehindFunctions(name: string, platform: Platform): boolean {
  return [...platform.functions.values()].some(
    ({ lock }) => lock !== null && "global" in lock.lock && lock.lock.global === name,
  );
}

function lockTypeOf(lock: string, types: TypeTable): string {
  const [owner, member] = lock.split(".");
  const type = member === undefined ? types.globalType(lock) : types.fieldType(owner ?? "", member);
  if (type?.kind === "scalar") return type.name;
  return type?.kind === "struct" ? `struct ${type.tag}` : "";
}

function placeOf({ unit, access }: Seen): GuardException {
  const { line } = positionAt(unit.file.lines, unit.item.offset + access.at.start);
  const kind = access.kind === "read" ? "read" : "write";
  return { file: unit.file.path, line, function: unit.name, text: access.text.replace(/\s+/g, " "), kind };
}

function operationsTypeOf(sources: readonly SourceFile[]): string | null {
  for (const { items } of sources) {
    for (const { kind, masked } of items) {
      const table =
        kind === "declaration"
          ? /\bstruct\s+(\w+)\s+\w+\s*=\s*\{\s*\.\w+\s*=\s*[A-Za-z_]/.exec(masked)
          : null;
      if (table?.[1] !== undefined) return table[1];
    }
  }
  return null;
}
