/** The same analysis over whole files, without a patch. */
import type { OnProgress } from "../base/index.ts";
import {
  type Finding,
  type FindingNotes,
  mergeRegions,
  type NotedFinding,
  numberFingerprints,
  STEP_CHECKS,
} from "../findings/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { type AnalysisSetting, analysisSetting } from "./analyse-files.ts";
import { joinDrivers } from "./audited-drivers.ts";
import type { FilesAnalysis } from "./files-analysis.ts";
import type { InputFile } from "./input-file.ts";
import { joinReports, type ProgramReport, reportOf, reportOnProgram } from "./program-report.ts";
import type { HiddenFinding, Review } from "./review.ts";
import { separatePrograms } from "./separate-programs.ts";
import { complaintAbout, type Suppression } from "./suppressions.ts";

/** Other files of the tree that the analysis looks at; nothing is reported in them. */
export interface FilesBeside {
  /** Types that the files use. */
  readonly headers?: readonly InputFile[];
  /** Files in which the drivers' callers stand. */
  readonly callers?: readonly InputFile[];
}

export function auditFiles(
  files: readonly InputFile[],
  packs: LoadedPacks,
  profile: Profile,
  beside: FilesBeside = {},
): Review {
  return auditOfPlan(planAudit(files, packs, profile, beside));
}

/** In the process's own thread, one program after the other. */
export function auditOfPlan(plan: AuditPlan): Review {
  const reports = plan.programs.map((program) => reportOnProgram(program, plan.paths, plan.setting));
  return auditOfReports(reports, plan);
}

/** @param reports on the programs of the plan, in their order */
export function auditOfReports(reports: readonly ProgramReport[], { paths, setting }: AuditPlan): Review {
  return auditOfReport(joinReports(reports), paths, setting.profile);
}

/** An audit whose programs can be reported on one by one. */
export interface AuditPlan {
  readonly setting: AnalysisSetting;
  /** The files that are audited. */
  readonly paths: readonly string[];
  /** With the headers that are read along; at least one. */
  readonly programs: readonly (readonly InputFile[])[];
}

export function planAudit(
  files: readonly InputFile[],
  packs: LoadedPacks,
  profile: Profile,
  { headers = [], callers, onProgress }: FilesBeside & { readonly onProgress?: OnProgress } = {},
): AuditPlan {
  const { drivers, platform } = packs;
  const setting = analysisSetting(packs, profile, "everything", callers);
  return {
    setting: onProgress === undefined ? setting : { ...setting, onProgress },
    paths: files.map(({ path }) => path),
    programs: separatePrograms([...files, ...headers], drivers, platform.alternativeFolders),
  };
}

/** @param files those that were named */
export function auditOf(analysis: FilesAnalysis, files: readonly InputFile[], profile: Profile): Review {
  const paths = files.map(({ path }) => path);
  return auditOfReport(reportOf(analysis, paths), paths, profile);
}

/** @param paths the files that were named */
function auditOfReport(report: ProgramReport, paths: readonly string[], profile: Profile): Review {
  const { told, hidden } = toldAndHidden(sureFindings(report.findings));
  const findings = numberFingerprints(mergeRegions(told));
  const own = new Set(paths);
  // Of a comment about changes alone only a review can tell whether it is needed.
  const isAboutCode = ({ checks }: Suppression) =>
    checks.length === 0 || checks.some((check) => !STEP_CHECKS.has(check));
  return {
    kind: "audit",
    profile,
    patches: [],
    findings: findings.map(plainFinding),
    hidden: hiddenFindings(hidden, findings),
    gaps: report.gaps,
    baseNotes: [
      ...report.complaints,
      ...suppressionComplaints(report, (of) => own.has(of.file) && isAboutCode(of)),
    ],
    analysed: { files: paths, functions: report.functions.length },
    notes: notesOf(findings),
    drivers: joinDrivers(report.drivers),
    together: null,
  };
}

/** Without what is said only of a patch that brings it. */
export function sureFindings(findings: readonly NotedFinding[]): readonly NotedFinding[] {
  return findings.filter(({ isGuess }) => isGuess !== true);
}

/** Findings that are told, and those that comments in the code hide. */
export function toldAndHidden(findings: readonly NotedFinding[]): {
  readonly told: readonly NotedFinding[];
  readonly hidden: readonly NotedFinding[];
} {
  const hidden = findings.filter(({ hiddenBy }) => hiddenBy !== undefined);
  if (hidden.length === 0) return { told: findings, hidden };
  return { told: findings.filter(({ hiddenBy }) => hiddenBy === undefined), hidden };
}

/** One a region, numbered behind what is told: its identity does not hang on what is hidden. */
export function hiddenFindings(
  hidden: readonly NotedFinding[],
  told: readonly NotedFinding[],
): HiddenFinding[] {
  return numberFingerprints(mergeRegions(hidden), told).map(
    ({ check, file, line, function: name, patch, fingerprint, hiddenBy }) => ({
      check,
      file,
      line,
      function: name,
      patch,
      fingerprint,
      reason: hiddenBy?.reason ?? "",
    }),
  );
}

/** @param isAsked which of the comments are to be judged */
export function suppressionComplaints(
  { suppressions }: Pick<FilesAnalysis, "suppressions">,
  isAsked: (of: Suppression) => boolean,
): string[] {
  return suppressions.flatMap(({ of, isNeeded }) =>
    isAsked(of) ? (complaintAbout(of, isNeeded) ?? []) : [],
  );
}

/** The finding alone, as the JSON document has it. */
export function plainFinding(noted: NotedFinding): Finding {
  const { notes: _notes, region: _region, helper: _helper, hiddenBy: _hiddenBy, ...rest } = noted;
  const { isGuess: _isGuess, ...finding } = rest;
  return finding;
}

export function notesOf(findings: readonly NotedFinding[]): ReadonlyMap<string, FindingNotes> {
  return new Map(findings.map((finding) => [finding.fingerprint, finding.notes]));
}
