/**
 * A git repository as a source of base files: commits, blobs, and the commit
 * that holds a blob. Reads only.
 */
import { compareText, PatchError } from "../../base/index.ts";
import { decodeText } from "../../patch/index.ts";
import { type GitDoor, openGitDoor } from "./git-door.ts";

export interface TreeEntry {
  /** Octal mode: `120000` is a symbolic link. */
  readonly mode: string;
  readonly blob: string;
  readonly size: number;
}

export interface Repository {
  readonly folder: string;
  /** The whole id of the commit that a revision names; null when it names none. */
  readonly commitOf: (revision: string) => Promise<string | null>;
  /** The whole id of the only blob that starts so; null when there is none, or more than one. */
  readonly blobOf: (abbreviated: string) => Promise<string | null>;
  /** @throws {ServiceError} when the blob is not there */
  readonly readBlob: (blob: string) => Promise<string>;
  /** What stands at these paths in a commit; paths that it lacks are left out. */
  readonly entriesOf: (commit: string, paths: readonly string[]) => Promise<ReadonlyMap<string, TreeEntry>>;
  readonly readFiles: (
    commit: string,
    paths: readonly string[],
  ) => Promise<ReadonlyMap<string, string | null>>;
  readonly listFiles: (
    commit: string,
    under: string,
    endings: readonly string[],
  ) => Promise<readonly string[]>;
  /** The newest commit before HEAD in which a path is this blob; null when history has none. */
  readonly commitHolding: (blob: string, path: string) => Promise<string | null>;
  /** The newest commit on HEAD's first-parent line before a time (ISO 8601); null when there is none. */
  readonly commitBefore: (time: string) => Promise<string | null>;
}

/** @param folder that holds `.git`, or is a bare repository. */
export async function openRepository(folder: string): Promise<Repository> {
  return repositoryBehind(await openGitDoor(folder), folder);
}

export function repositoryBehind(git: GitDoor, folder: string): Repository {
  const entries = entriesReader(git);
  return {
    folder,
    commitOf: (revision) => verified(git, `${revision}^{commit}`),
    blobOf: (abbreviated) => verified(git, `${abbreviated}^{blob}`),
    readBlob: async (blob) => decodeText(await git.contents([blob])),
    entriesOf: entries,
    readFiles: async (commit, paths) => readFiles(git, await entries(commit, paths), paths),
    listFiles: (commit, under, endings) => listFiles(git, commit, under, endings),
    commitHolding: (blob, path) => commitHolding(git, entries, blob, path),
    commitBefore: async (time) => {
      const found = await git.ask(["rev-list", "-1", "--first-parent", `--before=${time}`, "HEAD"]);
      return found?.trim() || null;
    },
  };
}

/** `--end-of-options` keeps a revision that starts with a dash from being read as an option. */
async function verified(git: GitDoor, expression: string): Promise<string | null> {
  if (/[\0\n]/.test(expression)) return null;
  const id = await git.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", expression]);
  const line = id?.trim().split("\n").at(-1) ?? "";
  return /^[0-9a-f]{40,64}$/.test(line) ? line : null;
}

type EntriesReader = Repository["entriesOf"];

/** So many paths fit into one command line everywhere. */
const PATHS_PER_RUN = 200;

function entriesReader(git: GitDoor): EntriesReader {
  return async (commit, paths) => {
    const found = new Map<string, TreeEntry>();
    for (let at = 0; at < paths.length; at += PATHS_PER_RUN) {
      const run = paths.slice(at, at + PATHS_PER_RUN);
      const listing = await git.text(["ls-tree", "-z", "-l", "--full-tree", commit, "--", ...run]);
      for (const [path, entry] of parseListing(listing)) found.set(path, entry);
    }
    return found;
  };
}

function parseListing(listing: string): readonly (readonly [string, TreeEntry])[] {
  return listing.split("\0").flatMap((row) => {
    const [, mode = "", type, blob = "", size = "0", path = ""] =
      /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(row) ?? [];
    return type === "blob" ? [[path, { mode, blob, size: Number(size) }] as const] : [];
  });
}

/** One process for all contents: git prints blobs one behind the other, and their sizes are known. */
async function readFiles(
  git: GitDoor,
  entries: ReadonlyMap<string, TreeEntry>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>(paths.map((path) => [path, null]));
  const wanted = [...entries].filter(([path]) => texts.has(path));
  for (const [path, { mode }] of wanted) {
    if (mode === "120000")
      throw new PatchError(`${path} is a symbolic link`, { hint: "Name the file that it leads to." });
  }
  for (let at = 0; at < wanted.length; at += PATHS_PER_RUN) {
    const run = wanted.slice(at, at + PATHS_PER_RUN);
    const contents = await git.contents(run.map(([, { blob }]) => blob));
    let start = 0;
    for (const [path, { size }] of run) {
      texts.set(path, decodeText(contents.subarray(start, start + size)));
      start += size;
    }
  }
  return texts;
}

async function listFiles(
  git: GitDoor,
  commit: string,
  under: string,
  endings: readonly string[],
): Promise<readonly string[]> {
  const below = under === "" ? [] : [under];
  const listing = await git.text(["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", ...below]);
  return parseListing(listing)
    .filter(([path, { mode }]) => mode !== "120000" && endings.some((ending) => path.endsWith(ending)))
    .map(([path]) => path)
    .sort(compareText);
}

/** The newest commit that brought or removed the blob; where it removed it, the parent still holds it. */
async function commitHolding(
  git: GitDoor,
  entries: EntriesReader,
  blob: string,
  path: string,
): Promise<string | null> {
  const log = ["log", "-1", "--format=%H %P", `--find-object=${blob}`];
  const here = await git.ask([...log, "HEAD", "--", path]);
  const found = here?.trim() || (await git.ask([...log, "--all", "--", path]))?.trim() || "";
  for (const commit of found
    .split(" ")
    .filter((id) => id !== "")
    .reverse()) {
    if ((await entries(commit, [path])).get(path)?.blob === blob) return commit;
  }
  return null;
}
