/**
 * The structs of a header that a pack speaks of, cut out as text.
 *
 * A header such as sched.h is long and full of conditions; of all that, the analysis of a
 * driver wants the members of a few structs, in every configuration at once.
 */

import type { WantedHeader } from "../rules/index.ts";
import type { InputFile } from "./input-file.ts";

/** @param texts by the names that were wanted; a header that is not there is left out */
export function headerFiles(
  wanted: readonly WantedHeader[],
  texts: ReadonlyMap<string, string | null>,
): InputFile[] {
  return wanted.flatMap(({ path, structs }) => {
    const text = typesOfHeader(texts.get(path) ?? "", structs);
    return text === "" ? [] : [{ path, text }];
  });
}

/** @returns C that defines those of the structs that the header defines; "" when none */
export function typesOfHeader(text: string, structs: readonly string[]): string {
  const code = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ")
    .replace(/^[ \t]*#(?:[^\n\\]|\\[\s\S])*/gm, "");
  return structs.map((tag) => definitionOf(code, tag)).join("");
}

function definitionOf(code: string, tag: string): string {
  const start = new RegExp(`\\bstruct\\s+${tag}\\s*\\{`).exec(code);
  if (start === null) return "";
  let depth = 0;
  for (let at = start.index; at < code.length; at++) {
    if (code[at] === "{") depth++;
    if (code[at] === "}") depth--;
    if (code[at] === "}" && depth === 0) return `${code.slice(start.index, at + 1)};\n`;
  }
  return "";
}
