/**
 * Reviews a series: text in, findings out.
 *
 * Patch n is compared with the tree that patch n-1 leaves; a finding belongs to
 * the first patch that introduces or exposes it. Pure: the base files come in as
 * values, so that the same series gives the same review on every machine.
 */
import { runPatchChecks } from "../checks/index.ts";
import {
  classifyChanges,
  type Finding,
  type FunctionBody,
  isPatchLine,
  mergeRegions,
  type NotedFinding,
  numberFingerprints,
  type PatchLines,
  pairRenamed,
  type Scope,
  selectByScope,
} from "../findings/index.ts";
import { type AppliedStep, type Patch, textOf } from "../patch/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { type AnalysisSetting, analyseFiles, analysisSetting, type FilesAnalysis } from "./analyse-files.ts";
import { notesOf, plainFinding } from "./audit-files.ts";
import { blameDeletedLines } from "./deleted-cause.ts";
import type { InputFile } from "./input-file.ts";
import type { BaseSource } from "./ports.ts";
import type { Review, ReviewedPatch, SourceLookup } from "./review.ts";

export interface SeriesInput {
  /** In the order in which they are applied. */
  readonly patches: readonly Patch[];
  readonly base: BaseSource;
  readonly packs: LoadedPacks;
  readonly profile: Profile;
  readonly scope: Scope;
  /** Types that the files use, read along and not reported on; a file of the series goes before. */
  readonly headers?: readonly InputFile[];
}

export interface SeriesReview {
  readonly review: Review;
  readonly sourceOf: SourceLookup;
}

/** The files of the series at one moment: after so many of its patches. */
type Stage = ReadonlyMap<string, string>;

export function reviewSeries(input: SeriesInput): SeriesReview {
  const setting = analysisSetting(input.packs, input.profile, "what matters");
  const stages = stagesOf(input.base);
  const indexes = indexesOf(input.patches);
  const analyses = stages.map((stage) => analyseStage(stage, setting, input.headers ?? []));
  const compared = input.base.applied.map((steps, at) => {
    const [before, after] = [analyses[at], analyses[at + 1]];
    return before === undefined || after === undefined
      ? { findings: [], lines: [] }
      : comparePatch(steps, { before, after, patch: indexes[at] ?? at + 1 });
  });
  const lines = compared.flatMap((one) => one.lines);
  const merged = mergeRegions(oncePerSeries(compared.map((one) => one.findings)));
  const findings = numberFingerprints(selectByScope(merged, input.scope, lines));
  const [last] = analyses.slice(-1);
  const review: Review = {
    kind: "review",
    profile: input.profile,
    patches: input.patches.map((patch, at) =>
      reviewedPatch(patch, input.base, { at, index: indexes[at] ?? at + 1 }),
    ),
    findings: findings.map(plainFinding),
    gaps: last?.gaps ?? [],
    baseNotes: last?.complaints ?? [],
    analysed: {
      files: [...(stages.at(-1)?.keys() ?? [])].filter(isC).sort(),
      functions: last?.functions ?? 0,
    },
    notes: notesOf(findings),
  };
  return { review, sourceOf: lookupIn(stages, indexes) };
}

function stagesOf(base: BaseSource): Stage[] {
  const first = new Map(
    base.files.flatMap(({ path, text }) => (text === null ? [] : [[path, text] as const])),
  );
  const stages: Stage[] = [first];
  for (const steps of base.applied) {
    const stage = new Map(stages.at(-1));
    for (const { diff } of steps)
      if (diff.oldPath !== null && diff.kind !== "copied") stage.delete(diff.oldPath);
    for (const { diff, after } of steps) {
      if (diff.newPath !== null && after !== null) stage.set(diff.newPath, textOf(after));
    }
    stages.push(stage);
  }
  return stages;
}

function isC(path: string): boolean {
  return /\.[ch]$/.test(path);
}

