/**
 * The word that a misspelt one was probably meant to be.
 *
 * The distance counts insertions, deletions, replacements and swaps of neighbours
 * (Damerau, "A technique for computer detection and correction of spelling errors",
 * CACM 1964).
 */

/** The closest of `words`, the first of equals; null when none is close enough to be meant. */
export function nearestWord(word: string, words: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of words) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `Did you mean "x"?`, or a list of what there is. */
export function suggestWord(word: string, words: Iterable<string>): string {
  const known = [...words];
  const nearest = nearestWord(word, known);
  if (nearest !== null) return `Did you mean "${nearest}"?`;
  return known.length === 0 ? "There is none." : `Known: ${known.join(", ")}.`;
}

function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
