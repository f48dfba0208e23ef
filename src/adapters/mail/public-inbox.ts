/**
 * A public-inbox v2 archive: git repositories `git/0.git`, `git/1.git`, …, one epoch
 * each; every commit is one mail, whose bytes are the blob `m`.
 *
 * In:  the archive's folder, or its address, which is mirrored into a folder first.
 * Out: the mails of new commits, oldest first, epoch after epoch.
 */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError, ServiceError } from "../../base/index.ts";
import type { MailSource, RawMail, SourceBatch, SourceQuestion } from "../../review/index.ts";
import { codeOf } from "../files/file-error.ts";
import { type GitDoor, openGitDoor } from "../git/git-door.ts";
import { mirrorEpochs } from "./mirror.ts";

export interface ArchiveOptions {
  readonly name: string;
  /** The folder with `git/`, or an http, https or ssh address. */
  readonly place: string;
  /** Where an address is mirrored. */
  readonly mirror: string;
}

interface ArchivePosition {
  /** ISO time: older mails were there before the bot. */
  readonly start: string;
  /** Last commit that was read, by epoch. */
  readonly epochs: Readonly<Record<string, string>>;
}

const BATCH = 200;

export function publicInboxSource({ name, place, mirror }: ArchiveOptions): MailSource {
  return {
    name,
    isList: true,
    read: async function* (position, asked) {
      const folder = isAddress(place) ? await mirrored(place, mirror) : place;
      const epochs = await epochsIn(folder);
      const known = position === null ? null : parsePosition(name, position);
      const start: ArchivePosition = known ?? { start: (asked.since ?? asked.now).toISOString(), epochs: {} };
      if (known === null && asked.since === null) {
        const heads = await Promise.all(epochs.map(({ epoch, git }) => headOf(epoch, git)));
        yield {
          mails: [],
          position: JSON.stringify({ ...start, epochs: Object.fromEntries(heads.flat()) }),
          left: 0,
        };
        return;
      }
      yield* readEpochs(epochs, start, asked);
    },
    close: async () => {},
  };
}

function isAddress(place: string): boolean {
  return /^(https?|ssh|git|file):\/\//.test(place);
}

async function mirrored(place: string, mirror: string): Promise<string> {
  await mkdir(mirror, { recursive: true });
  await mirrorEpochs(place, mirror);
  return mirror;
}

interface Epoch {
  readonly epoch: string;
  readonly git: GitDoor;
}

async function epochsIn(folder: string): Promise<Epoch[]> {
  const names = await readdir(join(folder, "git")).catch((cause: unknown) => {
    throw new ServiceError(`${folder}: is no public-inbox archive (${codeOf(cause)} for its folder git)`, {
      hint: "Name the folder of a v2 archive, which holds git/0.git.",
      cause,
    });
  });
  const epochs = names
    .flatMap((each) => /^(\d+)\.git$/.exec(each)?.[1] ?? [])
    .sort((a, b) => Number(a) - Number(b));
  return Promise.all(
    epochs.map(async (epoch) => ({ epoch, git: await openGitDoor(join(folder, "git", `${epoch}.git`)) })),
  );
}

async function headOf(epoch: string, git: GitDoor): Promise<[string, string][]> {
  const head = await headIn(git);
  return head === null ? [] : [[epoch, head]];
}

/** Null for an epoch that no mail has come to yet. */
async function headIn(git: GitDoor): Promise<string | null> {
  const head = await git.ask(["rev-parse", "--verify", "--quiet", "HEAD"]);
  return head?.trim() || null;
}

async function* readEpochs(
  epochs: readonly Epoch[],
  start: ArchivePosition,
  { now, until }: SourceQuestion,
): AsyncGenerator<SourceBatch> {
  let position = start;
  const todo: { readonly epoch: string; readonly git: GitDoor; readonly commits: readonly Commit[] }[] = [];
  for (const { epoch, git } of epochs) {
    const { commits, notice } = await newCommits(git, epoch, start);
    if (notice !== null) yield { mails: [], position: JSON.stringify(position), left: null, notice };
    todo.push({
      epoch,
      git,
      commits: commits.map((commit) => (isLater(commit, until) ? without(commit) : commit)),
    });
  }
  let left = todo.reduce((sum, { commits }) => sum + commits.length, 0);
  if (left === 0) return yield { mails: [], position: JSON.stringify(position), left: 0 };
  for (const { epoch, git, commits } of todo) {
    for (let at = 0; at < commits.length; at += BATCH) {
      for (const run of await portionsOf(git, commits.slice(at, at + BATCH))) {
        const mails = await mailsOf(git, run, now);
        left -= run.length;
        position = { ...position, epochs: { ...position.epochs, [epoch]: run.at(-1)?.id ?? "" } };
        yield { mails, position: JSON.stringify(position), left };
      }
    }
  }
}

interface Commit {
  readonly id: string;
  /** Null for a commit that adds no mail, such as a removal. */
  readonly blob: string | null;
  readonly at: Date;
}

/** Its mail is not asked for. */
function without(commit: Commit): Commit {
  return { ...commit, blob: null };
}

