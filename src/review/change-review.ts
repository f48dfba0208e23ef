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
import { type LoadedPacks, packForFile } from "../rules/index.ts";
import { leftOutOf } from "./analysed-part.ts";
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
  const { readable, gaps } = sorted(source.files, packs);
  const old = readable.map(({ oldPath }) => oldPath).filter((path) => path !== null);
  const before = await source.tree.read(old);
  const after = await source.after(readable);
  const isKnown = ({ oldPath, newPath }: ChangedFile) =>
    (oldPath === null || typeof before.get(oldPath) === "string") && (newPath === null || after.has(newPath));
  const known = readable.filter(isKnown);
  const left = leftOutOf(
    known.map((file) => ({ path: nameOf(file), text: longerOf(file, before, after) })),
    packs,
  );
  const files = known
    .filter((file) => !left.has(nameOf(file)))
    .map((file) =>
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
    gaps: [
      ...gaps,
      ...unread.map((file) => gapOf(file, "its text could not be read")),
      ...known.filter((file) => left.has(nameOf(file))).map((file) => gapOf(file, TOO_MUCH)),
    ],
  };
}

const TOO_MUCH = "no driver's pack speaks of it, and the change is too long to analyse it as well";

function nameOf({ oldPath, newPath }: ChangedFile): string {
  return newPath ?? oldPath ?? "";
}

function longerOf(
  { oldPath, newPath }: ChangedFile,
  before: ReadonlyMap<string, string | null>,
  after: ReadonlyMap<string, string>,
): string {
  const old = before.get(oldPath ?? "") ?? "";
  const now = after.get(newPath ?? "") ?? "";
  return old.length > now.length ? old : now;
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

/** Files of drivers come first: where a site hands out only so many, they are among them. */
function sorted(
  files: readonly ChangedFile[],
  { drivers }: LoadedPacks,
): { readable: ChangedFile[]; gaps: Gap[] } {
  const wanted = files.filter((file) => isC(nameOf(file)));
  const isSafe = ({ oldPath, newPath }: ChangedFile) =>
    [oldPath, newPath].every((path) => path === null || unsafeNameReason(path) === null);
  const isCovered = (file: ChangedFile) => packForFile(drivers, nameOf(file)) !== null;
  const readable = wanted.filter(isSafe);
  return {
    readable: [...readable.filter(isCovered), ...readable.filter((file) => !isCovered(file))],
    gaps: wanted.filter((file) => !isSafe(file)).map((file) => gapOf(file, "its name is not safe to open")),
  };
}

function gapOf(file: ChangedFile, why: string): Gap {
  return { file: nameOf(file), line: 1, endLine: 1, why };
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
