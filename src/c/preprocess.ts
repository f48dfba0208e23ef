/**
 * Walks a file's directives under one variant: which stretches are inactive,
 * and which macros are in force where.
 */
import { type ConditionContext, conditionHolds, isDefined } from "./conditional.ts";
import type { Macro, MacroTable } from "./macro-table.ts";
import type { Directive, Scan } from "./scan.ts";
import type { Variant } from "./syntax.ts";

export interface Preprocessed {
  readonly macros: MacroTable;
  /** Sorted, not overlapping. */
  readonly inactive: readonly { readonly start: number; readonly end: number }[];
}

/** One open `#if` … `#endif`. */
interface OpenConditional {
  readonly outerActive: boolean;
  taken: boolean;
}

/** What to tell about each symbol that only the variant decides, and the directive that asks. */
export type AskListener = (symbol: string, directive: number) => void;

/**
 * `asked` is called for symbols in active directives as well as in those that a false outer branch hides,
 * so that one walk finds every symbol of the file.
 */
export function preprocess(
  scan: Scan,
  variant: Variant,
  asked?: AskListener,
  directives: readonly Directive[] = scan.directives,
): Preprocessed {
  const macros = new MacroRecorder(scan.text.length);
  const inactive: { start: number; end: number }[] = [];
  const open: OpenConditional[] = [];
  const guard = includeGuardOf(scan);
  let active = true;
  let inactiveFrom = 0;
  let index = 0;
  const context: ConditionContext = {
    variant,
    bodyOf: (name) => (name === guard ? null : macros.bodyOf(name)),
    ask: (symbol) => {
      if (symbol !== guard) asked?.(symbol, index);
    },
  };
  for (; index < directives.length; index++) {
    const directive = directives[index];
    if (directive === undefined) break;
    const before = active;
    active = enter(directive, context, open, active);
    if (before && !active) inactiveFrom = directive.start;
    if (!before && active) inactive.push({ start: inactiveFrom, end: directive.end });
    if (active && before) macros.record(directive);
  }
  if (!active) inactive.push({ start: inactiveFrom, end: scan.text.length });
  return { macros: macros.table(), inactive };
}

const conditional = new WeakMap<Scan, readonly Directive[]>();

/**
 * The directives that decide what is active: conditions, and the definitions that
 * these lead to. Most definitions of a driver are none of them.
 */
export function conditionDirectives(scan: Scan): readonly Directive[] {
  const known = conditional.get(scan);
  if (known !== undefined) return known;
  const asked = new Set<string>();
  const isCondition = ({ name }: Directive) => /^(?:el)?if|^else|^endif/.test(name);
  const defines = scan.directives.filter(({ name }) => name === "define" || name === "undef");
  for (const directive of scan.directives) if (isCondition(directive)) addWords(directive.rest, asked);
  for (let size = -1; size !== asked.size; ) {
    size = asked.size;
    for (const { rest } of defines) if (asked.has(firstWord(rest))) addWords(rest, asked);
  }
  const kept = scan.directives.filter(
    (directive) =>
      isCondition(directive) ||
      (/^(?:define|undef)$/.test(directive.name) && asked.has(firstWord(directive.rest))),
  );
  conditional.set(scan, kept);
  return kept;
}

function addWords(text: string, words: Set<string>): void {
  for (const word of text.match(/[A-Za-z_]\w*/g) ?? []) words.add(word);
}

/** Whether the text after this directive is active. */
function enter(
  directive: Directive,
  context: ConditionContext,
  open: OpenConditional[],
  active: boolean,
): boolean {
  const innermost = open.at(-1);
  switch (directive.name) {
    case "if":
    case "ifdef":
    case "ifndef": {
      const holds = conditionOf(directive, context);
      open.push({ outerActive: active, taken: holds });
      return active && holds;
    }
    case "elif":
    case "elifdef":
    case "elifndef": {
      if (innermost === undefined) return active;
      const holds = conditionOf(directive, context) && !innermost.taken;
      innermost.taken ||= holds;
      return innermost.outerActive && holds;
    }
    case "else": {
      if (innermost === undefined) return active;
      const holds = !innermost.taken;
      innermost.taken = true;
      return innermost.outerActive && holds;
    }
    case "endif":
      return open.pop()?.outerActive ?? true;
    default:
      return active;
  }
}

