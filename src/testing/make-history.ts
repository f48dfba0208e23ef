/** Makes a small git repository with a history of our own, by `git fast-import`. */
import { execFileSync } from "node:child_process";

export interface MadeCommit {
  /** A number of its own, from 1. */
  readonly mark: number;
  /** The mark of the commit before it, where that is not the one above it in the list. */
  readonly from?: number;
  /** The mark of a second commit before it. */
  readonly merge?: number;
  readonly subject: string;
  readonly author?: Uint8Array;
  /** Contents by path; null takes a file away. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
  readonly moves?: Readonly<Record<string, string>>;
  /** Symbolic links, and what they lead to. */
  readonly links?: Readonly<Record<string, string>>;
  /** Submodules, and the commit of each. */
  readonly modules?: Readonly<Record<string, string>>;
}

const DAY = 86_400;
const START = 1_700_000_000;

/** @param folder is made; its branch is `main` */
export function makeHistory(folder: string, commits: readonly MadeCommit[]): void {
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder]);
  const stream = Buffer.concat(
    commits.flatMap((commit, at) => commitText(commit, at, commits[at - 1] ?? null)),
  );
  execFileSync("git", ["-C", folder, "fast-import", "--quiet"], { input: stream });
}

function commitText(commit: MadeCommit, at: number, above: MadeCommit | null): Buffer[] {
  const when = `<author@example.org> ${START + at * DAY} +0000`;
  const from = commit.from ?? above?.mark;
  return [
    line("commit refs/heads/main"),
    line(`mark :${commit.mark}`),
    Buffer.concat([Buffer.from("author "), commit.author ?? Buffer.from("Ada"), line(` ${when}`)]),
    line(`committer Ada ${when}`),
    data(commit.subject),
    ...(from === undefined ? [] : [line(`from :${from}`)]),
    ...(commit.merge === undefined ? [] : [line(`merge :${commit.merge}`)]),
    ...Object.entries(commit.moves ?? {}).map(([old, now]) => line(`R ${old} ${now}`)),
    ...Object.entries(commit.files).flatMap(([path, text]) =>
      text === null ? [line(`D ${path}`)] : [line(`M 100644 inline ${path}`), data(text)],
    ),
    ...Object.entries(commit.links ?? {}).flatMap(([path, to]) => [
      line(`M 120000 inline ${path}`),
      data(to),
    ]),
    ...Object.entries(commit.modules ?? {}).map(([path, id]) => line(`M 160000 ${id} ${path}`)),
  ];
}

function line(text: string): Buffer {
  return Buffer.from(`${text}\n`);
}

function data(contents: string | Uint8Array): Buffer {
  const bytes = Buffer.from(contents);
  return Buffer.concat([line(`data ${bytes.length}`), bytes, line("")]);
}