function analyseStage(stage: Stage, setting: AnalysisSetting, headers: readonly InputFile[]): FilesAnalysis {
  const files = [...stage].filter(([path]) => isC(path)).map(([path, text]) => ({ path, text }));
  return analyseFiles([...files, ...headers.filter(({ path }) => !stage.has(path))], setting);
}

function comparePatch(
  steps: readonly AppliedStep[],
  {
    before,
    after,
    patch,
  }: { readonly before: FilesAnalysis; readonly after: FilesAnalysis; readonly patch: number },
): { findings: NotedFinding[]; lines: PatchLines } {
  const lines: PatchLines = steps.map(({ diff, lineMap }) => ({
    oldFile: diff.oldPath,
    newFile: diff.newPath,
    added: new Set(lineMap.added.keys()),
    removed: new Set(lineMap.removed.keys()),
  }));
  const renamed = pairRenamed(bodiesOf(before), bodiesOf(after));
  const [old, now] = [before, after].map(({ main, findings }) => ({
    program: main.program,
    setting: main.checks,
    findings,
  }));
  const ofPatch =
    old === undefined || now === undefined
      ? []
      : runPatchChecks(old, now, (file, line) => isPatchLine(lines, file, line, "new"));
  const made = new Set<Finding>(ofPatch);
  const isExposed = (finding: Finding) => (made.has(finding) ? false : null);
  const classified = classifyChanges(before.findings, [...after.findings, ...ofPatch], {
    lines,
    renamed,
    patch,
    isExposed,
  });
  return { findings: blameDeletedLines(classified, { before, after, lines }), lines };
}

function bodiesOf({ main }: FilesAnalysis): FunctionBody[] {
  return main.program.units.map(({ name, file, item }) => ({
    file: file.path,
    name,
    body: item.source.slice(Math.max(item.masked.indexOf("{"), 0)),
  }));
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

function reviewedPatch(
  patch: Patch,
  base: BaseSource,
  { at, index }: { readonly at: number; readonly index: number },
): ReviewedPatch {
  const { message } = patch;
  const steps = base.applied[at] ?? [];
  const isMail = message.hasOwnId;
  return {
    subject: patch.subject,
    messageId: isMail ? patch.messageId : null,
    author: patch.author === "" ? null : patch.author,
    date: message.date,
    index,
    total: patch.total,
    revision: patch.revision,
    base: base.commit,
    baseFound: foundText(base),
    files: steps.map(({ diff }) => diff.newPath ?? diff.oldPath ?? ""),
    diffs: steps.map(({ diff, placed }) => ({
      oldPath: diff.oldPath,
      newPath: diff.newPath,
      hunks: placed.map(({ hunk, oldStart, newStart }) => ({
        header: hunk.header,
        oldStart,
        newStart,
        lines: hunk.lines,
      })),
    })),
    mail: isMail
      ? {
          to: [patch.author],
          cc: [...addressesIn(message.to), ...addressesIn(message.cc)].filter(
            (address) => address !== patch.author,
          ),
          references: message.references,
        }
      : null,
  };
}

/** The commit is named beside these words already. */
function foundText({ commit, how }: BaseSource): string {
  if (commit === null) return how;
  return how
    .replace(/, as in commit [0-9a-f]+$/, "")
    .replace(/^(HEAD|the commit|the base-commit) [0-9a-f]{7,40}/, "$1")
    .replace(/\b([0-9a-f]{12})[0-9a-f]{28}\b/, "$1");
}

/** The addresses of a To or Cc field; a comma inside quotes does not separate. */
function addressesIn(field: string | null): string[] {
  return (field?.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== "");
}

function lookupIn(stages: readonly Stage[], indexes: readonly number[]): SourceLookup {
  return (file, side, patch) => {
    const at = patch === null ? stages.length - 2 : indexes.indexOf(patch);
    return stages[side === "old" ? at : at + 1]?.get(file) ?? null;
  };
}
