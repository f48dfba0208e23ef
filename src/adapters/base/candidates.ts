/** The texts that may be the base of one file, best first, and what to say about the one chosen. */
import { InputError } from "../../base/index.ts";
import type { FileChain } from "../../patch/index.ts";
import type { BaseSource, SourceTree } from "../../review/index.ts";
import { commitTree, shortId } from "../git/commit-tree.ts";
import type { Repository } from "../git/repository.ts";
import { commitOfBlobs, type NamedBlob } from "./blob-commit.ts";

export interface Candidate {
  /** Words for the report and for errors. */
  readonly how: string;
  readonly read: () => Promise<string | null>;
  /** Tells the candidates that the file applies here. */
  readonly chosen: () => void;
}

export interface BaseCandidates {
  readonly of: (chain: FileChain) => Promise<readonly Candidate[]>;
  /** Asked when all files are placed. */
  readonly summary: () => Pick<BaseSource, "tree" | "commit" | "how">;
}

/** A plain folder has one state. */
export function folderCandidates(tree: SourceTree, chains: readonly FileChain[]): BaseCandidates {
  const reader = readerOf(tree, chains);
  return {
    of: async (chain) => [{ how: tree.how, read: () => reader(chain.path), chosen: () => {} }],
    summary: () => ({ tree, commit: null, how: tree.how }),
  };
}

/** Reads all the files of the series at once, when the first is asked for. */
function readerOf(tree: SourceTree, chains: readonly FileChain[]): (path: string) => Promise<string | null> {
  let texts: Promise<ReadonlyMap<string, string | null>> | null = null;
  return async (path) => {
    texts ??= tree.read([...new Set(chains.map((chain) => chain.path))]);
    return (await texts).get(path) ?? null;
  };
}

export interface RepositoryQuestion {
  readonly chains: readonly FileChain[];
  /** The revision that the user named; null without. */
  readonly base: string | null;
  readonly head: string | null;
  /** Of the `base-commit:` trailer; null without. */
  readonly baseCommit: string | null;
  /** The mail's Date; null when unknown. */
  readonly sent: string | null;
}

/** @throws {InputError} when `base` names no commit. */
export async function repositoryCandidates(
  repository: Repository,
  question: RepositoryQuestion,
): Promise<BaseCandidates> {
  if (question.base !== null) {
    const tree = await namedCommit(repository, question.base);
    const fixed = folderCandidates(tree, question.chains);
    return { ...fixed, summary: () => ({ tree, commit: tree.commit, how: tree.how }) };
  }
  const blobs = await namedBlobs(repository, question.chains);
  const trailer = question.baseCommit === null ? null : await repository.commitOf(question.baseCommit);
  const trees: SourceTree[] = [];
  if (trailer !== null)
    trees.push(commitTree(repository, trailer, `the base-commit ${shortId(trailer)} that the mail names`));
  if (question.head !== null)
    trees.push(commitTree(repository, question.head, `HEAD ${shortId(question.head)}`));
  const holder = await commitOfBlobs(repository, blobs, {
    commits: trees.map((tree) => tree.commit ?? ""),
    sent: question.sent,
  });
  return inOrder(repository, { chains: question.chains, blobs, trees, holder });
}

async function namedCommit(repository: Repository, base: string): Promise<SourceTree> {
  const commit = await repository.commitOf(base);
  if (commit === null) {
    throw new InputError(`--base ${JSON.stringify(base)} names no commit of ${repository.folder}`, {
      hint: "Name a commit, branch or tag that git rev-parse knows there.",
    });
  }
  return commitTree(repository, commit, `the commit ${shortId(commit)} named with --base`);
}

async function namedBlobs(
  repository: Repository,
  chains: readonly FileChain[],
): Promise<readonly NamedBlob[]> {
  const blobs: NamedBlob[] = [];
  for (const { blob, path } of chains) {
    const id = blob === null ? null : await repository.blobOf(blob);
    if (blob !== null && id !== null) blobs.push({ path, id, written: blob });
  }
  return blobs;
}

interface Order {
  readonly chains: readonly FileChain[];
  readonly blobs: readonly NamedBlob[];
  /** In the order in which they are tried. */
  readonly trees: readonly SourceTree[];
  /** The commit that holds the blobs; null when none does. */
  readonly holder: string | null;
}

function inOrder(repository: Repository, { chains, blobs, trees, holder }: Order): BaseCandidates {
  const known = trees.find((tree) => tree.commit === holder);
  const held =
    holder === null || known !== undefined
      ? null
      : commitTree(repository, holder, `commit ${shortId(holder)}, which holds the named blobs`);
  // A file without an index line is looked for first where the files with one came from.
  const states = [
    ...(held === null ? [] : [held]),
    ...(known === undefined ? [] : [known]),
    ...trees.filter((tree) => tree !== known),
  ];
  const readers = states.map((tree) => ({ tree, read: readerOf(tree, chains) }));
  const used = new Set<SourceTree>();
  let usedBlob: NamedBlob | null = null;
  return {
    of: async (chain) => {
      const blob = blobs.find(({ path }) => path === chain.path);
      const exact: Candidate[] =
        blob === undefined
          ? []
          : [
              {
                how: `the blob ${blob.written} that the index line names`,
                read: () => repository.readBlob(blob.id),
                chosen: () => {
                  usedBlob ??= blob;
                },
              },
            ];
      const fromTrees = readers.map(({ tree, read }) => ({
        how: tree.how,
        read: () => read(chain.path),
        chosen: () => used.add(tree),
      }));
      return [...exact, ...fromTrees];
    },
    summary: () => summaryOf({ states, used, usedBlob, holder }),
  };
}

interface Choice {
  readonly states: readonly SourceTree[];
  readonly used: ReadonlySet<SourceTree>;
  readonly usedBlob: NamedBlob | null;
  readonly holder: string | null;
}

/** The commit is that of the blobs where a blob was used; else the best one that a file came from. */
function summaryOf({ states, used, usedBlob, holder }: Choice): Pick<BaseSource, "tree" | "commit" | "how"> {
  const fromTree = states.find((tree) => used.has(tree));
  const tree = (usedBlob === null ? fromTree : states[0]) ?? states[0];
  if (tree === undefined)
    throw new InputError("the repository has no commit to apply to", { hint: "Name one with --base." });
  if (usedBlob === null) return { tree, commit: tree.commit, how: tree.how };
  const where =
    holder === null ? "; no commit of this repository holds it" : `, as in commit ${shortId(holder)}`;
  return { tree, commit: holder, how: `the blob ${usedBlob.written} that the index line names${where}` };
}
