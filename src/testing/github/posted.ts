/** What a test looks at of that which the action posted and logged. */
import type { ActionBench, JobRun } from "./action-bench.ts";

export interface PostedReview {
  readonly event: string;
  readonly commit_id: string;
  readonly comments: readonly {
    readonly path: string;
    readonly line: number;
    readonly side: string;
    readonly body: string;
    readonly start_line?: number;
  }[];
}

export function reviews({ github }: ActionBench): PostedReview[] {
  return github.asked
    .filter(({ id }) => id === "pulls/create-review")
    .map(({ body }) => body as PostedReview);
}

/** `RIGHT file:12` for each comment. */
export function placesOf({ comments }: PostedReview): string[] {
  return comments.map(({ path, side, line }) => `${side} ${path}:${line}`);
}

/** Ids of the requests that write, in their order. */
export function posts({ github }: ActionBench): string[] {
  return github.asked.filter(({ id }) => /create|update/.test(id)).map(({ id }) => id);
}

/** The action's own remarks in the log. */
export function warned({ log }: JobRun): string[] {
  return log.filter((line) => /^::(?:notice|warning)::lockspan: /.test(line));
}

export function errorLines({ log }: JobRun): string[] {
  return log.filter((line) => line.startsWith("::error"));
}
