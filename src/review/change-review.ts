/**
 * A change between two commits, such as a pull request, as the review pipeline
 * wants it: one patch, and the base that it applies to.
 *
 * In:  where the change is read from. Out: the patch over the C files, and which
 *      files were left aside, as gaps: silence about them would look like a clean file.
 */
import type { Gap } from "../base/index.ts";
import {
  applyChain,
  diffTexts,
  fileChains,
  type Patch,
  textFileOf,
  unmailedPatch,
  unsafeNameReason,
} from "../patch/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import { filesBeside } from "./beside-files.ts";
import type { BaseSource } from "./ports.ts";
import type { ChangedFile, ChangeSource } from "./pull-request-ports.ts";
import type { SeriesInput } from "./review-series.ts";
import { isC } from "./stages.ts";

export interface AboutChange {
  readonly subject: string;
  readonly author: string;
}

export interface ReadChange {
  readonly input: Pick<SeriesInput, "patches" | "base" | "beside">;
  readonly gaps: readonly Gap[];
}

/** @throws {ServiceError} when the texts cannot be read */
export async function readChange(
  source: ChangeSource,
  packs: LoadedPacks,
  about: AboutChange,
): Promise<ReadChange> {
  const { readable, gaps } = sorted(source.files);
  const old = readable.map(({ oldPath }) => oldPath).filter((path) => path !== null);
  const before = await source.tree.read(old);
  const after = await source.after(readable);
  const isKnown = ({ oldPath, newPath }: ChangedFile) =>
    (oldPath === null || typeof before.get(oldPath) === "string") && (newPath === null || after.has(newPath));
  const known = readable.filter(isKnown);
  const files = known.map((file) =>
    diffTexts({
      ...file,
      before: file.oldPath === null ? null : (before.get(file.oldPath) ?? null),
      after: file.newPath === null ? null : (after.get(file.newPath) ?? null),
    }),
  );
  const patch = unmailedPatch({ ...about, files });
  const base = baseOf(source, patch, before);
  const beside = await filesBeside(
    packs,
    base.files.map(({ path }) => path),
    source.tree.read,
  );
  const unread = readable.filter((file) => !isKnown(file));
  return {
    input: { patches: [patch], base, beside },
    gaps: [...gaps, ...unread.map((file) => gapOf(file, "its text could not be read"))],
  };
}

type ChangeInput = Pick<SeriesInput, "patches" | "base">;

/** The same change, but with another text of one file at its end. */
export function amended({ patches, base }: ChangeInput, path: string, text: string): ChangeInput {
  const [patch] = patches;
  if (patch === undefined) return { patches, base };
  const texts = new Map(base.files.map((file) => [file.path, file.text]));
  const files = patch.files.map((diff) =>
    diff.newPath === path
      ? diffTexts({
          ...diff,
          isCopy: diff.kind === "copied",
          before: diff.oldPath === null ? null : (texts.get(diff.oldPath) ?? null),
          after: text,
        })
      : diff,
  );
  const other = { ...patch, files };
  const source = { base: base.commit ?? "", how: base.how, tree: base.tree };
  return { patches: [other], base: baseOf(source, other, texts) };
}

function sorted(files: readonly ChangedFile[]): { readable: ChangedFile[]; gaps: Gap[] } {
  const wanted = files.filter(({ oldPath, newPath }) => isC(newPath ?? oldPath ?? ""));
  const isSafe = ({ oldPath, newPath }: ChangedFile) =>
    [oldPath, newPath].every((path) => path === null || unsafeNameReason(path) === null);
  return {
    readable: wanted.filter(isSafe),
    gaps: wanted.filter((file) => !isSafe(file)).map((file) => gapOf(file, "its name is not safe to open")),
  };
}

function gapOf({ oldPath, newPath }: ChangedFile, why: string): Gap {
  return { file: newPath ?? oldPath ?? "", line: 1, endLine: 1, why };
}

function baseOf(
  { base, how, tree }: Pick<ChangeSource, "base" | "how" | "tree">,
  patch: Patch,
  texts: ReadonlyMap<string, string | null>,
): BaseSource {
  const chains = fileChains([patch.files]).map((chain) => {
    const text = texts.get(chain.path) ?? null;
    // The patch is the difference to this very text, so it applies.
    const result = applyChain(chain, text === null ? null : textFileOf(text));
    return {
      file: { path: chain.path, text, how },
      steps: result.kind === "applied" ? result.steps : [],
    };
  });
  const steps = chains.flatMap((chain) => chain.steps);
  return {
    tree,
    commit: base,
    how,
    files: chains.map(({ file }) => file),
    applied: [patch.files.flatMap((diff) => steps.filter((step) => step.diff === diff))],
  };
}
