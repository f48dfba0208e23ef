/** GitHub's answers in their full form, made from the little that a test cares about. */
import { createRequire } from "node:module";
import type { DiffFile } from "./sample-repository.ts";

const require = createRequire(import.meta.url);

interface Examples {
  readonly name: string;
  readonly examples: readonly Payload[];
}

export type Payload = Readonly<Record<string, unknown>> & { readonly action?: string };

const EXAMPLES = require("@octokit/webhooks-examples/api.github.com/index.json") as readonly Examples[];

/** A payload as GitHub sent it, of this event and action. */
export function webhookExample(name: string, action: string): Payload {
  const found = EXAMPLES.find((each) => each.name === name)?.examples.find((each) => each.action === action);
  if (found === undefined) throw new Error(`there is no example of ${name}, ${action}`);
  return structuredClone(found);
}

const WHEN = "2026-11-20T10:00:00Z";
const AT = "https://api.github.com";

export interface PullState {
  readonly number: number;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  /** `OWNER/REPO`. */
  readonly headRepo: string;
  readonly baseRepo: string;
}

type Tree = { [key: string]: unknown };

/** What stands in the event and in the answer to `GET …/pulls/1`. */
export function pullAnswer({ number, title, head, base, headRepo, baseRepo }: PullState): Tree {
  const { pull_request: sent } = webhookExample("pull_request", "synchronize") as { pull_request: Tree };
  const [headSide, baseSide] = [sent["head"] as Tree, sent["base"] as Tree];
  const named = (side: Tree, sha: string, name: string): Tree => ({
    ...side,
    sha,
    repo: { ...(side["repo"] as Tree), full_name: name, fork: name !== baseRepo },
  });
  return {
    ...sent,
    number,
    title,
    state: "open",
    head: named(headSide, head, headRepo),
    base: named(baseSide, base, baseRepo),
  };
}

export function userAnswer(login: string): Tree {
  const url = `${AT}/users/${encodeURIComponent(login)}`;
  const links = [
    "html_url",
    "followers_url",
    "following_url",
    "gists_url",
    "starred_url",
    "subscriptions_url",
    "organizations_url",
    "repos_url",
    "events_url",
    "received_events_url",
  ];
  return {
    login,
    id: login.length,
    node_id: `U_${login}`,
    avatar_url: url,
    gravatar_id: "",
    url,
    ...Object.fromEntries(links.map((name) => [name, url])),
    type: login.endsWith("[bot]") ? "Bot" : "User",
    site_admin: false,
  };
}

export function fileAnswer(file: DiffFile, hasPatch: boolean): Tree {
  const lines = (file.patch ?? "").split("\n");
  const additions = lines.filter((line) => line.startsWith("+")).length;
  const deletions = lines.filter((line) => line.startsWith("-")).length;
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: AT,
    raw_url: AT,
    contents_url: AT,
    ...(file.status === "renamed" ? { previous_filename: file.oldPath } : {}),
    ...(hasPatch && file.patch !== null ? { patch: file.patch } : {}),
  };
}

export function commitAnswer(sha: string): Tree {
  const person = { name: "Ada", email: "ada@example.org", date: WHEN };
  const verification = {
    verified: false,
    reason: "unsigned",
    payload: null,
    signature: null,
    verified_at: null,
  };
  return {
    url: AT,
    sha,
    node_id: `C_${sha}`,
    html_url: AT,
    comments_url: AT,
    commit: {
      url: AT,
      author: person,
      committer: person,
      message: "a change",
      comment_count: 0,
      tree: { sha, url: AT },
      verification,
    },
    author: null,
    committer: null,
    parents: [],
  };
}

export interface StoredComment {
  readonly id: number;
  readonly author: string;
  body: string;
  readonly path: string;
  readonly side: "LEFT" | "RIGHT";
  /** Null for a comment on the file as a whole. */
  readonly line: number | null;
  readonly startLine: number | null;
  readonly commit: string;
  readonly answers: number | null;
  isMinimized: boolean;
  isResolved: boolean;
}

export function lineCommentAnswer(comment: StoredComment): Tree {
  const link = { href: AT };
  return {
    url: AT,
    id: comment.id,
    node_id: nodeIdOf(comment),
    pull_request_review_id: 1,
    diff_hunk: "@@ -1 +1 @@",
    path: comment.path,
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    user: userAnswer(comment.author),
    body: comment.body,
    created_at: WHEN,
    updated_at: WHEN,
    html_url: AT,
    pull_request_url: AT,
    author_association: "NONE",
    _links: { self: link, html: link, pull_request: link },
    ...(comment.line === null
      ? { subject_type: "file" }
      : {
          line: comment.line,
          original_line: comment.line,
          side: comment.side,
          start_line: comment.startLine,
          subject_type: "line",
        }),
    ...(comment.answers === null ? {} : { in_reply_to_id: comment.answers }),
  };
}

export function nodeIdOf({ id }: Pick<StoredComment, "id">): string {
  return `PRRC_${id}`;
}

export interface StoredRemark {
  readonly id: number;
  readonly author: string;
  body: string;
}

export function remarkAnswer({ id, author, body }: StoredRemark): Tree {
  return {
    id,
    node_id: `IC_${id}`,
    url: AT,
    html_url: AT,
    body,
    user: userAnswer(author),
    created_at: WHEN,
    updated_at: WHEN,
    issue_url: AT,
    author_association: "NONE",
  };
}

export function reviewAnswer(id: number, body: string, commit: string, author: string): Tree {
  const link = { href: AT };
  return {
    id,
    node_id: `PRR_${id}`,
    user: userAnswer(author),
    body,
    state: "COMMENTED",
    html_url: AT,
    pull_request_url: AT,
    _links: { html: link, pull_request: link },
    submitted_at: WHEN,
    commit_id: commit,
    author_association: "NONE",
  };
}

export function problem(message: string, more: Tree = {}): Tree {
  return { message, documentation_url: "https://docs.github.com/rest", ...more };
}
