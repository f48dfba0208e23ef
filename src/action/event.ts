/**
 * What the job runs for: a pull request, or a group of them in the merge queue.
 *
 * The numbers and commits come from GitHub's own event and from nowhere else: an
 * artifact or an input that a fork could write is no source for them.
 */
import { InputError } from "../base/index.ts";

export interface PullRequestEvent {
  readonly kind: "pull-request";
  /** A job for a stranger's branch that has the rights of the base: nothing of the branch may be trusted. */
  readonly isTarget: boolean;
  readonly number: number;
  readonly base: string;
  readonly head: string;
  /** `OWNER/REPO` of the branch; null where the fork is gone. */
  readonly headRepo: string | null;
  readonly title: string;
  readonly author: string;
}

export interface MergeGroupEvent {
  readonly kind: "merge-group";
  readonly base: string;
  readonly head: string;
}

export type ActionEvent = PullRequestEvent | MergeGroupEvent;

/** @throws {InputError} for an event that is none of these, or that is not whole */
export function readEvent(name: string, payload: unknown): ActionEvent {
  switch (name) {
    case "pull_request":
    case "pull_request_target":
      return pullRequestOf(payload, name === "pull_request_target");
    case "merge_group": {
      const group = field(payload, "merge_group");
      return { kind: "merge-group", base: commit(group, "base_sha"), head: commit(group, "head_sha") };
    }
    default:
      throw new InputError(`lockspan reviews pull requests, and this job runs for ${JSON.stringify(name)}`, {
        hint: "Let the workflow run on pull_request; README.md has an example.",
      });
  }
}

function pullRequestOf(payload: unknown, isTarget: boolean): PullRequestEvent {
  const pull = field(payload, "pull_request");
  const head = field(pull, "head");
  const number = field(pull, "number");
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1) throw incomplete("number");
  const headRepo = field(field(head, "repo"), "full_name");
  const author = field(field(pull, "user"), "login");
  const title = field(pull, "title");
  return {
    kind: "pull-request",
    isTarget,
    number,
    base: commit(field(pull, "base"), "sha"),
    head: commit(head, "sha"),
    headRepo: typeof headRepo === "string" ? headRepo : null,
    title: typeof title === "string" ? title : "",
    author: typeof author === "string" ? author : "",
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function commit(value: unknown, name: string): string {
  const id = field(value, name);
  // It is handed to git, where anything else might be an option or a name.
  if (typeof id === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id)) return id;
  throw incomplete(name);
}

function incomplete(name: string): InputError {
  return new InputError(`the event that GITHUB_EVENT_PATH names has no ${name} as GitHub writes it`, {
    hint: "Let GitHub's runner start this action.",
  });
}
