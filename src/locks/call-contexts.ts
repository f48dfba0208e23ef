/**
 * What holds on every way into a function: global locks that all its callers
 * hold, and whether interrupts can be on.
 */
import type { SourceRange } from "../c/index.ts";
import type { CallGraph } from "./call-graph.ts";
import type { AnalysedProgram, FunctionUnit } from "./program.ts";
import { globalsAmong } from "./reaching-ways.ts";
import type { ValueId } from "./value.ts";

/** One way on which interrupts are on: the calls down to the function, outermost first. */
export interface LoudWay {
  readonly calls: readonly {
    readonly unit: FunctionUnit;
    readonly callee: string;
    readonly at: SourceRange;
  }[];
}

export class CallContexts {
  readonly #held = new Map<FunctionUnit, ReadonlySet<string>>();
  readonly #loud = new Map<FunctionUnit, LoudWay | null>();
  readonly #program: AnalysedProgram;
  readonly #graph: CallGraph;
  /** Functions that the interrupt controller calls. */
  readonly handlers: ReadonlySet<FunctionUnit>;

  constructor(program: AnalysedProgram, graph: CallGraph) {
    this.#program = program;
    this.#graph = graph;
    this.handlers = new Set(handlersOf(program));
  }

  /** Global locks that are held exclusively on every way in at run time, as the report names them. */
  heldBefore(unit: FunctionUnit): ReadonlySet<string> {
    const known = this.#held.get(unit);
    if (known !== undefined) return known;
    // A recursive call brings nothing that the way into the recursion did not hold.
    this.#held.set(unit, new Set());
    const ways = this.#graph.waysOf(unit).filter((way) => !way.atBoot);
    const sets: ReadonlySet<string>[] = ways.map((way) => new Set(way.holds));
    for (const { unit: caller, call } of this.#graph.callersOf(unit)) {
      if (caller === unit || this.#graph.isBootOnly(caller)) continue;
      sets.push(new Set([...this.#globals(caller, call.held), ...this.heldBefore(caller)]));
    }
    const [first, ...others] = sets;
    const common = new Set([...(first ?? [])].filter((lock) => others.every((set) => set.has(lock))));
    this.#held.set(unit, common);
    return common;
  }

  /** A way into the function on which interrupts are on; null when there is none. */
  loudWay(unit: FunctionUnit): LoudWay | null {
    const known = this.#loud.get(unit);
    if (known !== undefined) return known;
    this.#loud.set(unit, null);
    const way = this.#findLoudWay(unit);
    this.#loud.set(unit, way);
    return way;
  }

  #findLoudWay(unit: FunctionUnit): LoudWay | null {
    if (unit.facts.isEnteredOff) return null;
    if (this.#isEnteredOn(unit)) return { calls: [] };
    for (const { unit: caller, call } of this.#graph.callersOf(unit)) {
      if (this.#graph.isBootOnly(caller)) continue;
      const above = call.interrupts.includes("on")
        ? { calls: [] }
        : call.interrupts.includes("entry")
          ? this.loudWay(caller)
          : null;
      if (above === null) continue;
      return { calls: [...above.calls, { unit: caller, callee: call.callee, at: call.at }] };
    }
    return null;
  }

  /**
   * Whether interrupts can be on when the function is entered from outside. One that
   * the program calls as well is entered as it does; of one that is only handed out
   * as a pointer nothing is known.
   */
  #isEnteredOn(unit: FunctionUnit): boolean {
    if (this.handlers.has(unit) || this.#graph.waysOf(unit).every((way) => way.atBoot)) return false;
    if (unit.operations.length > 0) return true;
    return !this.#program.addressTaken.has(unit.name) && this.#graph.callersOf(unit).length === 0;
  }

  #globals(unit: FunctionUnit, held: readonly ValueId[]): string[] {
    const found = globalsAmong(this.#program, unit, held);
    return [...found].flatMap(([lock, mode]) => (mode === "exclusive" ? [lock] : []));
  }
}

/** Functions that are registered to run on an interrupt. */
function handlersOf({ units, platform }: AnalysedProgram): FunctionUnit[] {
  const { interruptRegistrations } = platform;
  const named = new Set<string>();
  for (const { file, item } of units)
    for (const handler of registeredIn(item, interruptRegistrations))
      named.add(`${file.path}:${handler}`).add(handler);
  return units.filter(
    ({ name, file, ir }) => named.has(`${file.path}:${name}`) || (!ir.isStatic && named.has(name)),
  );
}

type Registrations = AnalysedProgram["platform"]["interruptRegistrations"];

/** Variants of a program share the items in which they do not differ. */
const registered = new WeakMap<Registrations, WeakMap<FunctionUnit["item"], readonly string[]>>();

function registeredIn(item: FunctionUnit["item"], registrations: Registrations): readonly string[] {
  const byItem = registered.get(registrations) ?? new WeakMap<FunctionUnit["item"], readonly string[]>();
  registered.set(registrations, byItem);
  const known = byItem.get(item);
  if (known !== undefined) return known;
  const handlers: string[] = [];
  for (const [name, position] of registrations) {
    if (!item.masked.includes(name)) continue;
    for (const args of callsIn(item.masked, name)) {
      const handler = args[position]?.replace(/^[\s&(]+|[\s)]+$/g, "");
      if (handler !== undefined) handlers.push(handler);
    }
  }
  byItem.set(item, handlers);
  return handlers;
}

/** The arguments of each call of a function, as written. */
function callsIn(text: string, name: string): string[][] {
  const calls: string[][] = [];
  for (const match of text.matchAll(new RegExp(`\\b${name}\\s*\\(`, "g"))) {
    const args = [""];
    let depth = 1;
    for (let at = match.index + match[0].length; at < text.length && depth > 0; at++) {
      const char = text.charAt(at);
      if (char === "(") depth += 1;
      if (char === ")") depth -= 1;
      if (char === "," && depth === 1) args.push("");
      else if (depth > 0) args[args.length - 1] += char;
    }
    calls.push(args.map((arg) => arg.trim()));
  }
  return calls;
}
