/** Which bracket closes which, over a row of tokens; damaged nesting leaves -1. */
import type { Token } from "./scan.ts";

const OPENERS = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

/** For each token the index of its partner bracket, or -1. */
export function bracketMatches(tokens: readonly Token[]): Int32Array {
  const matches = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  let openBraces = 0;
  tokens.forEach((token, index) => {
    if (token.kind !== "mark") return;
    if (token.text === "(" || token.text === "[" || token.text === "{") {
      open.push(index);
      if (token.text === "{") openBraces++;
      return;
    }
    const opener = OPENERS.get(token.text);
    if (opener === undefined) return;
    // A brace closes everything down to its opener: an unclosed parenthesis stays one statement's damage.
    if (opener === "{" && openBraces === 0) return;
    let depth = open.length - 1;
    if (opener === "{") while (depth >= 0 && tokens[open[depth] ?? -1]?.text !== "{") depth--;
    const partner = open[depth];
    if (partner === undefined || tokens[partner]?.text !== opener) return;
    open.length = depth;
    if (opener === "{") openBraces--;
    matches[partner] = index;
    matches[index] = partner;
  });
  return matches;
}
