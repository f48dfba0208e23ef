/**
 * Reviews a series: text in, findings out.
 *
 * Patch n is compared with the tree that patch n-1 leaves; a finding belongs to
 * the first patch that introduces or exposes it. Pure: the base files come in as
 * values, so that the same series gives the same review on every machine.
 */
import type { OnProgress } from "../base/index.ts";
import {
  baseFingerprintOf,
  classifyChanges,
  type Finding,
  isPatchLine,
  matchFindings,
  mergeRegions,
  type NotedFinding,
  numberFingerprints,
  type PatchLines,
  type Scope,
  STEP_CHECKS,
  selectByScope,
} from "../findings/index.ts";
import type { AppliedStep, Patch } from "../patch/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { analysisSetting, type FilesAnalysis } from "./analyse-files.ts";
import type { TogetherSource } from "./apply-together.ts";
import {
  type FilesBeside,
  hiddenFindings,
  notesOf,
  plainFinding,
  suppressionComplaints,
  toldAndHidden,
} from "./audit-files.ts";
import { blameDeletedLines } from "./deleted-cause.ts";
import { type AddedLines, addedLines, linesOf } from "./patch-steps.ts";
import type { BaseSource } from "./ports.ts";
import { findingsOfStep, renamedBetween, unusedHelpers } from "./program-versions.ts";
import type { Review, SourceLookup } from "./review.ts";
import { reviewTogether } from "./review-together.ts";
import { reviewedPatch } from "./reviewed-patch.ts";
import type { SharedWork } from "./shared-work.ts";
import { analyseBase, analyseEnd, analyseStage, isC, type Stage, settingAt, stagesOf } from "./stages.ts";
import type { Suppression } from "./suppressions.ts";

export interface SeriesInput {
  /** In the order in which they are applied. */
  readonly patches: readonly Patch[];
  readonly base: BaseSource;
  readonly packs: LoadedPacks;
  readonly profile: Profile;
  readonly scope: Scope;
  /** Files of the tree that are read along and not reported on; a file of the series goes before. */
  readonly beside?: FilesBeside;
  /** Of the reviews that were made before it. */
  readonly shared?: SharedWork;
  readonly onProgress?: OnProgress;
  /** Other patches on their way, applied as well for a second look. */
  readonly together?: {
    readonly source: TogetherSource;
    /** As `beside`, for the files of all patches. */
    readonly beside?: FilesBeside;
  };
}

export interface SeriesReview {
  readonly review: Review;
  readonly sourceOf: SourceLookup;
  /** The fingerprints, without ordinals, of all that is found after the last patch, whatever the scope. */
  readonly present: ReadonlySet<string>;
  /** Findings that were there before and go by another fingerprint since, as old and new one; without ordinals. */
  readonly moved: readonly (readonly [string, string])[];
}

export function reviewSeries(input: SeriesInput): SeriesReview {
  const { review, gaps, ...more } = compareSeries(input);
  return { ...more, review: { ...review, gaps: gaps() } };
}

/** A review whose gaps are found when they are asked for: they have parts of the files read that no finding needs. */
export interface ComparedSeries extends Omit<SeriesReview, "review"> {
  readonly review: Omit<Review, "gaps">;
  readonly gaps: () => Review["gaps"];
}

