/** Names for places of the page, each given once. */
import type { Version } from "./matter.ts";

export class Anchors {
  readonly #files: string[] = [];
  readonly #versions: string[] = [];
  readonly #given = new Set<string>();

  /** The name of a line's row, whether or not there is one. */
  line({ side, patch }: Version, file: string, line: number): string {
    const version = indexIn(this.#versions, `${side}${patch}`);
    return `v${version}f${indexIn(this.#files, file)}l${line}`;
  }

  /** @returns false where the name is given already */
  give(name: string): boolean {
    if (this.#given.has(name)) return false;
    this.#given.add(name);
    return true;
  }

  isGiven(name: string): boolean {
    return this.#given.has(name);
  }
}

function indexIn(known: string[], name: string): number {
  const at = known.indexOf(name);
  return at === -1 ? known.push(name) - 1 : at;
}
