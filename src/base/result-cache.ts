/** Results of earlier runs, by what they were made from. */
export interface ResultCache {
  /**
   * @param kind what the value is
   * @param content all that it was made from besides the program and the rules, such as texts or blob ids
   * @returns the very bytes that were kept; null where there are none, or they are damaged
   */
  get(kind: string, content: readonly string[]): Uint8Array | null;
  /** Keeps a value. It may be gone at any time. */
  set(kind: string, content: readonly string[], value: Uint8Array): void;
  /** To be called when a run has kept what it had to keep. */
  close(): void;
}

/** Keeps nothing. */
export const NO_CACHE: ResultCache = { get: () => null, set: () => {}, close: () => {} };
