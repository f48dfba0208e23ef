/**
 * Applies two sets of patches to one base: those under review, and others that
 * are on their way.
 *
 * In:  the base of the review, the other patches, the files that these name.
 * Out: everything applied in an order that works, or why neither order does.
 *      Behind the reviewed patches comes first: it keeps their files as reviewed.
 */
import {
  type AppliedStep,
  applyChain,
  describeRejection,
  type FileDiff,
  fileChains,
  type Patch,
  type PatchSelection,
  pathOf,
  readingsOf,
  textFileOf,
} from "../patch/index.ts";
import type { BaseFile, BaseSource } from "./ports.ts";
import type { Order } from "./review.ts";

/** The other patches, applied with those under review. */
export interface TogetherSource {
  readonly order: Order;
  readonly patches: readonly Patch[];
  /** Files that only the other patches touch, before any patch. */
  readonly files: readonly BaseFile[];
  /** All patches in the order in which they apply. */
  readonly applied: readonly (readonly AppliedStep[])[];
  /** The other patches by themselves; null where they need those under review. */
  readonly alone: readonly (readonly AppliedStep[])[] | null;
}

/**
 * `why`: a clause for each order, such as "neither after it (hunk 1 of a.c: …) nor before it (…)".
 * `same`: one of the other patches is one of those under review.
 */
export type TogetherResult =
  | { readonly kind: "applied"; readonly source: TogetherSource }
  | { readonly kind: "same"; readonly subject: string }
  | { readonly kind: "rejected"; readonly why: string };

type Reading = readonly (readonly FileDiff[])[];
type Texts = ReadonlyMap<string, string | null>;

/** The files to read for `applyTogether`, by their names in the tree of the review. */
export function filesNamedBy(others: PatchSelection): string[] {
  const diffs = readingsOf(others).flat(2);
  return [...new Set(diffs.map((diff) => diff.oldPath ?? pathOf(diff)))].sort();
}

/** @param tree texts of `filesNamedBy(others)`; for files of the review its own base counts */
export function applyTogether(base: BaseSource, others: PatchSelection, tree: Texts): TogetherResult {
  const own = base.applied.map((steps) => steps.map(({ diff }) => diff));
  const double = others.patches.find(({ files }) => own.some((diffs) => isSame(files, diffs)));
  if (double !== undefined) return { kind: "same", subject: double.subject };
  const texts = new Map([...tree, ...base.files.map(({ path, text }) => [path, text] as const)]);
  const refusals = new Map<Order, string>();
  for (const reading of readingsOf(others)) {
    for (const order of ["after", "before"] as const) {
      const series = order === "after" ? [...own, ...reading] : [...reading, ...own];
      const result = applyAll(series, texts);
      if (result.kind === "applied") {
        const alone = applyAll(reading, texts);
        const source: TogetherSource = {
          order,
          patches: others.patches,
          files: furtherFiles(base, reading, tree),
          applied: result.steps,
          alone: alone.kind === "applied" ? alone.steps : null,
        };
        return { kind: "applied", source };
      }
      const isOther = order === "after" ? result.patch >= own.length : result.patch < reading.length;
      if (!refusals.has(order))
        refusals.set(order, isOther ? result.why : `then, of the patch, ${result.why}`);
    }
  }
  return {
    kind: "rejected",
    why: `neither after it (${refusals.get("after")}) nor before it (${refusals.get("before")})`,
  };
}

/** Two mails of one change: the same lines go and come in the same files. */
function isSame(left: readonly FileDiff[], right: readonly FileDiff[]): boolean {
  const textOf = (diffs: readonly FileDiff[]) =>
    JSON.stringify(
      diffs.map(({ oldPath, newPath, hunks }) => [oldPath, newPath, hunks.map(({ lines }) => lines)]),
    );
  return textOf(left) === textOf(right);
}

type Applied =
  | { readonly kind: "applied"; readonly steps: readonly (readonly AppliedStep[])[] }
  | { readonly kind: "rejected"; readonly patch: number; readonly why: string };

function applyAll(series: Reading, texts: Texts): Applied {
  const steps: AppliedStep[] = [];
  const begun = new Set<string>();
  for (const chain of fileChains(series)) {
    const [first] = chain.steps;
    // The base has one file of that name, and an earlier patch moved it away or deleted it.
    if (begun.has(chain.path) && chain.needsBase && first?.diff.kind !== "copied") {
      return { kind: "rejected", patch: first?.patch ?? 0, why: `${chain.path}: the file is gone by then` };
    }
    begun.add(chain.path);
    const text = texts.get(chain.path) ?? null;
    const result = applyChain(chain, text === null ? null : textFileOf(text));
    if (result.kind === "rejected") {
      const why = describeRejection(pathOf(result.diff), result.rejection);
      return { kind: "rejected", patch: result.patch, why };
    }
    steps.push(...result.steps);
  }
  return {
    kind: "applied",
    steps: series.map((files, patch) =>
      files.flatMap((diff) => steps.filter((step) => step.patch === patch && step.diff === diff)),
    ),
  };
}

function furtherFiles(base: BaseSource, reading: Reading, tree: Texts): TogetherSource["files"] {
  const known = new Set([
    ...base.files.map(({ path }) => path),
    ...base.applied.flat().map(({ diff }) => pathOf(diff)),
  ]);
  const paths = new Set(reading.flat().map((diff) => diff.oldPath ?? pathOf(diff)));
  return [...paths]
    .filter((path) => !known.has(path))
    .map((path) => ({ path, text: tree.get(path) ?? null, how: base.tree.how }));
}
