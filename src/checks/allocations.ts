/**
 * Which functions of the program allocate, by their words: what has nothing to
 * do with locks is not solved, and may allocate all the same.
 */
import type { SourceRange } from "../c/index.ts";
import type { TraceStep } from "../findings/index.ts";
import type { FunctionUnit } from "../locks/index.ts";
import type { CheckInput } from "./check-input.ts";
import { stepAt } from "./place.ts";

export interface WrittenCall {
  readonly callee: string;
  readonly at: SourceRange;
}

/** A call that leads to an allocation, and how many conditions stand on the way to it. */
interface Found {
  readonly call: WrittenCall;
  readonly conditions: number;
}

/** Behind more conditions than this an allocation is one of other times, such as set-up. */
const MOST_CONDITIONS = 1;

export class Allocations {
  readonly #input: CheckInput;
  readonly #calls = new Map<FunctionUnit, readonly WrittenCall[]>();
  readonly #found = new Map<FunctionUnit, Found | null>();

  constructor(input: CheckInput) {
    this.#input = input;
  }

  isAllocator(name: string): boolean {
    return this.#input.program.platform.functions.get(name)?.allocates === true;
  }

  /** Whether a function allocates: one of the platform, or of the program behind at most one condition. */
  isOrAllocates(from: FunctionUnit, name: string): boolean {
    return this.isAllocator(name) || this.#conditionsOf(from, name) <= MOST_CONDITIONS;
  }

  /** Whether a function allocates whenever it is called. */
  allocatesAlways(from: FunctionUnit, name: string): boolean {
    return this.isAllocator(name) || this.#conditionsOf(from, name) === 0;
  }

  /** From a callee down to the allocation. */
  stepsIn(from: FunctionUnit, callee: string): TraceStep[] {
    const steps: TraceStep[] = [];
    for (let unit = this.#calleeOf(from, callee); unit !== undefined; ) {
      const found = this.#findIn(unit);
      if (found === null) break;
      const { call } = found;
      const isLast = this.isAllocator(call.callee);
      steps.push(stepAt(unit, call.at, isLast ? `${call.callee}() allocates` : `calls ${call.callee}()`));
      unit = isLast ? undefined : this.#calleeOf(unit, call.callee);
    }
    return steps;
  }

  /** Calls as written in a function's body. */
  callsIn(unit: FunctionUnit): readonly WrittenCall[] {
    const known = this.#calls.get(unit);
    if (known !== undefined) return known;
    const { masked } = unit.item;
    const body = Math.max(masked.indexOf("{"), 0);
    const calls = [...masked.slice(body).matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map((match): WrittenCall => {
      const [text, callee = ""] = match;
      const start = body + match.index;
      return { callee, at: { start, end: closing(masked, start + text.length) } };
    });
    this.#calls.set(unit, calls);
    return calls;
  }

  /** What the platform describes is not looked into. */
  #calleeOf(from: FunctionUnit, name: string): FunctionUnit | undefined {
    if (this.#input.program.platform.functions.has(name)) return undefined;
    return this.#input.graph.calleeOf(from, name);
  }

  #conditionsOf(from: FunctionUnit, name: string): number {
    const unit = this.#calleeOf(from, name);
    return unit === undefined
      ? Number.POSITIVE_INFINITY
      : (this.#findIn(unit)?.conditions ?? Number.POSITIVE_INFINITY);
  }

  /** The call of a function that leads to an allocation behind the fewest conditions; null when none does. */
  #findIn(unit: FunctionUnit): Found | null {
    const known = this.#found.get(unit);
    if (known !== undefined) return known;
    // A recursive call leads nowhere that the way into the recursion does not.
    this.#found.set(unit, null);
    let best: Found | null = null;
    for (const call of this.callsIn(unit)) {
      const inside = this.isAllocator(call.callee) ? 0 : this.#conditionsOf(unit, call.callee);
      if (!Number.isFinite(inside) || turnsOnBefore(unit, call)) continue;
      const conditions = inside + (isUnconditional(unit.item.masked, call.at.start) ? 0 : 1);
      if (best === null || conditions < best.conditions) best = { call, conditions };
    }
    this.#found.set(unit, best);
    return best;
  }
}

/** The function itself turns interrupts on before it makes the call. */
function turnsOnBefore({ facts }: FunctionUnit, { at }: WrittenCall): boolean {
  return facts.loudCalls.some((loud) => loud.start === at.start);
}

/** Nothing before a place in a function's body decides whether control comes there. */
function isUnconditional(text: string, at: number): boolean {
  const before = text.slice(text.indexOf("{") + 1, at);
  const depth = before.split("{").length - before.split("}").length;
  const statement = before.slice(Math.max(...[";", "{", "}"].map((mark) => before.lastIndexOf(mark))) + 1);
  const earlier = before.slice(0, before.length - statement.length);
  return (
    depth === 0 &&
    !/\b(?:return|goto|if|while|for|switch)\b/.test(earlier) &&
    !/\b(?:if|while|for|switch)\b|[?&|]/.test(statement)
  );
}

/** The end of the call whose arguments begin at `from`. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
