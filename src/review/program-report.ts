/**
 * What an audit has to say of one program, as plain data: it can be kept, and handed from one
 * thread to another, and the program itself need not stay in memory.
 */
import type { Gap } from "../base/index.ts";
import type { NotedFinding } from "../findings/index.ts";
import { type AnalysisSetting, analyseProgramFiles } from "./analyse-files.ts";
import { type DriverPart, driverParts } from "./audited-drivers.ts";
import type { FilesAnalysis } from "./files-analysis.ts";
import type { InputFile } from "./input-file.ts";
import { distinctGaps, joinFindings, joinSuppressions } from "./join-analyses.ts";

export interface ProgramReport {
  /** Also those that a comment in the code hides. */
  readonly findings: readonly NotedFinding[];
  readonly suppressions: FilesAnalysis["suppressions"];
  readonly gaps: readonly Gap[];
  readonly complaints: readonly string[];
  /** `path:name` of each. */
  readonly functions: readonly string[];
  readonly drivers: readonly DriverPart[];
}

/** @param paths the files that are audited; the others are read along */
export function reportOnProgram(
  files: readonly InputFile[],
  paths: readonly string[],
  setting: AnalysisSetting,
): ProgramReport {
  return reportOf(analyseProgramFiles(files, setting), paths);
}

/** What an audit says of an analysis. @param paths the files that were named */
export function reportOf(
  { findings, suppressions, gaps, complaints, main }: FilesAnalysis,
  paths: readonly string[],
): ProgramReport {
  return {
    findings,
    suppressions,
    gaps,
    complaints,
    functions: main.program.units.map((unit) => `${unit.file.path}:${unit.name}`),
    drivers: driverParts(main, paths),
  };
}

/** What several programs show counts once. @param reports in the order of the programs */
export function joinReports(reports: readonly ProgramReport[]): ProgramReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError("there is no program");
  return others.reduce(
    (left, right) => ({
      findings: joinFindings(left.findings, right.findings),
      suppressions: joinSuppressions(left.suppressions, right.suppressions),
      gaps: distinctGaps([...left.gaps, ...right.gaps]),
      complaints: [...new Set([...left.complaints, ...right.complaints])],
      functions: joinFunctions(left.functions, right.functions),
      drivers: [...left.drivers, ...right.drivers],
    }),
    first,
  );
}

function joinFunctions(left: readonly string[], right: readonly string[]): string[] {
  const known = new Set(left);
  return [...left, ...right.filter((key) => !known.has(key))];
}
