/**
 * Symbolic values: what a variable holds, as far as the code says.
 *
 * Values are interned: two that are written alike are one number, and equal
 * numbers are equal values. A value is relative to the function that computes
 * it (`parameter 0` is its first parameter); callers substitute.
 */

/** Index into a `ValueTable`. */
export type ValueId = number;

export type Value =
  | { readonly kind: "parameter"; readonly index: number }
  /** The address of a global. */
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  /** The address of a local that lives in memory. */
  | { readonly kind: "local"; readonly owner: string; readonly variable: number }
  | { readonly kind: "number"; readonly value: number }
  /** A constant known by its spelling only. */
  | { readonly kind: "text"; readonly text: string }
  /** The address of a member. */
  | { readonly kind: "field"; readonly base: ValueId; readonly struct: string; readonly field: string }
  /** The address of an array element. */
  | { readonly kind: "element"; readonly base: ValueId; readonly index: ValueId }
  /** The struct that holds the member at `base`. */
  | { readonly kind: "container"; readonly base: ValueId; readonly struct: string; readonly path: string }
  /** What memory held at an address; `version` tells reads apart between which it may have changed. */
  | { readonly kind: "load"; readonly address: ValueId; readonly version: number }
  | { readonly kind: "operator"; readonly operator: string; readonly operands: readonly ValueId[] }
  /** Memory allocated at a site. */
  | { readonly kind: "fresh"; readonly site: number }
  /** The result of a call of which nothing more is known. */
  | { readonly kind: "result"; readonly site: number; readonly callee: string | null }
  /** A value inside a callee that the caller has no name for. */
  | { readonly kind: "foreign"; readonly site: number; readonly inner: ValueId }
  /** One of several values, by the way that control came. */
  | { readonly kind: "phi"; readonly site: number; readonly name: string }
  | { readonly kind: "unknown"; readonly site: number };

export class ValueTable {
  readonly #values: Value[] = [];
  /** By their keys, a map for each kind. */
  readonly #ids: Readonly<Record<Value["kind"], Map<string | number, ValueId>>> = newIds();
  /** Names that are parts of keys. */
  readonly #names = new Map<string, number>();
  readonly #sites = new Map<string, number>();
  readonly #siteParts = new Map<number, Map<string, number>>();
  #siteCount = 0;
  readonly #blockSites = new WeakMap<object, { readonly name: string; readonly numbers: number[] }>();
  readonly #entrySites = new WeakMap<object, number[]>();
  readonly #mentions = new Map<number, boolean>();

  /** How many values there are. */
  get size(): number {
    return this.#values.length;
  }

  get(id: ValueId): Value {
    return this.#values[id] ?? { kind: "unknown", site: 0 };
  }

  /** A number of its own for a place in the program; 0 is never given out. */
  site(key: string): number {
    let site = this.#sites.get(key);
    if (site === undefined) {
      site = ++this.#siteCount;
      this.#sites.set(key, site);
    }
    return site;
  }

  /** A part of a site, such as what happens to one cell there. */
  sitePart(site: number, part: string): number {
    let parts = this.#siteParts.get(site);
    if (parts === undefined) {
      parts = new Map();
      this.#siteParts.set(site, parts);
    }
    let number = parts.get(part);
    if (number === undefined) {
      number = ++this.#siteCount;
      parts.set(part, number);
    }
    return number;
  }

  /** The site at which the n-th state at the entry of a block is joined; its name is asked for once. */
  entrySite(block: object, index: number, nameOf: () => string): number {
    let sites = this.#entrySites.get(block);
    if (sites === undefined) {
      sites = [];
      this.#entrySites.set(block, sites);
    }
    sites[index] ??= this.site(nameOf());
    return sites[index];
  }

  /** The site of the n-th instruction of a block, whose name is asked for once. */
  siteIn(block: object, index: number, nameOf: () => string): number {
    let sites = this.#blockSites.get(block);
    if (sites === undefined) {
      sites = { name: nameOf(), numbers: [] };
      this.#blockSites.set(block, sites);
    }
    sites.numbers[index] ??= this.site(`${sites.name}:${index}`);
    return sites.numbers[index];
  }

  intern(value: Value): ValueId {
    const ids = this.#ids[value.kind];
    const key = this.#keyOf(value);
    let id = ids.get(key);
    if (id === undefined) {
      id = this.#values.push(value) - 1;
      ids.set(key, id);
    }
    return id;
  }

