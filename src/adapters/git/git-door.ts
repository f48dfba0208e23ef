/**
 * The one door to git, for reading only.
 *
 * In:  arguments of git commands that read. Out: their output.
 * No command run here writes: no optional locks, no fetching of missing objects,
 * no questions on the terminal, and none of the caller's GIT_ variables, which
 * could point to another repository.
 */
import { ServiceError } from "../../base/index.ts";
import { READ_ONLY, readingEnvironment } from "./reading-environment.ts";

export interface GitDoor {
  /** Standard output as text. @throws {ServiceError} when git fails */
  readonly text: (args: readonly string[]) => Promise<string>;
  /** As `text`, but null when git answers with a failure: for questions whose answer may be no. */
  readonly ask: (args: readonly string[]) => Promise<string | null>;
  /** Contents of objects one behind the other, byte for byte. @throws {ServiceError} when git fails */
  readonly contents: (objects: readonly string[]) => Promise<Uint8Array>;
}

/** @param folder of a work tree or a bare repository; simple-git is loaded on this call. */
export async function openGitDoor(folder: string): Promise<GitDoor> {
  const { simpleGit } = await import("simple-git");
  const git = simpleGit({ baseDir: folder, allowEnvironment: Object.keys(READ_ONLY) }).env(
    readingEnvironment(),
  );
  const text = (args: readonly string[]) => git.raw([...args]);
  return {
    text: (args) => text(args).catch((cause: unknown) => Promise.reject(gitFailure(folder, args, cause))),
    ask: (args) => text(args).catch((cause: unknown) => answerOf(folder, args, cause)),
    contents: (objects) =>
      git
        .showBuffer([...objects])
        .catch((cause: unknown) => Promise.reject(gitFailure(folder, ["show"], cause))),
  };
}

/** "No" is an answer, but git missing or refusing the folder is a failure. */
function answerOf(folder: string, args: readonly string[], cause: unknown): null {
  const message = cause instanceof Error ? cause.message : "";
  if (/ENOENT|dubious ownership|not a git repository/.test(message)) throw gitFailure(folder, args, cause);
  return null;
}

export function gitFailure(folder: string, args: readonly string[], cause: unknown): ServiceError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const line = message.split("\n").find((each) => each.trim() !== "") ?? "no message";
  return new ServiceError(`git ${args[0]} in ${folder}: ${line.trim()}`, { hint: hintFor(message), cause });
}

function hintFor(message: string): string {
  if (/ENOENT/.test(message)) return "Install git, or name a plain folder without .git.";
  const [, owned] = /dubious ownership in repository at '([^']+)'/.exec(message) ?? [];
  if (owned !== undefined) return `Tell git to trust it: git config --global --add safe.directory ${owned}.`;
  if (/not a git repository/.test(message))
    return "Its .git is no repository: name the top of a clone, or a copy of the tree without .git.";
  if (/promisor|lazy fetching|transport .* not allowed|unable to read/.test(message)) {
    return "The clone lacks the object: fetch it with git, then try again.";
  }
  return "Check that git works in that folder.";
}
