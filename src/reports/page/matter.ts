/** What a page is made from, and the versions of the files that it shows. */
import type { Highlighter } from "../../c/index.ts";
import type { Finding, Side } from "../../findings/index.ts";
import type { DriverReport, Review, SourceLookup } from "../../review/index.ts";

export interface PageMatter {
  readonly review: Review;
  readonly sources: SourceLookup;
  readonly models: ModelLookup;
  readonly highlighter: Highlighter;
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