function conditionOf(directive: Directive, context: ConditionContext): boolean {
  if (directive.name.endsWith("ndef")) return !isDefined(firstWord(directive.rest), context);
  if (directive.name.endsWith("def")) return isDefined(firstWord(directive.rest), context);
  return conditionHolds(directive.rest, context);
}

function firstWord(text: string): string {
  return /^\w+/.exec(text)?.[0] ?? "";
}

/** The symbol of `#ifndef X` / `#define X` at the top of a file, before any code. */
function includeGuardOf(scan: Scan): string | null {
  const [first, second] = scan.directives;
  if (first === undefined || second === undefined) return null;
  if (first.name !== "ifndef" || second.name !== "define") return null;
  const name = firstWord(first.rest);
  const beforeCode = (scan.tokens[0]?.start ?? Number.POSITIVE_INFINITY) > second.start;
  return beforeCode && second.rest === name ? name : null;
}

type OpenMacro = { -readonly [key in keyof Macro]: Macro[key] };

/** Collects definitions in the order of the file and closes them at `#undef` and redefinition. */
class MacroRecorder {
  private readonly all: OpenMacro[] = [];
  private readonly current = new Map<string, OpenMacro>();
  private readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  record(directive: Directive): void {
    if (directive.name === "undef") this.close(firstWord(directive.rest), directive.start);
    if (directive.name !== "define") return;
    const definition = definitionOf(directive);
    if (definition === null) return;
    const { name, params, body } = definition;
    this.close(name, directive.start);
    const macro: OpenMacro = { name, params, body, from: directive.start, to: this.length };
    this.all.push(macro);
    this.current.set(name, macro);
  }

  private close(name: string, at: number): void {
    const macro = this.current.get(name);
    if (macro !== undefined) macro.to = at;
    this.current.delete(name);
  }

  /** The body of an object-like macro in force; an empty text for a function-like one. */
  bodyOf(name: string): string | null {
    const macro = this.current.get(name);
    if (macro === undefined) return null;
    return macro.params === null ? macro.body : "";
  }

  table(): MacroTable {
    const { all } = this;
    let byName: Map<string, Macro[]> | null = null;
    return {
      all,
      lookup: (name, offset) => {
        byName ??= groupByName(all);
        return byName.get(name)?.find((macro) => macro.from <= offset && offset < macro.to) ?? null;
      },
    };
  }
}

function groupByName(macros: readonly Macro[]): Map<string, Macro[]> {
  const byName = new Map<string, Macro[]>();
  for (const macro of macros) {
    const known = byName.get(macro.name);
    if (known === undefined) byName.set(macro.name, [macro]);
    else known.push(macro);
  }
  return byName;
}

type Definition = Pick<Macro, "name" | "params" | "body">;

/** Variants of a file share their directives: each definition is read once. */
const definitions = new WeakMap<Directive, Definition | "malformed">();

function definitionOf(directive: Directive): Definition | null {
  let known = definitions.get(directive);
  if (known === undefined) {
    known = readDefinition(directive.rest) ?? "malformed";
    definitions.set(directive, known);
  }
  return known === "malformed" ? null : known;
}

function readDefinition(rest: string): Definition | null {
  const match = /^(\w+)(\(([^)]*)\))?([\s\S]*)$/.exec(rest);
  if (match === null) return null;
  const list = match[3]?.trim() ?? "";
  const body = (match[4] ?? "").trim();
  const named = /(\w+)\s*\.\.\.$/.exec(list)?.[1];
  return {
    name: match[1] ?? "",
    params: match[2] === undefined ? null : parametersOf(list),
    // A named rest parameter (`args...`) is written as `__VA_ARGS__`, so that all variadic macros look alike.
    body: named === undefined ? body : body.replace(new RegExp(`\\b${named}\\b`, "g"), "__VA_ARGS__"),
  };
}

/** A rest parameter comes out as `...`, whatever its name. */
function parametersOf(text: string): string[] {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  return trimmed.split(",").map((part) => (part.trim().endsWith("...") ? "..." : part.trim()));
}
