/**
 * Applies patches that build on each other, in series order, in memory.
 *
 * The files of a series are independent of each other but for moves: a chain is
 * one file's way through the series, from its base to its last name. Whoever
 * knows the base (`adapters/`) can try several bases for one chain.
 */
import { ANYWHERE, type AppliedFile, type ApplyLimits, applyFileDiff, type Rejection } from "./apply.ts";
import { type FileDiff, pathOf } from "./patch.ts";
import type { TextFile } from "./text-file.ts";

export interface ChainStep {
  /** 0-based index of the patch in the series. */
  readonly patch: number;
  readonly diff: FileDiff;
}

export interface FileChain {
  /** The file's name in the base, also when the base need not have it. */
  readonly path: string;
  /** False when the series creates the file. */
  readonly needsBase: boolean;
  /** The blob that the first `index` line names; null when none is named. */
  readonly blob: string | null;
  /** In series order, at least one. */
  readonly steps: readonly ChainStep[];
}

/** @param series the file diffs of each patch, in series order. */
export function fileChains(series: readonly (readonly FileDiff[])[]): readonly FileChain[] {
  const chains: { path: string; now: string | null; steps: ChainStep[] }[] = [];
  for (const [patch, diffs] of series.entries()) {
    // Looked up before any diff of the patch counts: two files may swap their names in one patch.
    const found = diffs.map((diff) =>
      chains.find((chain) => diff.kind !== "copied" && chain.now === (diff.oldPath ?? pathOf(diff))),
    );
    for (const [index, diff] of diffs.entries()) {
      const chain = found[index] ?? { path: diff.oldPath ?? pathOf(diff), now: null, steps: [] };
      if (found[index] === undefined) chains.push(chain);
      chain.steps.push({ patch, diff });
      chain.now = diff.newPath;
    }
  }
  return chains.map(({ path, steps }) => {
    const first = steps[0]?.diff;
    return { path, needsBase: first?.kind !== "created", blob: first?.oldBlob ?? null, steps };
  });
}

export interface AppliedStep extends AppliedFile {
  readonly patch: number;
  readonly diff: FileDiff;
  /** Null when this step creates the file. */
  readonly before: TextFile | null;
}

export type ChainResult =
  | { readonly kind: "applied"; readonly steps: readonly AppliedStep[] }
  | {
      readonly kind: "rejected";
      readonly patch: number;
      readonly diff: FileDiff;
      readonly rejection: Rejection;
    };

/** Takes one file through the series. @param base null when there is no such file. */
export function applyChain(
  chain: FileChain,
  base: TextFile | null,
  limits: ApplyLimits = ANYWHERE,
): ChainResult {
  const steps: AppliedStep[] = [];
  let before = base;
  for (const { patch, diff } of chain.steps) {
    const result = applyFileDiff(before, diff, limits);
    if (result.kind === "rejected") return { kind: "rejected", patch, diff, rejection: result };
    steps.push({ ...result, patch, diff, before });
    before = result.after;
  }
  return { kind: "applied", steps };
}

/** "hunk 2 of xen/a.c: context differs at line 9: …". */
export function describeRejection(path: string, { hunk, why }: Rejection): string {
  return hunk === null ? `${path}: ${why}` : `hunk ${hunk} of ${path}: ${why}`;
}
