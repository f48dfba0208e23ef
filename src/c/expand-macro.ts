/** Textual substitution of one macro call, on whole tokens, as the preprocessor does it. */
import type { Macro } from "./macro-table.ts";

const PIECE =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\.?\d(?:[eEpP][+-]|[\w.])*|[A-Za-z_$]\w*|\s*##\s*|#|\s+|[\s\S]/g;

/** Splits at commas outside brackets and quotes; blanks around each argument go. `""` has no arguments. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = "";
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === "(" || piece === "[" || piece === "{") depth++;
    else if (piece === ")" || piece === "]" || piece === "}") depth--;
    if (piece === "," && depth === 0) {
      parts.push(current.trim());
      current = "";
    } else current += piece;
  }
  parts.push(current.trim());
  return parts.length === 1 && parts[0] === "" ? [] : parts;
}

/**
 * The replacement text with `args` put in: `#x` makes a string, `a##b` pastes, `, ## __VA_ARGS__` drops its
 * comma when there are none. Arguments are not expanded further; missing ones are empty.
 */
export function expandMacro(macro: Macro, args: readonly string[]): string {
  if (macro.params === null) return macro.body;
  const bound = bind(macro.params, args);
  const pieces = [...macro.body.matchAll(PIECE)].map(([piece]) => piece);
  let out = "";
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] ?? "";
    if (piece === "#") {
      const at = /^\s+$/.test(pieces[index + 1] ?? "") ? index + 2 : index + 1;
      const argument = bound.get(pieces[at] ?? "");
      if (argument === undefined) out += piece;
      else {
        out += stringOf(argument);
        index = at;
      }
    } else if (piece.trim() === "##") {
      const emptyTail = pieces[index + 1] === "__VA_ARGS__" && bound.get("__VA_ARGS__") === "";
      if (emptyTail) out = out.replace(/,\s*$/, "");
    } else out += bound.get(piece) ?? piece;
  }
  return out;
}

/** Parameter name to argument text; what is left over is `__VA_ARGS__`. */
function bind(params: readonly string[], args: readonly string[]): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  params.forEach((name, index) => {
    if (name === "...") bound.set("__VA_ARGS__", args.slice(index).join(", "));
    else bound.set(name, args[index] ?? "");
  });
  return bound;
}

function stringOf(argument: string): string {
  const escaped = argument.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, (quoted) =>
    quoted.replace(/["\\]/g, "\\$&"),
  );
  return `"${escaped.replace(/\s+/g, " ")}"`;
}
