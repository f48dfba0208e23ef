/**
 * What other patches on their way do to the findings of a review: which of them
 * become live with these applied as well, and what neither side has by itself.
 *
 * Three trees over the same files are compared: with the reviewed patches, with
 * the others, and with all. What the others bring by themselves is theirs, and is
 * not told here.
 */
import type { Gap } from "../base/index.ts";
import {
  type Finding,
  matchFindings,
  mergeRegions,
  type NotedFinding,
  numberFingerprints,
} from "../findings/index.ts";
import type { AnalysisSetting, FilesAnalysis } from "./analyse-files.ts";
import type { TogetherSource } from "./apply-together.ts";
import type { InputFile } from "./input-file.ts";
import { type AddedLines, addedLines, linesOf } from "./patch-steps.ts";
import type { BaseSource } from "./ports.ts";
import { findingsOfStep, renamedBetween } from "./program-versions.ts";
import type { Together, Woken } from "./review.ts";
import { reviewedPatch } from "./reviewed-patch.ts";
import { analyseStage, type Stage, stagesOf } from "./stages.ts";

export interface TogetherQuestion {
  readonly base: BaseSource;
  readonly others: TogetherSource;
  readonly setting: AnalysisSetting;
  readonly headers: readonly InputFile[];
  /** Of the reviewed patches alone, as the review lists them. */
  readonly findings: readonly Finding[];
  /** The highest index of a reviewed patch: those of the others follow. */
  readonly lastIndex: number;
}

export interface TogetherAnswer {
  readonly together: Omit<Together, "appeared">;
  readonly appeared: readonly NotedFinding[];
  /** The files with all patches applied. */
  readonly stage: Stage;
}

export function reviewTogether(question: TogetherQuestion): TogetherAnswer {
  const { base, others, lastIndex } = question;
  const versions = versionsOf(question);
  const { own, all } = versions;
  const ownOf = matchFindings(own.findings, question.findings, { lines: [] });
  const renamed = renamedBetween(own.analysis, all.analysis);
  const lines = others.order === "after" ? others.applied.slice(base.applied.length).flatMap(linesOf) : [];
  const before = matchFindings(own.findings, all.findings, { lines, renamed });
  const patches = others.patches.map((patch, at) => {
    const steps = others.applied[others.order === "after" ? base.applied.length + at : at] ?? [];
    return reviewedPatch(patch, base, { steps, index: lastIndex + 1 + at });
  });
  return {
    together: {
      order: others.order,
      patches,
      woken: wokenOf(question.findings, { ownOf, before, own: own.findings, all: all.findings }),
      gaps: newGaps(own, all),
    },
    appeared: appearedOf(versions, before, {
      taken: question.findings,
      patch: lastIndex + others.patches.length,
    }),
    stage: all.stage,
  };
}

interface Version {
  readonly stage: Stage;
  readonly analysis: FilesAnalysis;
  /** With those of the step from the base. */
  readonly findings: readonly NotedFinding[];
  /** Of the patches whose part is asked for. */
  readonly added: AddedLines;
}

interface Versions {
  readonly own: Version;
  readonly all: Version;
  /** The others alone; null where they need the reviewed patches. */
  readonly others: Version | null;
}

/** All over the same files, so that a difference between two of them comes from a patch. */
function versionsOf({ base, others, setting, headers }: TogetherQuestion): Versions {
  const files = [...base.files, ...others.files];
  const analysisOf = (applied: BaseSource["applied"]) => {
    const stage = stagesOf({ files, applied }).at(-1) ?? new Map();
    return { stage, analysis: analyseStage(stage, setting, headers) };
  };
  const versionOf = (
    from: FilesAnalysis,
    applied: BaseSource["applied"],
    own: (patch: number) => boolean,
  ) => {
    const { stage, analysis } = analysisOf(applied);
    const added = addedLines(applied, own);
    const ofStep = findingsOfStep(from, analysis, (file, line) => added.get(file)?.has(line) ?? false);
    return { stage, analysis, findings: [...analysis.findings, ...ofStep.findings], added };
  };
  const start = analysisOf([]).analysis;
  const alone = others.alone === null ? null : versionOf(start, others.alone, () => true);
  const first = others.order === "after" ? 0 : others.patches.length;
  const isOwn = (patch: number) => patch >= first && patch < first + base.applied.length;
  return {
    own: versionOf(start, base.applied, () => true),
    // What the step brings is to be that of the reviewed patches, not of the others.
    all: versionOf(alone?.analysis ?? start, others.applied, isOwn),
    others: alone,
  };
}

