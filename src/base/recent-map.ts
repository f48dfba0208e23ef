/**
 * A map that forgets what nobody asks for any more.
 *
 * Entries are of two ages. What is asked for or set is young; when the map ages, the young become
 * old and the old are gone. Several maps that age together keep what belongs together, which a
 * bound for each of them would not.
 */
export class RecentMap<K, V> {
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    if (!this.#old.has(key)) return undefined;
    const old = this.#old.get(key) as V;
    this.#old.delete(key);
    this.#young.set(key, old);
    return old;
  }

  set(key: K, value: V): this {
    this.#old.delete(key);
    this.#young.set(key, value);
    return this;
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  keys(): K[] {
    return [...this.#old.keys(), ...this.#young.keys()];
  }

  /** Forgets what was not asked for since it was called last. */
  age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }
}
