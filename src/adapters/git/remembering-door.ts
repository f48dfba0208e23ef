/**
 * A door to git that keeps the answers: for a bot, starting git anew for each question costs more
 * than the reviews. What an object holds never changes, and the rest not while HEAD stays.
 */
import type { GitDoor } from "./git-door.ts";

const MOST_ANSWERS = 500;
/** Each holds files of a hundred kilobytes. */
const MOST_CONTENTS = 50;

/** @returns a door for as long as HEAD is the same commit; what failed is asked again */
export function rememberingDoor(git: GitDoor): GitDoor {
  const texts = new Map<string, string>();
  const contents = new Map<string, Uint8Array>();
  return {
    text: (args) => kept(texts, MOST_ANSWERS, { words: args, ask: () => git.text(args) }),
    ask: async (args) => {
      const known = texts.get(keyOf(args));
      if (known !== undefined) return known;
      const answer = await git.ask(args);
      if (answer !== null) keep(texts, MOST_ANSWERS, { words: args, answer });
      return answer;
    },
    contents: (objects) =>
      kept(contents, MOST_CONTENTS, { words: objects, ask: () => git.contents(objects) }),
  };
}

async function kept<T>(
  known: Map<string, T>,
  most: number,
  { words, ask }: { readonly words: readonly string[]; readonly ask: () => Promise<T> },
): Promise<T> {
  const found = known.get(keyOf(words));
  if (found !== undefined) return found;
  const answer = await ask();
  keep(known, most, { words, answer });
  return answer;
}

function keep<T>(
  known: Map<string, T>,
  most: number,
  { words, answer }: { readonly words: readonly string[]; readonly answer: T },
): void {
  const [oldest] = known.keys();
  if (known.size >= most && oldest !== undefined) known.delete(oldest);
  known.set(keyOf(words), answer);
}

function keyOf(words: readonly string[]): string {
  return words.join("\0");
}