function isLater({ at }: Commit, until: Date | null): boolean {
  return until !== null && at >= until;
}

interface NewCommits {
  readonly commits: readonly Commit[];
  /** Set when the epoch was rewritten since. */
  readonly notice: string | null;
}

/** A rewritten epoch is read from where it left its old line; what is known is known by its message id. */
async function newCommits(
  git: GitDoor,
  epoch: string,
  { start, epochs }: ArchivePosition,
): Promise<NewCommits> {
  const last = epochs[epoch];
  const head = await headIn(git);
  if (head === null) return { commits: [], notice: null };
  if (last === undefined) return { commits: await commitsIn(git, ["HEAD"], start), notice: null };
  if (last === head) return { commits: [], notice: null };
  const fork = (await git.ask(["merge-base", last, "HEAD"]))?.trim() ?? "";
  if (fork === last) return { commits: await commitsIn(git, [`${last}..HEAD`], null), notice: null };
  const notice = `epoch ${epoch} was rewritten: ${last.slice(0, 10)} is no longer in it; it is read again from ${fork === "" ? "its start" : fork.slice(0, 10)}`;
  return { commits: await commitsIn(git, [fork === "" ? "HEAD" : `${fork}..HEAD`], start), notice };
}

/**
 * `--raw` names the blob beside each commit, so that one process lists them all.
 *
 * @param start mails of before are left out; null where the range says enough
 */
async function commitsIn(git: GitDoor, range: readonly string[], start: string | null): Promise<Commit[]> {
  const log = await git.text([
    "log",
    "--reverse",
    "--no-abbrev",
    "--raw",
    "--no-renames",
    "--root",
    "-m",
    "--first-parent",
    "--format=commit %H %ct",
    ...range,
    "--",
  ]);
  const commits: Commit[] = [];
  for (const entry of log.split(/^commit /m).slice(1)) {
    const [head = "", ...raw] = entry.split("\n");
    const [id = "", seconds = ""] = head.split(" ");
    const blob = raw.flatMap((line) => /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [AM]\tm$/.exec(line)?.[1] ?? [])[0];
    commits.push({ id, blob: blob ?? null, at: new Date(Number(seconds) * 1000) });
  }
  if (start === null) return commits;
  const from = Date.parse(start);
  return commits.map((commit) => (commit.at.getTime() < from ? without(commit) : commit));
}

/** A mail that is larger is read by itself: no batch holds two of them. */
const LARGE = "1m";
/** No patch is as large: of a mail with more, the rest is not kept. */
const MOST_OF_MAIL = 16 << 20;

async function portionsOf(git: GitDoor, commits: readonly Commit[]): Promise<readonly (readonly Commit[])[]> {
  const ids = commits.filter(({ blob }) => blob !== null).map(({ id }) => id);
  if (ids.length === 0) return [commits];
  const filter = [
    "--objects",
    "--no-walk=unsorted",
    `--filter=blob:limit=${LARGE}`,
    "--filter-print-omitted",
  ];
  const listed = await git.text(["rev-list", ...filter, ...ids]);
  const large = new Set(listed.match(/^~[0-9a-f]+$/gm)?.map((line) => line.slice(1)));
  if (large.size === 0) return [commits];
  const portions: Commit[][] = [];
  for (const commit of commits) {
    const isLarge = large.has(commit.blob ?? "");
    const last = portions.at(-1);
    if (isLarge || last === undefined || large.has(last[0]?.blob ?? "")) portions.push([commit]);
    else last.push(commit);
  }
  return portions;
}

/**
 * Many blobs through one process: git prints them one behind the other. Behind each it is asked
 * for its commit, in a format that nobody can have guessed.
 */
async function mailsOf(git: GitDoor, commits: readonly Commit[], now: Date): Promise<RawMail[]> {
  const wanted = commits.filter((commit) => commit.blob !== null);
  if (wanted.length === 0) return [];
  const word = crypto.randomUUID();
  const mark = `\n${word}\n`;
  const objects = wanted.flatMap(({ blob, id }) => [blob ?? "", id]);
  const printed = Buffer.from(
    await git.contents(["--no-patch", "--no-notes", `--format=tformat:%n${word}`, ...objects]),
  );
  const mails: RawMail[] = [];
  let start = 0;
  for (const { at } of wanted) {
    const end = printed.indexOf(mark, start);
    if (end === -1)
      throw new ServiceError("git show: left out a mail of the archive", { hint: "Run git fsck there." });
    const bytes = printed.subarray(start, end);
    const kept = bytes.length > MOST_OF_MAIL ? Buffer.from(bytes.subarray(0, MOST_OF_MAIL)) : bytes;
    mails.push({ bytes: kept, receivedAt: at > now ? now : at });
    start = end + mark.length;
  }
  return mails;
}

function parsePosition(name: string, text: string): ArchivePosition {
  try {
    return JSON.parse(text) as ArchivePosition;
  } catch (cause) {
    throw new InputError(`source ${name}: its remembered position is not one of a public-inbox archive`, {
      hint: "Give the source another name: it then starts at now, or at --since.",
      cause,
    });
  }
}
