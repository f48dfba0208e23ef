/**
 * The commits of a history, oldest first, each with the files that it changes: one `git log`,
 * read as it comes, so that memory does not hang on the length of the history.
 *
 * Merges are left out: what they bring was reviewed on its branch.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { bytesOf, decodeText } from "../../patch/index.ts";
import { gitFailure } from "./git-door.ts";
import { type RawEntry, rawEntries } from "./raw-diff.ts";
import { readingEnvironment } from "./reading-environment.ts";

export interface WalkedCommit {
  readonly id: string;
  /** The commit that it is compared with; null for a first one. */
  readonly parent: string | null;
  readonly author: string;
  /** The day on which it was written: `2026-11-27`. */
  readonly date: string;
  readonly subject: string;
  readonly files: readonly RawEntry[];
}

export interface Walk {
  /** Commits that are not walked, with all before them: whole ids. */
  readonly since: string | null;
  readonly until: string;
  /** Files or folders: only commits that touch one of them, with all their files; empty for all. */
  readonly paths: readonly string[];
}

/** Behind it a commit's id follows; no other field can look so. */
const START = "\u0001";
const FORMAT = `--format=%x01%H%x00%P%x00%an%x00%ad%x00%s`;

/** @throws {ServiceError} when git fails */
export async function* walkCommits(
  folder: string,
  { since, until, paths }: Walk,
): AsyncGenerator<WalkedCommit> {
  const args = [
    "--no-replace-objects",
    ...["-c", "core.quotePath=false", "-c", "log.showSignature=false", "-C", folder],
    ...["log", "--reverse", "--topo-order", "--no-merges", "--root", "--no-color", "--no-mailmap"],
    ...["--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-notes"],
    ...["--date=format:%Y-%m-%d", FORMAT, until],
    ...(since === null ? [] : [`^${since}`]),
    ...(paths.length === 0 ? ["--"] : ["--full-diff", "--", ...paths]),
  ];
  const git = spawn("git", args, { env: readingEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  git.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 1000);
  });
  const ended = once(git, "close").catch((cause: unknown) => {
    throw gitFailure(folder, ["log"], cause);
  });
  // It is awaited below; until then a failure of it must not end the program.
  ended.catch(() => {});
  try {
    let rest = "";
    for await (const chunk of git.stdout.setEncoding("latin1")) {
      const records = `${rest}${chunk}`.split(RECORD);
      rest = records.pop() ?? "";
      for (const record of records) yield* commitIn(record);
    }
    yield* commitIn(rest);
  } finally {
    git.kill();
  }
  const [status] = (await ended) as [number | null];
  if (status !== 0)
    throw gitFailure(
      folder,
      ["log"],
      new Error(complaint === "" ? `it ended with status ${status}` : complaint),
    );
}

const RECORD = new RegExp(`${START}(?=[0-9a-f]{40,64}\\0)`);

function* commitIn(record: string): Generator<WalkedCommit> {
  const fields = record.split("\0");
  const [id = "", parents = "", author = "", date = "", subject = "", ...listing] = fields;
  if (id === "") return;
  const [parent = ""] = parents.split(" ");
  yield {
    id,
    parent: parent === "" ? null : parent,
    author: textOf(author),
    date,
    subject: textOf(subject),
    files: rawEntries(listing).map(decoded),
  };
}

function decoded(entry: RawEntry): RawEntry {
  const nameOf = (path: string | null) => (path === null ? null : textOf(path));
  return { ...entry, oldPath: nameOf(entry.oldPath), newPath: nameOf(entry.newPath) };
}

function textOf(binary: string): string {
  return decodeText(bytesOf(binary));
}
