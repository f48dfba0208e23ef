/** The files of a series at each moment: before it, and after each of its patches. */
import type { OnProgress } from "../base/index.ts";
import type { AppliedStep } from "../patch/index.ts";
import { textOf } from "../patch/index.ts";
import { type AnalysisSetting, analyseFiles, type FilesAnalysis } from "./analyse-files.ts";
import type { InputFile } from "./input-file.ts";
import type { BaseSource } from "./ports.ts";
import { analysisOfBase, analysisOfEnd } from "./shared-work.ts";

/** Texts by path, after so many of the patches. */
export type Stage = ReadonlyMap<string, string>;

export function stagesOf({ files, applied }: Pick<BaseSource, "files" | "applied">): [Stage, ...Stage[]] {
  const first = new Map(files.flatMap(({ path, text }) => (text === null ? [] : [[path, text] as const])));
  const stages: [Stage, ...Stage[]] = [first];
  for (const steps of applied) stages.push(stageAfter(stages.at(-1) ?? first, steps));
  return stages;
}

function stageAfter(before: Stage, steps: readonly AppliedStep[]): Stage {
  const stage = new Map(before);
  for (const { diff } of steps)
    if (diff.oldPath !== null && diff.kind !== "copied") stage.delete(diff.oldPath);
  for (const { diff, after } of steps) {
    if (diff.newPath !== null && after !== null) stage.set(diff.newPath, textOf(after));
  }
  return stage;
}

export function isC(path: string): boolean {
  return /\.[ch]$/.test(path);
}

/** The setting for the analysis of one stage, whose progress is told as that stage's. */
export function settingAt(
  setting: AnalysisSetting,
  { at, last }: { readonly at: number; readonly last: number },
  onProgress: OnProgress | undefined,
): AnalysisSetting {
  if (onProgress === undefined) return setting;
  const patch = last === 1 ? "the patch" : `patch ${at} of ${last}`;
  const where = at === 0 ? "before the patch" : `with ${patch}`;
  return {
    ...setting,
    onProgress: (progress) => onProgress({ ...progress, what: `${where}: ${progress.what}` }),
  };
}

/** @param headers read along where the stage does not have them itself */
export function analyseStage(
  stage: Stage,
  setting: AnalysisSetting,
  headers: readonly InputFile[],
): FilesAnalysis {
  return analyseFiles(filesOf(stage, headers), setting);
}

/** As `analyseStage`, of the stage before a series. */
export function analyseBase(
  stage: Stage,
  setting: AnalysisSetting,
  headers: readonly InputFile[],
): FilesAnalysis {
  const files = filesOf(stage, headers);
  return analysisOfBase(files, setting, () => analyseFiles(files, setting));
}

/** As `analyseStage`, of the stage behind a series that others may follow. */
export function analyseEnd(
  stage: Stage,
  setting: AnalysisSetting,
  headers: readonly InputFile[],
): FilesAnalysis {
  const files = filesOf(stage, headers);
  return analysisOfEnd(files, setting, () => analyseFiles(files, setting));
}

function filesOf(stage: Stage, headers: readonly InputFile[]): InputFile[] {
  const files = [...stage].filter(([path]) => isC(path)).map(([path, text]) => ({ path, text }));
  return [...files, ...headers.filter(({ path }) => !stage.has(path))];
}