  #name(name: string): number {
    let number = this.#names.get(name);
    if (number === undefined) {
      number = this.#names.size;
      this.#names.set(name, number);
    }
    return number;
  }

  /** Unique for the kind. Numbers where they do: there are many values, and a text for each takes more than the value. */
  #keyOf(value: Value): string | number {
    switch (value.kind) {
      case "parameter":
        return value.index;
      case "global":
      case "function":
        return value.name;
      case "local":
        return `${value.owner}:${value.variable}`;
      case "number":
        return value.value;
      case "text":
        return value.text;
      case "field":
        return value.base * MOST_VALUES + this.#name(`${value.struct}:${value.field}`);
      case "element":
        return value.base * MOST_VALUES + value.index;
      case "container":
        return value.base * MOST_VALUES + this.#name(`${value.struct}:${value.path}`);
      case "load":
        return value.address * MOST_VALUES + value.version;
      case "operator":
        return `${value.operator}:${value.operands.join(",")}`;
      case "result":
        // Another version of the function may call something else at the same site.
        return value.site * MOST_VALUES + this.#name(value.callee ?? "");
      case "foreign":
        return value.site * MOST_VALUES + value.inner;
      case "phi":
        return value.site * MOST_VALUES + this.#name(value.name);
      case "fresh":
      case "unknown":
        return value.site;
    }
  }

  number(value: number): ValueId {
    return this.intern({ kind: "number", value });
  }

  /** The address of a member; of a member of the struct around a known link, that link again. */
  field(base: ValueId, struct: string, field: string): ValueId {
    const from = this.get(base);
    if (from.kind === "container" && from.path === field) return from.base;
    return this.intern({ kind: "field", base, struct, field });
  }

  /** The struct around a member; around `&p->member` it is `p` again. */
  container(member: ValueId, struct: string, path: readonly string[]): ValueId {
    let base = member;
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const at = this.get(base);
      if (at.kind !== "field" || at.field !== path[depth]) {
        return this.intern({ kind: "container", base: member, struct, path: path.join(".") });
      }
      base = at.base;
    }
    return base;
  }

  /** The pointer from which an address was made by going to members and elements. */
  pointerOf(address: ValueId): ValueId {
    let id = address;
    for (;;) {
      const value = this.get(id);
      if (value.kind !== "field" && value.kind !== "element" && value.kind !== "container") return id;
      id = value.base;
    }
  }

  /** What a way to an address starts from, through members and through pointers that are read on it. */
  startOf(address: ValueId): ValueId {
    const pointer = this.pointerOf(address);
    const value = this.get(pointer);
    return value.kind === "load" ? this.startOf(value.address) : pointer;
  }

  /** Whether `target` occurs anywhere inside a value. */
  mentions(id: ValueId, target: ValueId): boolean {
    if (id === target) return true;
    // Parts are interned before what is made of them.
    if (id < target) return false;
    const parts = partsOf(this.get(id));
    if (parts.length === 0) return false;
    if (parts.length === 1 && parts[0] !== undefined) return this.mentions(parts[0], target);
    const key = id * MOST_VALUES + target;
    let known = this.#mentions.get(key);
    if (known === undefined) {
      known = parts.some((part) => this.mentions(part, target));
      if (this.#mentions.size >= MOST_MENTIONS) this.#mentions.clear();
      this.#mentions.set(key, known);
    }
    return known;
  }
}

/** More values than memory has room for; their pairs are exact numbers. */
const MOST_VALUES = 2 ** 26;

/** Answers that are kept at a time. */
const MOST_MENTIONS = 2 ** 18;

/** The values that a value is made of. */
export function partsOf(value: Value): readonly ValueId[] {
  switch (value.kind) {
    case "field":
    case "container":
      return [value.base];
    case "element":
      return [value.base, value.index];
    case "load":
      return [value.address];
    case "operator":
      return value.operands;
    case "foreign":
      return [value.inner];
    default:
      return [];
  }
}

function newIds(): Record<Value["kind"], Map<string | number, ValueId>> {
  return {
    parameter: new Map(),
    global: new Map(),
    function: new Map(),
    local: new Map(),
    number: new Map(),
    text: new Map(),
    field: new Map(),
    element: new Map(),
    container: new Map(),
    load: new Map(),
    operator: new Map(),
    fresh: new Map(),
    result: new Map(),
    foreign: new Map(),
    phi: new Map(),
    unknown: new Map(),
  };
}
