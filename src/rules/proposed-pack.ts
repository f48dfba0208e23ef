/**
 * Guards that were inferred, as a rule pack to edit.
 *
 * Out: the texts of `driver.yaml` and of one rule. Both are valid as they stand; what only a
 * person knows is marked with TODO.
 */

/** A place that does not hold the lock: a comment in the pack. */
export interface GuardException {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly text: string;
  readonly kind: "read" | "write";
}

/** What a guard needs for the pack. */
export interface ProposedGuard {
  readonly struct: string;
  readonly field: string;
  /** A global's name, or `struct.member`. */
  readonly lock: string;
  /** The lock's type as the code spells it; "" when it is not known. */
  readonly lockType: string;
  /** The files declare no such variable: it stands behind functions. */
  readonly behindFunctions: boolean;
  /** Some holder reads under a shared lock. */
  readonly sharedReads: boolean;
  readonly held: number;
  readonly accesses: number;
  readonly exceptions: readonly GuardException[];
}

export interface PackProposal {
  /** The first names the pack. */
  readonly files: readonly string[];
  /** That define structs of the guards. */
  readonly headers: readonly string[];
  readonly guards: readonly ProposedGuard[];
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly operationsType: string | null;
}

export interface ProposedFile {
  readonly name: string;
  readonly text: string;
}

/** @returns nothing when there is no guard */
export function proposedPack(proposal: PackProposal): ProposedFile[] {
  const { guards } = proposal;
  if (guards.length === 0) return [];
  const id = idOf(proposal.files[0] ?? "driver");
  return [
    { name: "driver.yaml", text: driverText(id, proposal) },
    { name: "guarded.yaml", text: ruleText(id, guards) },
  ];
}

function idOf(file: string): string {
  const name =
    file
      .split("/")
      .at(-1)
      ?.replace(/\.[ch]$/, "") ?? "";
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "driver"
  );
}

function driverText(id: string, { files, headers, guards, fields, operationsType }: PackProposal): string {
  const locks = [...new Map(guards.map((guard) => [guard.lock, guard])).values()];
  const guarded = (lock: string) =>
    guards.filter((each) => each.lock === lock).map(({ struct, field }) => `${struct}.${field}`);
  return [
    `id: ${asWord(id)}`,
    `title: ${quoted(`TODO: what ${id} is`)}`,
    "",
    "files:",
    ...files.map((file) => `  - ${quoted(file)}`),
    ...(headers.length === 0 ? [] : ["", "headers:", ...headers.map((file) => `  - ${quoted(file)}`)]),
    "",
    "types:",
    ...[...fields].flatMap(([struct, names]) => [
      `  - struct: ${struct}`,
      `    fields: [${names.join(", ")}]`,
      `    says: ${quoted("TODO: what it is, and until when it is private")}`,
    ]),
    "",
    "locks:",
    ...locks.flatMap(({ lock, lockType, behindFunctions }) => [
      `  - lock: ${lock}`,
      `    type: ${quoted(lockType === "" ? "lock" : lockType)}`,
      // Without this it would be looked for among the variables.
      ...(behindFunctions ? [`    definedIn: ${quoted("TODO: the file that has its functions")}`] : []),
      `    guards: ${quoted(guarded(lock).join(", "))}`,
    ]),
    "",
    ...(operationsType === null
      ? []
      : [
          `operationsType: ${operationsType}`,
          "",
          "# TODO: who calls the operations, and under which locks.",
          "entryPoints: []",
          "",
        ]),
    "needs:",
    ...guards.map(
      ({ struct, field }) =>
        `  - { kind: field, name: ${struct}.${field}, without: ${quoted(`${struct}.${field} is not checked`)} }`,
    ),
    "",
  ].join("\n");
}

function ruleText(id: string, guards: readonly ProposedGuard[]): string {
  const [first] = guards;
  return [
    `id: ${id}/guarded`,
    `model: ${asWord(id)}`,
    "profiles: [list, approach-a, approach-b]",
    `title: ${quoted("TODO: what is wrong when the rule is broken")}`,
    "",
    "guards:",
    ...guards.flatMap(guardLines),
    "",
    "why: |",
    "  TODO: who runs at the same time, and what it does to the field.",
    "",
    "fix: |",
    "  TODO: where to take the lock.",
    "",
    "sources:",
    ...guards.map(
      ({ struct, field, held, accesses }) =>
        `  - { ref: ${quoted(`${struct}.${field}`)}, shows: ${quoted(`${held} of ${accesses} accesses hold the lock`)} }`,
    ),
    "",
    ...(first === undefined ? [] : exampleLines(first)),
    "",
  ].join("\n");
}

function guardLines({
  struct,
  field,
  lock,
  sharedReads,
  held,
  accesses,
  exceptions,
}: ProposedGuard): string[] {
  return [
    `  # Held at ${held} of ${accesses} accesses.${exceptions.length === 0 ? "" : " Not held at:"}`,
    ...exceptions.map(
      ({ file, line, function: name, text, kind }) => `  #   ${file}:${line} ${name}(): ${text} (${kind})`,
    ),
    `  - struct: ${struct}`,
    `    fields: [${field}]`,
    `    lock: ${lock}`,
    ...(sharedReads ? ["    read: shared"] : []),
  ];
}

/** Calls by the lock's type; a lock of another type is shown as a spinlock. */
const CALLS: Readonly<Record<string, readonly [take: string, release: string]>> = {
  pthread_mutex_t: ["pthread_mutex_lock", "pthread_mutex_unlock"],
  mtx_t: ["mtx_lock", "mtx_unlock"],
  rwlock_t: ["write_lock", "write_unlock"],
};

function exampleLines({ struct, field, lock, lockType, behindFunctions }: ProposedGuard): string[] {
  const type = lockType in CALLS ? lockType : "spinlock_t";
  const [take, release] = CALLS[type] ?? ["spin_lock", "spin_unlock"];
  const [owner = "", member] = lock.split(".");
  const isOwn = owner === struct;
  const around = member !== undefined && !isOwn;
  const own = `struct ${struct} { ${isOwn ? `${type} ${member}; ` : ""}int ${field}; };`;
  const declared = around ? [own, `struct ${owner} { ${type} ${member}; struct ${struct} in; };`] : [own];
  if (member === undefined && !behindFunctions) declared.push(`static ${type} ${lock};`);
  const parameter = around ? `struct ${owner} *o` : `struct ${struct} *o`;
  const value = around ? `o->in.${field}` : `o->${field}`;
  const held = member === undefined ? `&${lock}` : `&o->${member}`;
  const reports = [...declared, "", `int get(${parameter})`, "{", `    return ${value};`, "}"];
  const accepts = [
    ...declared,
    "",
    `int get(${parameter})`,
    "{",
    "    int value;",
    "",
    behindFunctions ? `    ASSERT(spin_is_locked(${held}));` : `    ${take}(${held});`,
    `    value = ${value};`,
    ...(behindFunctions ? [] : [`    ${release}(${held});`]),
    "",
    "    return value;",
    "}",
  ];
  const indented = (lines: readonly string[]) => lines.map((line) => (line === "" ? "" : `    ${line}`));
  return ["examples:", "  reports: |", ...indented(reports), "  accepts: |", ...indented(accepts)];
}

/** A word that YAML does not read as something else: a file may be called null.c. */
function asWord(text: string): string {
  return /^(?:null|true|false|yes|no|on|off|[\d.e_-]+)$/.test(text) ? quoted(text) : text;
}

/** As a YAML string that means itself. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
