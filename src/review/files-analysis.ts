/** What the analysis of files comes to. */
import type { Gap } from "../base/index.ts";
import type { CheckSetting } from "../checks/index.ts";
import type { DriverModel } from "../drivers/index.ts";
import type { NotedFinding } from "../findings/index.ts";
import type { AnalysedProgram } from "../locks/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Suppression } from "./suppressions.ts";

export interface FilesAnalysis {
  /** Also those that a comment in the code hides. */
  readonly findings: readonly NotedFinding[];
  /** Comments that hide findings, each with whether there is one that it speaks of. */
  readonly suppressions: readonly { readonly of: Suppression; readonly isNeeded: boolean }[];
  /** Found when they are asked for: what has to do with no finding is read for them alone. */
  readonly gaps: readonly Gap[];
  /** One sentence each: what a pack names and the files do not have. */
  readonly complaints: readonly string[];
  readonly functions: number;
  /** The program with every symbol on: the one that models are drawn from. */
  readonly main: AnalysedVariant;
}

export interface AnalysedVariant {
  readonly program: AnalysedProgram;
  readonly rules: readonly Rule[];
  readonly modelOf: (path: string) => DriverModel | null;
  readonly checks: CheckSetting;
}
