/**
 * Files of GitHub's repository without a checkout: they are fetched one by one and
 * only read. A symbolic link is no file here, so none can lead out of the tree.
 */
import { sha1 } from "@noble/hashes/legacy";
import { bytesToHex } from "@noble/hashes/utils";
import type { Octokit } from "octokit";
import { ServiceError } from "../../base/index.ts";
import { applyFileDiff, decodeText, parseUnifiedDiff, textFileOf, textOf } from "../../patch/index.ts";
import type { ChangedFile, ChangeSource, SourceTree } from "../../review/index.ts";
import { changedFileOf } from "./changed-file.ts";
import { statusOf } from "./client.ts";
import { read } from "./read.ts";

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** The name alone: whatever else an object holds would be sent along as a parameter. */
export function nameOnly({ owner, repo }: RepositoryName): RepositoryName {
  return { owner, repo };
}

/** Each costs a request, of which a job's token has a thousand an hour. */
const MOST_FETCHED = 400;
const AT_ONCE = 6;

/** The tree of a commit. */
export function remoteTree(
  octokit: Octokit,
  name: RepositoryName,
  commit: string,
  blobs: BlobReader = blobReader(octokit, name),
): SourceTree {
  let entries: Promise<ReadonlyMap<string, string>> | null = null;
  const listed = () => {
    entries ??= listTree(octokit, name, commit);
    return entries;
  };
  return {
    commit,
    how: `commit ${commit.slice(0, 12)} on GitHub`,
    read: async (paths) => {
      const known = await listed();
      const wanted = paths.filter((path) => known.has(path)).slice(0, MOST_FETCHED);
      const texts = await inTurns(
        wanted,
        async (path) => [path, await blobs(known.get(path) ?? "")] as const,
      );
      const found = new Map(texts);
      return new Map(paths.map((path) => [path, found.get(path) ?? null]));
    },
    list: async (under, endings) =>
      [...(await listed()).keys()]
        .filter((path) => under === "" || path.startsWith(`${under}/`))
        .filter((path) => endings.some((ending) => path.endsWith(ending)))
        .sort(),
  };
}

/** Blob ids by path. */
async function listTree(
  octokit: Octokit,
  name: RepositoryName,
  commit: string,
): Promise<ReadonlyMap<string, string>> {
  const label = `the tree of ${commit.slice(0, 12)}`;
  const { data } = await read(label, () =>
    octokit.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
      ...nameOnly(name),
      tree_sha: commit,
      recursive: "1",
    }),
  );
  if (data.truncated) {
    throw new ServiceError(`${label}: GitHub lists only a part of it`, {
      hint: "Check the repository out before this step, with fetch-depth: 0.",
    });
  }
  const files = data.tree.filter(({ type, mode }) => type === "blob" && mode !== "120000");
  return new Map(files.map(({ path, sha }) => [path, sha]));
}

type BlobReader = (id: string) => Promise<string | null>;

/** Null where there is no such blob, or none that GitHub hands out. Each is fetched once. */
function blobReader(octokit: Octokit, name: RepositoryName): BlobReader {
  const known = new Map<string, Promise<string | null>>();
  return (id) => {
    const text = known.get(id) ?? blobText(octokit, name, id);
    known.set(id, text);
    return text;
  };
}

function blobText(octokit: Octokit, name: RepositoryName, id: string): Promise<string | null> {
  return read(`the blob ${id.slice(0, 12)}`, async () => {
    try {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
        ...nameOnly(name),
        file_sha: id,
      });
      return decodeText(Buffer.from(data.content, "base64"));
    } catch (cause) {
      if (statusOf(cause) === 404) return null;
      throw cause;
    }
  });
}

/**
 * What a branch changes since it left its base, by GitHub's own list.
 *
 * @param list the files that it names
 */
export async function remoteChange(
  octokit: Octokit,
  name: RepositoryName,
  { base, files, isWhole }: Pick<ChangeSource, "base" | "files" | "isWhole">,
): Promise<ChangeSource> {
  const blobs = blobReader(octokit, name);
  const tree = remoteTree(octokit, name, base, blobs);
  return {
    base,
    how: "GitHub's list of changed files",
    files,
    isWhole,
    tree,
    after: async (wanted) => {
      const old = await tree.read(wanted.map(({ oldPath }) => oldPath).filter((path) => path !== null));
      const present = wanted.filter(({ newPath }) => newPath !== null);
      const texts = await inTurns(present.slice(0, MOST_FETCHED), async (file) => {
        const before = file.oldPath === null ? "" : (old.get(file.oldPath) ?? null);
        const text = patched(file, before) ?? (file.blob === null ? null : await blobs(file.blob));
        return [file.newPath ?? "", text] as const;
      });
      return new Map(texts.flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])));
    },
  };
}

/** The text after the hunks that GitHub shows, where that is the very blob it names; saves a request. */
function patched({ patch, blob }: ChangedFile, before: string | null): string | null {
  if (before === null || blob === null || patch === null) return null;
  const { files, damage } = parseUnifiedDiff(`--- a/file\n+++ b/file\n${patch}\n`);
  const [diff] = files;
  if (diff === undefined || damage.length > 0) return null;
  const result = applyFileDiff(textFileOf(before), { ...diff, kind: "modified" });
  const text = result.kind === "applied" && result.after !== null ? textOf(result.after) : null;
  return text !== null && blobIdOf(text) === blob ? text : null;
}

function blobIdOf(text: string): string {
  const bytes = Buffer.from(text);
  return bytesToHex(sha1(Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes])));
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return results;
}

/** A comparison names no more. */
const MOST_COMPARED = 300;

/** Where two commits' histories part, and what the second changed since. */
export async function compareCommits(
  octokit: Octokit,
  name: RepositoryName,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<{ readonly mergeBase: string } & Pick<ChangeSource, "files" | "isWhole">> {
  const { data } = await read(`the comparison of ${base.slice(0, 12)} with ${head.slice(0, 12)}`, () =>
    octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
      ...nameOnly(name),
      basehead: `${base}...${head}`,
    }),
  );
  const files = (data.files ?? []).map(changedFileOf);
  return { mergeBase: data.merge_base_commit.sha, files, isWhole: files.length < MOST_COMPARED };
}
