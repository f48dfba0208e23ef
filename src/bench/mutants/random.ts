/** Chance that repeats: the same seed gives the same numbers on every machine. */

export interface Random {
  /** An integer from 0 to `below` - 1. */
  readonly below: (below: number) => number;
}

/** Marsaglia's xorshift with a multiplied step; 32 bits of state are enough to shuffle with. */
export function randomFrom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (Math.imul(state, 0x2c1b3c6d) >>> 0) / 2 ** 32;
  };
  return { below: (below) => Math.floor(next() * below) };
}

/** The same things in another order. */
export function shuffled<T>(things: readonly T[], random: Random): T[] {
  const rest = [...things];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(random.below(rest.length), 1));
  return order;
}
