/** Two versions of a program side by side: what only a comparison finds, and what was renamed. */
import { type IsPatchLine, runPatchChecks } from "../checks/index.ts";
import {
  type FunctionBody,
  type NotedFinding,
  pairRenamed,
  type RenamedFunction,
} from "../findings/index.ts";
import type { FilesAnalysis } from "./analyse-files.ts";

/** Findings about the step from one version to the other: neither has them by itself. */
export function findingsOfStep(
  before: FilesAnalysis,
  after: FilesAnalysis,
  isPatchLine: IsPatchLine,
): NotedFinding[] {
  return runPatchChecks(sideOf(before), sideOf(after), isPatchLine);
}

function sideOf({ main, findings }: FilesAnalysis) {
  return { program: main.program, setting: main.checks, findings };
}

export function renamedBetween(before: FilesAnalysis, after: FilesAnalysis): RenamedFunction[] {
  return pairRenamed(bodiesOf(before), bodiesOf(after));
}

function bodiesOf({ main }: FilesAnalysis): FunctionBody[] {
  return main.program.units.map(({ name, file, item }) => ({
    file: file.path,
    name,
    body: item.source.slice(Math.max(item.masked.indexOf("{"), 0)),
  }));
}
