/** Operators that rewrite a whole function and leave what it does alone. */
import { edited, type FunctionText, firstLineOf, parametersOf } from "./function-text.ts";
import type { Operator } from "./operator.ts";
import type { Site } from "./site.ts";

export const functionRewrites: readonly Operator[] = [
  {
    name: "function-renamed",
    says: "a static function gets another name, wherever the file speaks of it",
    kind: "harmless",
    apply: ({ text }) => {
      if (!isStatic(text)) return null;
      const word = new RegExp(`\\b${text.name}\\b`, "g");
      return text.lines.join("\n").replace(word, `${text.name}_anew`);
    },
  },
  {
    name: "function-wrapped",
    says: "the body moves into a function of its own, which the function calls",
    kind: "harmless",
    apply: ({ text }: Site) => {
      const { lines, head, open, close, name } = text;
      const parameters = parametersOf(text);
      const heading = lines.slice(firstLineOf(text), open).join("\n");
      const isWhole = lines[open] === "{" && heading.split(`${name}(`).length === 2;
      if (!isWhole || parameters.length === 0 || /\b(?:__init|cf_check|inline|asmlinkage)\b/.test(heading))
        return null;
      const names = parameters.map((parameter) => parameter.name).join(", ");
      const gives = /\bvoid\s+\w+\(/.test(lines.slice(Math.max(0, head - 1), head + 1).join(" "))
        ? ""
        : "return ";
      const inner = heading.replace(`${name}(`, "mutant_inner(");
      return edited(lines, [
        {
          at: firstLineOf(text),
          before: [],
          line: `${isStatic(text) ? "" : "static "}${inner}`,
        },
        ...range(firstLineOf(text) + 1, open).map((at) => ({ at, line: null })),
        { at: close, after: ["", heading, "{", `    ${gives}mutant_inner(${names});`, "}"] },
      ]);
    },
  },
];

function isStatic(text: FunctionText): boolean {
  return /^static\b/.test(text.lines[firstLineOf(text)] ?? "");
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