/** As `reviewSeries`, for who may have no use for gaps. */
export function compareSeries(input: SeriesInput): ComparedSeries {
  const { packs, profile, beside, shared } = input;
  const setting = analysisSetting(packs, profile, "what matters", beside?.callers, shared);
  const stages = stagesOf(input.base);
  const indexes = indexesOf(input.patches);
  const headers = beside?.headers ?? [];
  const last = stages.length - 1;
  const analyses = stages.map((stage, at) => {
    const told = settingAt(setting, { at, last }, input.onProgress);
    return analysisAt(at, last, shared !== undefined)(stage, told, headers);
  });
  const compared = input.base.applied.map((steps, at) => {
    const [before, after] = [analyses[at], analyses[at + 1]];
    return before === undefined || after === undefined
      ? { findings: [], lines: [], moved: [], needed: new Set<Suppression>() }
      : comparePatch(steps, { before, after, patch: indexes[at] ?? at + 1 });
  });
  const lines = compared.flatMap((one) => one.lines);
  const steps = compared.map((one) => toldAndHidden(one.findings));
  const merged = mergeRegions(asTheSeriesEnds(steps.map(({ told }) => told)));
  const findings = numberFingerprints(selectByScope(merged, input.scope, lines));
  const hidden = oncePerSeries(steps.map((step) => step.hidden)).filter(({ change }) => change !== "fixed");
  const inScope = new Set(selectByScope(hidden, input.scope, lines).map(({ fingerprint }) => fingerprint));
  const hides = ({ file, hiddenBy }: NotedFinding) =>
    hiddenBy !== undefined && isPatchLine(lines, file, hiddenBy.line, "new");
  const [end] = analyses.slice(-1);
  const { together: others } = input;
  const answer =
    others === undefined
      ? null
      : reviewTogether({
          base: input.base,
          others: others.source,
          setting,
          headers: others.beside?.headers ?? [],
          findings,
          lastIndex: Math.max(...indexes),
        });
  const review: ComparedSeries["review"] = {
    kind: "review",
    profile: input.profile,
    patches: input.patches.map((patch, at) =>
      reviewedPatch(patch, input.base, {
        steps: input.base.applied[at] ?? [],
        index: indexes[at] ?? at + 1,
      }),
    ),
    findings: findings.map(plainFinding),
    hidden: hiddenFindings(
      hidden.filter((one) => hides(one) || inScope.has(one.fingerprint)),
      findings,
    ),
    baseNotes: [
      ...(end?.complaints ?? []),
      ...newSuppressionComplaints(
        { analyses, ofSteps: compared.flatMap(({ needed }) => [...needed]) },
        addedLines(input.base.applied, () => true),
      ),
    ],
    analysed: {
      files: [...(stages.at(-1)?.keys() ?? [])].filter(isC).sort(),
      functions: end?.functions ?? 0,
    },
    notes: notesOf([...findings, ...(answer?.appeared ?? [])]),
    drivers: [],
    together: answer === null ? null : { ...answer.together, appeared: answer.appeared.map(plainFinding) },
  };
  // What an earlier patch brought may be gone by a later one; a step that it took is not taken back.
  const ofSteps = compared.flatMap(({ findings: own }, at) =>
    at === compared.length - 1 ? own : own.filter(({ check }) => STEP_CHECKS.has(check)),
  );
  const after = toldAndHidden([...(end?.findings ?? []), ...ofSteps]).told;
  const present = new Set(
    after.filter(({ change }) => change !== "fixed").map((one) => baseFingerprintOf(one.fingerprint)),
  );
  return {
    review,
    gaps: () => end?.gaps ?? [],
    sourceOf: lookupIn(stages, indexes, answer?.stage ?? null),
    present,
    moved: compared.flatMap((one) => one.moved),
  };
}

/** Who has work to share may go on where this series ends. */
function analysisAt(at: number, last: number, isShared: boolean): typeof analyseStage {
  if (at === 0) return analyseBase;
  return at === last && isShared ? analyseEnd : analyseStage;
}

interface Compared {
  readonly findings: readonly NotedFinding[];
  readonly lines: PatchLines;
  readonly moved: SeriesReview["moved"];
  /** Comments that hide what is found about the step alone. */
  readonly needed: ReadonlySet<Suppression>;
}

function comparePatch(
  steps: readonly AppliedStep[],
  {
    before,
    after,
    patch,
  }: { readonly before: FilesAnalysis; readonly after: FilesAnalysis; readonly patch: number },
): Compared {
  const lines = linesOf(steps);
  const renamed = renamedBetween(before, after);
  const ofPatch = findingsOfStep(before, after, (file, line) => isPatchLine(lines, file, line, "new"));
  const made = new Set<Finding>(ofPatch.findings);
  const hiddenBefore = new Set<Finding>(toldAndHidden(before.findings).hidden);
  const unused = unusedHelpers(before, after);
  // A patch that takes the comment away, or breaks it, brings the finding to light.
  const isExposed = (finding: Finding, old: Finding | null) =>
    made.has(finding) ? false : old !== null && hiddenBefore.has(old) ? true : null;
  const isOf = (helpers: ReadonlySet<string>, finding: Finding) =>
    isAboutCallers(finding) && helpers.has(`${finding.file}:${finding.function}`);
  const told = after.findings.filter((finding) => !isOf(unused.added, finding));
  const known = before.findings.filter((finding) => !isOf(unused.taken, finding));
  const classified = classifyChanges(known, [...told, ...ofPatch.findings], {
    lines,
    renamed,
    patch,
    isExposed,
  });
  const moved = [...matchFindings(known, told, { lines, renamed })]
    .map(([now, old]) => [old, now].map(({ fingerprint }) => baseFingerprintOf(fingerprint)))
    .flatMap(([from = "", to = ""]) => (from === to ? [] : [[from, to] as const]));
  const isBrought = ({ change }: NotedFinding) => change === "introduced" || change === "exposed";
  const sure = classified.filter((finding) => finding.isGuess !== true || isBrought(finding));
  const findings = blameDeletedLines(sure, { before, after, lines });
  return { findings, lines, moved, needed: ofPatch.needed };
}

