/** Mutants of programs, operator by operator: the same seed over the same programs gives the same ones. */
import type { LoadedPacks } from "../../rules/index.ts";
import type { Program } from "./corpus.ts";
import { defects } from "./defects.ts";
import { functionRewrites } from "./function-rewrites.ts";
import type { Operator } from "./operator.ts";
import { type Random, randomFrom, shuffled } from "./random.ts";
import { rewrites } from "./rewrites.ts";
import { type Site, sitesOf } from "./site.ts";
import type { Mutant } from "./trial.ts";

export const OPERATORS: readonly Operator[] = [...defects, ...rewrites, ...functionRewrites];

export interface MutantOptions {
  readonly seed: number;
  /** Over all operators, which have equal parts of it. */
  readonly count: number;
}

export interface Planted {
  readonly operator: Operator;
  readonly mutant: Mutant;
}

/** @param share from one file come at most so many in a hundred of an operator's mutants */
export async function* mutantsOver(
  programs: readonly Program[],
  { seed, count }: MutantOptions,
  share: number,
): AsyncGenerator<Planted> {
  const random = randomFrom(seed);
  const quota = Math.ceil(count / OPERATORS.length);
  const made = new Map<Operator, number>();
  const wanting = () => OPERATORS.filter((operator) => (made.get(operator) ?? 0) < quota);
  const most = Math.ceil((quota * share) / 100);
  for (const program of shuffled(programs, random)) {
    if (wanting().length === 0) break;
    const text = program.read();
    const packs = await program.packsFor(text);
    const own: Planted[] = [];
    for (const site of shuffled(sitesOf({ path: program.path, text }, packs), random)) {
      const open = wanting().filter((operator) => hasRoom(operator, site, own, most));
      // At most three of one span: a function with many must not fill a row.
      for (const operator of shuffled(open, random).slice(0, 3)) {
        const mutant = mutantOf(operator, { site, packs, text, random });
        if (mutant === null) continue;
        made.set(operator, (made.get(operator) ?? 0) + 1);
        own.push({ operator, mutant });
        yield { operator, mutant };
      }
    }
  }
}

/** @param own the mutants of the same file so far */
function hasRoom(operator: Operator, site: Site, own: readonly Planted[], most: number): boolean {
  const alike = own.filter((each) => each.operator === operator);
  return alike.length < most && alike.every(({ mutant }) => mutant.function !== site.text.name);
}

interface Attempt {
  readonly site: Site;
  readonly packs: LoadedPacks;
  readonly text: string;
  readonly random: Random;
}

function mutantOf(operator: Operator, { site, packs, text, random }: Attempt): Mutant | null {
  const after = operator.apply(site, random, packs.platform);
  if (after === null || after === text) return null;
  const { file } = site;
  const who = { file, function: site.text.name, lock: site.lock, operator: operator.name };
  return { ...who, before: text, after, packs };
}