interface Matches {
  /** A finding of the review → the same with the reviewed patches alone. */
  readonly ownOf: ReadonlyMap<Finding, NotedFinding>;
  /** A finding with all patches → the same with the reviewed ones alone. */
  readonly before: ReadonlyMap<NotedFinding, NotedFinding>;
  readonly own: readonly NotedFinding[];
  readonly all: readonly NotedFinding[];
}

function wokenOf(
  findings: readonly Finding[],
  { ownOf, before, own, all }: Matches,
): ReadonlyMap<string, Woken> {
  const after = new Map([...before].map(([now, old]) => [old, now]));
  return new Map(
    findings.flatMap((finding) => {
      const old = ownOf.get(finding);
      const now = old === undefined ? undefined : after.get(old);
      if (old === undefined || now === undefined || finding.change === "fixed") return [];
      if (liveIn(own, old) !== undefined) return [];
      const live = liveIn(all, now);
      if (live === undefined) return [];
      const { message, fix } = now;
      return [[finding.fingerprint, { message, fix, conflict: live.conflict }] as const];
    }),
  );
}

/** What is told as one finding is live where one of its places is. */
function liveIn(findings: readonly NotedFinding[], finding: NotedFinding): NotedFinding | undefined {
  if (finding.region === null) return finding.status === "live" ? finding : undefined;
  return findings.find(({ region, status }) => region === finding.region && status === "live");
}

/** In the tree with all patches, and in neither of the two with one side's alone. */
function appearedOf(
  { all, others }: Versions,
  before: ReadonlyMap<NotedFinding, NotedFinding>,
  { taken, patch }: { readonly taken: readonly Finding[]; readonly patch: number },
): NotedFinding[] {
  if (others === null) return [];
  const renamed = renamedBetween(others.analysis, all.analysis);
  const byOthers = matchFindings(others.findings, all.findings, { lines: [], renamed });
  const told = new Set([...before.keys()].map(({ region }) => region).filter((region) => region !== null));
  const isTold = ({ region }: NotedFinding) => region !== null && told.has(region);
  const both = all.findings
    .filter((finding) => !before.has(finding) && !byOthers.has(finding) && !isTold(finding))
    .filter(({ hiddenBy, isGuess }) => hiddenBy === undefined && isGuess !== true)
    // The same defect of the others may show in another place once the reviewed patches change its surroundings.
    .filter((finding) => takesPart(finding, all.added))
    // A nesting by itself is nothing wrong, and one with an inverse is a lock-order finding as well.
    .filter(({ check }) => check !== "new-nesting")
    .map((finding): NotedFinding => ({ ...finding, change: "exposed", patch }));
  return numberFingerprints(mergeRegions(both), taken);
}

/** Whether one of the lines stands on the finding's path, or on the path against it. */
function takesPart({ file, line, trace, conflict }: NotedFinding, added: AddedLines): boolean {
  return [{ file, line }, ...trace, ...conflict].some(
    (step) => added.get(step.file)?.has(step.line) ?? false,
  );
}

/** Gaps in code that the reviewed patches alone do not have, or that could be read with them alone. */
function newGaps(own: Version, all: Version): Gap[] {
  const keyOf = ({ stage }: Version, { file, line, why }: Gap) =>
    JSON.stringify([file, why, stage.get(file)?.split("\n")[line - 1] ?? ""]);
  const known = new Set(own.analysis.gaps.map((gap) => keyOf(own, gap)));
  return all.analysis.gaps.filter((gap) => !known.has(keyOf(all, gap)));
}
