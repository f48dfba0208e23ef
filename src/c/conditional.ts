/**
 * `#if`, `#elif` and `#ifdef` conditions under one variant.
 *
 * A symbol that the file does not define is looked up in the variant; absent
 * means undefined. A comparison of symbols whose values nobody knows
 * (`PAGE_SIZE == SZ_4K`) is looked up as a whole, by its text without blanks.
 */
import type { Variant } from "./syntax.ts";

/** Compilers and assemblers that never read the kernel's C as debug-built C. */
const NEVER_DEFINED = new Set(["NDEBUG", "__ASSEMBLY__", "__ASSEMBLER__", "__cplusplus", "__LINUX_UAPI__"]);

/** Macros that the configuration of a build answers, alike each time: `IS_ENABLED(CONFIG_X)`. */
export function isConfigurationTest(name: string): boolean {
  return /^IS_(?:ENABLED|BUILTIN|REACHABLE)$/.test(name);
}

/** What is known at a directive. */
export interface ConditionContext {
  readonly variant: Variant;
  /** Body of an object-like macro that the file defines before the directive; null when none. */
  bodyOf(name: string): string | null;
  /** Told about each symbol or comparison that only the variant can decide. */
  ask?(symbol: string): void;
}

const TOKEN = /\s*(0[xX][\da-fA-F]+|\d+|[A-Za-z_]\w*|'(?:\\.|[^'])'|&&|\|\||[=!<>]=|<<|>>|[^\s])/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push(match[1] ?? "");
  return tokens;
}

/** Null stands for a value that nobody knows. */
type Value = number | null;

function combine(operator: string, left: number, right: number): number {
  switch (operator) {
    case "||":
      return left !== 0 || right !== 0 ? 1 : 0;
    case "&&":
      return left !== 0 && right !== 0 ? 1 : 0;
    case "==":
      return left === right ? 1 : 0;
    case "!=":
      return left !== right ? 1 : 0;
    case "<":
      return left < right ? 1 : 0;
    case ">":
      return left > right ? 1 : 0;
    case "<=":
      return left <= right ? 1 : 0;
    case ">=":
      return left >= right ? 1 : 0;
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
      return left << right;
    case ">>":
      return left >> right;
    case "/":
      return right === 0 ? 0 : Math.trunc(left / right);
    default:
      return right === 0 ? 0 : left % right;
  }
}

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** Recursive descent over one condition. Malformed conditions come out false. */
class Condition {
  private readonly tokens: readonly string[];
  private readonly context: ConditionContext;
  private at = 0;
  private nesting = 0;

  constructor(text: string, context: ConditionContext) {
    this.tokens = tokenize(text);
    this.context = context;
  }

  holds(): boolean {
    return this.truth(this.level(0), 0) !== 0;
  }

  /** The value of `tokens[from..at)`: as computed, or what the variant says about its text. */
  private truth(value: Value, from: number): number {
    if (value !== null) return value;
    return this.decide(this.tokens.slice(from, this.at).join(""));
  }

  private decide(symbol: string): number {
    if (NEVER_DEFINED.has(symbol)) return 0;
    this.context.ask?.(symbol);
    return this.context.variant.get(symbol) === true ? 1 : 0;
  }

  private level(depth: number): Value {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.unary();
    const from = this.at;
    let left = this.level(depth + 1);
    while (operators.includes(this.tokens[this.at] ?? "")) {
      const operator = this.tokens[this.at] ?? "";
      if (depth < 2) left = this.truth(left, from);
      this.at++;
      const rightFrom = this.at;
      let right = this.level(depth + 1);
      if (depth < 2) right = this.truth(right, rightFrom);
      left = left === null || right === null ? null : combine(operator, left, right);
    }
    return left;
  }

  private unary(): Value {
    // No condition that people write is nested so deep; one that is counts as not known.
    if (this.nesting > 200) return null;
    this.nesting++;
    const value = this.operand();
    this.nesting--;
    return value;
  }

  private operand(): Value {
    const token = this.tokens[this.at++];
    if (token === "!") {
      const from = this.at;
      return this.truth(this.unary(), from) === 0 ? 1 : 0;
    }
    if (token === "-" || token === "+" || token === "~") {
      const value = this.unary();
      if (value === null || token === "+") return value;
      return token === "-" ? -value : ~value;
    }
    if (token === "(") {
      const value = this.level(0);
      this.at++;
      return value;
    }
    return token === undefined ? 0 : this.primary(token);
  }

  private primary(token: string): Value {
    if (/^\d/.test(token)) {
      while (/^[uUlL]+$/.test(this.tokens[this.at] ?? "")) this.at++;
      return Number(/^0\d/.test(token) ? `0o${token.slice(1)}` : token);
    }
    if (token === "defined") return this.defined();
    if (!/^[A-Za-z_]/.test(token)) return null;
    if (this.tokens[this.at] === "(") return this.call(token);
    const body = this.context.bodyOf(token);
    if (body === null) return NEVER_DEFINED.has(token) ? 0 : null;
    const plain = /^\(?\s*(0[xX][\da-fA-F]+|\d+)[uUlL]*\s*\)?$/.exec(body);
    return plain === null ? null : Number(plain[1]);
  }

  private defined(): Value {
    const parenthesised = this.tokens[this.at] === "(";
    if (parenthesised) this.at++;
    const name = this.tokens[this.at++] ?? "";
    if (parenthesised) this.at++;
    return this.isDefined(name);
  }

  isDefined(name: string): number {
    return this.context.bodyOf(name) === null ? this.decide(name) : 1;
  }

  /** `IS_ENABLED(CONFIG_X)` asks for its argument; any other call is opaque. */
  private call(name: string): Value {
    const from = this.at - 1;
    let depth = 0;
    do {
      const token = this.tokens[this.at++];
      if (token === "(") depth++;
      else if (token === ")") depth--;
      else if (token === undefined) break;
    } while (depth > 0);
    const inner = this.tokens.slice(from + 2, this.at - 1);
    if (isConfigurationTest(name) && inner.length === 1) return this.isDefined(inner[0] ?? "");
    return null;
  }
}

/** Whether an `#if` or `#elif` condition holds. */
export function conditionHolds(condition: string, context: ConditionContext): boolean {
  return new Condition(condition, context).holds();
}

/** Whether `#ifdef name` holds. */
export function isDefined(name: string, context: ConditionContext): boolean {
  return new Condition("", context).isDefined(name) !== 0;
}
