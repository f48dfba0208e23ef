/**
 * Finds, for each file of a series, the text that the series applies to.
 *
 * In git, in this order: the commit that the user named; the blob of the
 * `index` line; the commit of the `base-commit:` trailer; HEAD. In a plain
 * folder: the file as it stands. A text to which the series does not apply is
 * passed over, and the error at the end says what was tried.
 */
import { InputError, PatchError } from "../../base/index.ts";
import {
  type AppliedStep,
  applyChain,
  describeRejection,
  type FileChain,
  type FileDiff,
  fileChains,
  type PatchSelection,
  pathOf,
  readingsOf,
  textFileOf,
} from "../../patch/index.ts";
import type { BaseFile, BaseSource } from "../../review/index.ts";
import { type BaseCandidates, type Candidate, folderCandidates, repositoryCandidates } from "./candidates.ts";
import { type NamedTree, openTree, type TreeMemory } from "./open-tree.ts";

export interface BaseOptions {
  /** The commit that the user named; null without. */
  readonly base: string | null;
  /** Of the questions before it. */
  readonly memory?: TreeMemory;
}

/**
 * @param path  the tree: a folder, a git work tree (its commits are read, not its files) or a bare repository
 * @throws {PatchError} when the tree is not there, or the series applies nowhere
 * @throws {InputError} when `base` names no commit, or there is no repository to look it up in
 * @throws {ServiceError} when git fails
 */
export async function resolveBase(
  path: string,
  selection: PatchSelection,
  options: BaseOptions,
): Promise<BaseSource> {
  const named = await openTree(path, options.memory);
  const readings = readingsOf(selection);
  let first: PatchError | null = null;
  for (const reading of readings) {
    const attempt = await tryReading(path, named, { selection, reading, options });
    if (attempt.kind === "applied") return attempt.base;
    first ??= attempt.error;
  }
  throw first ?? new PatchError(`${path}: there is no patch to apply`);
}

interface Attempt {
  readonly selection: PatchSelection;
  readonly reading: readonly (readonly FileDiff[])[];
  readonly options: BaseOptions;
}

type Outcome =
  | { readonly kind: "applied"; readonly base: BaseSource }
  | { readonly kind: "rejected"; readonly error: PatchError };

interface FoundChain {
  readonly file: BaseFile;
  readonly steps: readonly AppliedStep[];
}

async function tryReading(
  path: string,
  named: NamedTree,
  { selection, reading, options }: Attempt,
): Promise<Outcome> {
  const chains = fileChains(reading);
  const candidates = await candidatesFor(path, named, { chains, selection, options });
  const found: FoundChain[] = [];
  for (const chain of chains) {
    const tried = await tryChain(chain, await candidates.of(chain));
    if (tried.kind === "rejected")
      return { kind: "rejected", error: doesNotApply(chain, selection, tried.tried) };
    found.push(tried.found);
  }
  const applied = reading.map((files, patch) => stepsOf(patch, files, found));
  return {
    kind: "applied",
    base: { ...candidates.summary(), files: found.map(({ file }) => file), applied },
  };
}

interface CandidateQuestion {
  readonly chains: readonly FileChain[];
  readonly selection: PatchSelection;
  readonly options: BaseOptions;
}

async function candidatesFor(
  path: string,
  named: NamedTree,
  { chains, selection, options }: CandidateQuestion,
): Promise<BaseCandidates> {
  if (named.kind === "folder" || (named.head === null && options.base === null)) {
    if (options.base !== null) {
      throw new InputError(`${path}: --base ${options.base} needs a git repository, and there is none`, {
        hint: "Leave --base out, or name a git checkout with --tree.",
      });
    }
    return folderCandidates(named.kind === "folder" ? named.tree : named.folder, chains);
  }
  return repositoryCandidates(named.repository, {
    chains,
    base: options.base,
    head: named.head,
    baseCommit: selection.baseCommit,
    sent: selection.patches[0]?.message.date ?? null,
  });
}

interface TriedCandidate {
  readonly how: string;
  readonly patch: number;
  readonly why: string;
}

type ChainAttempt =
  | { readonly kind: "applied"; readonly found: FoundChain }
  | { readonly kind: "rejected"; readonly tried: readonly TriedCandidate[] };

async function tryChain(chain: FileChain, candidates: readonly Candidate[]): Promise<ChainAttempt> {
  const tried: TriedCandidate[] = [];
  for (const candidate of candidates) {
    const text = await candidate.read();
    const result = applyChain(chain, text === null ? null : textFileOf(text));
    if (result.kind === "applied") {
      candidate.chosen();
      return {
        kind: "applied",
        found: { file: { path: chain.path, text, how: candidate.how }, steps: result.steps },
      };
    }
    tried.push({
      how: candidate.how,
      patch: result.patch,
      why: describeRejection(pathOf(result.diff), result.rejection),
    });
  }
  return { kind: "rejected", tried };
}

/** The steps of one patch in the order in which it names its files. */
function stepsOf(
  patch: number,
  files: readonly FileDiff[],
  found: readonly FoundChain[],
): readonly AppliedStep[] {
  const steps = found.flatMap((chain) => chain.steps.filter((step) => step.patch === patch));
  return files.flatMap((diff) => steps.filter((step) => step.diff === diff));
}

function doesNotApply(
  chain: FileChain,
  selection: PatchSelection,
  tried: readonly TriedCandidate[],
): PatchError {
  const [first] = tried;
  const which =
    first === undefined || selection.patches.length < 2
      ? ""
      : `patch ${first.patch + 1} of ${selection.patches.length}: `;
  const bases = tried.map(({ how }) => how).join(", ");
  const why = first?.why ?? `${chain.path}: there is no base to apply to`;
  return new PatchError(`${which}${why} (tried on ${bases === "" ? "nothing" : bases})`, {
    hint: hintFor(selection),
  });
}

function hintFor({ missing }: PatchSelection): string {
  if (missing.length > 0)
    return `Give the whole series: ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""} not given.`;
  return "Name the tree or the commit that the patch was made for, with --tree or --base.";
}
