/** A map that is copied when it is written to after a fork, not before. */
export class CowMap<K, V> {
  #entries: Map<K, V>;
  #shared: boolean;

  constructor(entries: Map<K, V> = new Map(), shared = false) {
    this.#entries = entries;
    this.#shared = shared;
  }

  /** A map with the same entries; each of the two copies on its next write. */
  fork(): CowMap<K, V> {
    this.#shared = true;
    return new CowMap(this.#entries, true);
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  set(key: K, value: V): void {
    if (this.#entries.get(key) === value && this.#entries.has(key)) return;
    this.#own().set(key, value);
  }

  delete(key: K): void {
    if (this.#entries.has(key)) this.#own().delete(key);
  }

  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }

  keys(): IterableIterator<K> {
    return this.#entries.keys();
  }

  /** Whether both are the same table, so that nothing can differ. */
  isSameAs(other: CowMap<K, V>): boolean {
    return this.#entries === other.#entries;
  }

  #own(): Map<K, V> {
    if (this.#shared) {
      this.#entries = new Map(this.#entries);
      this.#shared = false;
    }
    return this.#entries;
  }
}
