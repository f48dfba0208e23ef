/**
 * A header for a tool that knows nothing of Xen's locks: each primitive that our platform pack
 * names becomes a call that the tool understands. So all tools know of the same primitives.
 */
import type { LockEffect, Platform } from "../../drivers/index.ts";

export interface Primitive {
  readonly name: string;
  readonly effect: LockEffect;
}

/** What a tool makes of primitives. */
export interface PreludeStyle {
  /** What stands once at the head. */
  readonly head: (globals: readonly string[]) => readonly string[];
  /** Declarations that one primitive needs. */
  readonly declare: (primitive: Primitive) => readonly string[];
  /** The call. @param lock an expression of the lock's address; null for a primitive with one lock of its own */
  readonly call: (primitive: Primitive, lock: string | null) => string;
}

const EFFECTS: readonly LockEffect["kind"][] = ["acquire", "release", "try-acquire"];

/** Those that a caller writes: the ones behind them begin with an underscore. */
export function primitivesOf({ functions }: Pick<Platform, "functions">): Primitive[] {
  return [...functions].flatMap(([name, { lock: effect }]) =>
    effect !== null && EFFECTS.includes(effect.kind) && effect.onlyIf === undefined && !name.startsWith("_")
      ? [{ name, effect }]
      : [],
  );
}

/** Names that a text defines: as a macro, a function or a declaration. */
export function definedIn(text: string, names: readonly string[]): string[] {
  const heads = text.match(/^(?:#\s*define\s+\w+\(|[a-z_][\w\s*]*?\b\w+\s*\()/gm) ?? [];
  const defined = new Set(heads.map((head) => /(\w+)\s*\($/.exec(head)?.[1] ?? ""));
  return names.filter((name) => defined.has(name));
}

export interface PreludeParts {
  readonly primitives: readonly Primitive[];
  /** Headers that define them, as they are included, such as `xen/spinlock.h`. */
  readonly headers: readonly string[];
  readonly style: PreludeStyle;
}

export function preludeOf({ primitives, headers, style }: PreludeParts): string {
  const globals = primitives.flatMap(({ effect: { lock } }) => ("global" in lock ? [lock.global] : []));
  return [
    ...headers.map((header) => `#include <${header}>`),
    // Mutants call these.
    "int mutant_condition(void);",
    "void mutant_sink();",
    ...style.head([...new Set(globals)]),
    ...primitives.flatMap((primitive) => [
      ...style.declare(primitive),
      `#undef ${primitive.name}`,
      macroOf(primitive, style),
    ]),
    "",
  ].join("\n");
}

function macroOf(primitive: Primitive, style: PreludeStyle): string {
  const { name, effect } = primitive;
  const { lock, flagsArg, kind, interrupts } = effect;
  if ("global" in lock) return `#define ${name}() ${style.call(primitive, null)}`;
  const count = Math.max(lock.arg, flagsArg ?? 0) + 1;
  const parameters = Array.from({ length: count }, (_, index) => `a${index}`);
  const address = lock.field === undefined ? `(a${lock.arg})` : `&(a${lock.arg})->${lock.field}`;
  const call = style.call(primitive, address);
  const isSaving = interrupts === "save" && flagsArg !== null;
  // Where no argument is the flags word, the result is.
  const isGiving = interrupts === "save" && flagsArg === null && kind === "acquire";
  const whole = isSaving ? `((a${flagsArg}) = 0, ${call})` : isGiving ? `(${call}, 0UL)` : call;
  return `#define ${name}(${parameters.join(", ")}, ...) ${whole}`;
}

/** The lock behind primitives that take no argument has no name that a caller could write. */
export function standInOf(lock: string): string {
  return `peer_lock_${lock}`;
}

const ADDRESS = "const volatile void *lock";
const verbs = { acquire: "acquire", release: "release", "try-acquire": "try_acquire" } as const;

/** Clang's attributes. */
export const clangStyle: PreludeStyle = {
  head: (globals) =>
    globals.map((name) => `extern struct ${standInOf(name)} { int is; } ${standInOf(name)};`),
  declare: ({ name, effect: { kind, mode, lock } }) => {
    if (kind === "test-held" || kind === "initialise") return [];
    const what = "global" in lock ? standInOf(lock.global) : "lock";
    const attribute = `${verbs[kind]}${mode === "shared" ? "_shared" : ""}_capability`;
    const operands = kind === "try-acquire" ? `1, ${what}` : what;
    const type = kind === "try-acquire" ? "int" : "void";
    const parameter = "global" in lock ? "void" : ADDRESS;
    return [`${type} peer_${name}(${parameter}) __attribute__((${attribute}(${operands})));`];
  },
  call: ({ name }, lock) => `peer_${name}(${lock ?? ""})`,
};

/** Sparse counts contexts, whichever lock it is. */
export const sparseStyle: PreludeStyle = {
  head: () => [],
  declare: ({ name, effect: { kind, lock } }) => {
    const parameter = "global" in lock ? "void" : ADDRESS;
    if (kind === "try-acquire") return [`int peer_${name}(${parameter});`];
    const change = kind === "acquire" ? "0,1" : "1,0";
    return [`void peer_${name}(${parameter}) __attribute__((context(${change})));`];
  },
  call: ({ name, effect: { kind } }, lock) => {
    const call = `peer_${name}(${lock ?? ""})`;
    return kind === "try-acquire" ? `(${call} ? ({ __context__(1); 1; }) : 0)` : call;
  },
};

/** Smatch knows Linux's names. */
export const smatchStyle: PreludeStyle = {
  head: (globals) => [
    ...["spin", "read", "write"].flatMap((kind) => [
      `void _raw_${kind}_lock(${ADDRESS});`,
      `void _raw_${kind}_unlock(${ADDRESS});`,
      `int _raw_${kind}_trylock(${ADDRESS});`,
    ]),
    ...globals.map((name) => `extern struct ${standInOf(name)} { int is; } ${standInOf(name)};`),
  ],
  declare: () => [],
  call: ({ name, effect }, lock) => {
    const kind = effect.mode === "shared" ? "read" : /write/.test(name) ? "write" : "spin";
    const verb = { acquire: "lock", release: "unlock", "try-acquire": "trylock" }[
      effect.kind as keyof typeof verbs
    ];
    const own = "global" in effect.lock ? `&${standInOf(effect.lock.global)}` : "";
    return `_raw_${kind}_${verb}(${lock ?? own})`;
  },
};
