/**
 * A small hash for names that must be the same on every machine: 64-bit FNV-1a
 * over UTF-8 (Fowler, Noll and Vo; draft-eastlake-fnv).
 *
 * It tells things apart, it protects nothing: whoever wants a collision can make one.
 */

const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + 0x1b3, so a multiplication is one shift and one small product. */
const PRIME_LOW = 0x1b3;
const encoder = new TextEncoder();

/** @returns 16 lower-case hexadecimal digits. */
export function hashOf(text: string): string {
  let high = OFFSET_HIGH;
  let low = OFFSET_LOW;
  for (const byte of encoder.encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW;
    // Both sums stay under 2^53, so plain numbers are exact.
    high = (high * PRIME_LOW + low * 256 + Math.floor(product / 2 ** 32)) % 2 ** 32;
    low = product % 2 ** 32;
  }
  return hexOf(high) + hexOf(low);
}

/** Hashes a row of texts so that `["ab", "c"]` and `["a", "bc"]` differ. */
export function hashOfAll(parts: readonly (string | null)[]): string {
  return hashOf(JSON.stringify(parts));
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, "0");
}
