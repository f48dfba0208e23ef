/** What a page is made from, and the versions of the files that it shows. */
import type { Finding, Side } from "../../findings/index.ts";
import type { DriverReport, Review, SourceLookup } from "../../review/index.ts";

export interface PageMatter {
  readonly review: Review;
  readonly sources: SourceLookup;
  readonly models: ModelLookup;
  /** Of the program. */
  readonly version: string;
}

/** The driver model of the files before or after one patch, as `SourceLookup` names them. */
export type ModelLookup = (side: Side, patch: number | null) => DriverReport;

/** The files before or after one patch. */
export interface Version {
  readonly side: Side;
  readonly patch: number | null;
}

/** The version in which the path of a finding that is there is counted. */
export function versionOf({ patch }: Finding): Version {
  return { side: "new", patch };
}

/** Names for places of the page, each given once. */
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