/** Of comments that hide findings: those that the series adds, and those that it leaves with nothing to hide. */
function newSuppressionComplaints(
  {
    analyses,
    ofSteps,
  }: { readonly analyses: readonly FilesAnalysis[]; readonly ofSteps: readonly Suppression[] },
  added: AddedLines,
): string[] {
  const [first, last] = [analyses[0], analyses.at(-1)];
  if (first === undefined || last === undefined) return [];
  const keyOf = ({ file, checks, reason }: Suppression) => JSON.stringify([file, checks, reason]);
  const needed = new Set(first.suppressions.flatMap(({ of, isNeeded }) => (isNeeded ? keyOf(of) : [])));
  const usedInSteps = new Set(ofSteps.map(keyOf));
  const suppressions = last.suppressions.map(({ of, isNeeded }) => ({
    of,
    isNeeded: isNeeded || usedInSteps.has(keyOf(of)),
  }));
  return suppressionComplaints(
    { suppressions },
    (of) => needed.has(keyOf(of)) || (added.get(of.file)?.has(of.line) ?? false),
  );
}

/** Whether a caller may hold the lock that is missing: without any caller there is nothing to say. */
function isAboutCallers({ check }: Finding): boolean {
  return check === "guarded-access" || check === "caller-must-hold";
}

/** What an earlier patch brought may become live by a later one: told at the first, as it ends. */
function asTheSeriesEnds(patches: readonly (readonly NotedFinding[])[]): NotedFinding[] {
  const last = new Map(
    patches
      .flat()
      .filter(({ change }) => change !== "fixed")
      .map((finding) => [finding.fingerprint, finding] as const),
  );
  return oncePerSeries(patches).map((finding) => {
    const end = last.get(finding.fingerprint);
    const isOwn = finding.change === "introduced" || finding.change === "exposed";
    if (!isOwn || end === undefined || end.status !== "live" || finding.status === "live") return finding;
    const { statusReason: _statusReason, ...notes } = finding.notes;
    return { ...finding, status: "live", conflict: end.conflict, message: end.message, notes };
  });
}

/** What an earlier patch brought is not said again at a later one, nor that a later one repairs it. */
function oncePerSeries(patches: readonly (readonly NotedFinding[])[]): NotedFinding[] {
  const brought = new Set<string>();
  const known = new Set<string>();
  return patches.flatMap((findings) => {
    const kept = findings.filter((finding) => {
      if (brought.has(finding.fingerprint)) return false;
      return finding.change !== "pre-existing" || !known.has(finding.fingerprint);
    });
    for (const { change, fingerprint } of findings) {
      known.add(fingerprint);
      if (change === "introduced" || change === "exposed") brought.add(fingerprint);
    }
    return kept;
  });
}

/** The number in the subject, or the place in the series where two subjects have the same. */
function indexesOf(patches: readonly Patch[]): number[] {
  const own = patches.map((patch) => patch.index);
  return new Set(own).size === own.length ? own : own.map((_, at) => at + 1);
}

/** @param together the files with other patches applied as well, for what is told on one of these */
function lookupIn(
  stages: readonly Stage[],
  indexes: readonly number[],
  together: Stage | null,
): SourceLookup {
  return (file, side, patch) => {
    if (together !== null && patch !== null && !indexes.includes(patch)) return together.get(file) ?? null;
    const at = patch === null ? stages.length - 2 : indexes.indexOf(patch);
    return stages[side === "old" ? at : at + 1]?.get(file) ?? null;
  };
}
