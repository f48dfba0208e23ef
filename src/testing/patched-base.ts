/** A series applied in memory to texts that a test holds: the base of a review without a tree. */
import {
  applyChain,
  describeRejection,
  fileChains,
  type PatchSelection,
  pathOf,
  textFileOf,
} from "../patch/index.ts";
import type { BaseSource, SourceTree } from "../review/index.ts";

/** @throws {Error} when a patch does not apply */
export function patchedBase(
  { patches }: Pick<PatchSelection, "patches">,
  texts: ReadonlyMap<string, string>,
): BaseSource {
  const reading = patches.map((patch) => patch.files);
  const chains = fileChains(reading).map((chain) => {
    const text = texts.get(chain.path) ?? null;
    const result = applyChain(chain, text === null ? null : textFileOf(text));
    if (result.kind === "rejected") throw new Error(describeRejection(pathOf(result.diff), result.rejection));
    return { file: { path: chain.path, text, how: "as given" }, steps: result.steps };
  });
  const steps = chains.flatMap((chain) => chain.steps);
  return {
    tree: treeOf(texts),
    commit: null,
    how: "as given",
    files: chains.map(({ file }) => file),
    applied: reading.map((files, patch) =>
      files.flatMap((diff) => steps.filter((step) => step.patch === patch && step.diff === diff)),
    ),
  };
}

function treeOf(texts: ReadonlyMap<string, string>): SourceTree {
  return {
    commit: null,
    how: "as given",
    read: async (paths) => new Map(paths.map((path) => [path, texts.get(path) ?? null])),
    list: async (under, endings) =>
      [...texts.keys()]
        .filter((path) => path.startsWith(under) && endings.some((ending) => path.endsWith(ending)))
        .sort(),
  };
}
