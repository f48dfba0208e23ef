/** One pull request on GitHub: what is there, and what is written to it. */
import type { Octokit } from "octokit";
import type { LineComment, PullRequestHost, Written } from "../../review/index.ts";
import { changedFileOf } from "./changed-file.ts";
import { isLimit, messageOf, statusOf } from "./client.ts";
import { read } from "./read.ts";
import { nameOnly, type RepositoryName } from "./remote-tree.ts";

/** GitHub names no more files of one request. */
const MOST_LISTED = 3_000;
const PAGE = 100;

export function pullRequestHost(
  octokit: Octokit,
  repository: RepositoryName,
  number: number,
): PullRequestHost {
  const name = nameOnly(repository);
  const label = `pull request ${name.owner}/${name.repo}#${number}`;
  const pull = { ...name, pull_number: number, per_page: PAGE };
  const issue = { ...name, issue_number: number, per_page: PAGE };
  return {
    facts: () =>
      read(label, async () => {
        const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
          ...name,
          pull_number: number,
        });
        return {
          head: data.head.sha,
          headRepo: data.head.repo?.full_name ?? null,
          isOpen: data.state === "open",
        };
      }),
    files: () =>
      read(label, async () => {
        const listed = await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", pull);
        return { files: listed.map(changedFileOf), isWhole: listed.length < MOST_LISTED };
      }),
    self: () => selfOf(octokit),
    lineComments: () =>
      read(label, async () => {
        const all = await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", pull);
        return all.map(
          (one): LineComment => ({
            id: one.id,
            nodeId: one.node_id,
            // The description says that there is an author; an account that is gone leaves none.
            author: (one.user as { login: string } | null)?.login ?? null,
            body: one.body,
            path: one.path,
            answers: one.in_reply_to_id ?? null,
          }),
        );
      }),
    remarks: () =>
      read(label, async () => {
        const all = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", issue);
        return all.map(({ id, user, body = "" }) => ({ id, author: user?.login ?? null, body }));
      }),
    review: (commit, body, comments) =>
      written(() =>
        octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
          ...name,
          pull_number: number,
          commit_id: commit,
          event: "COMMENT",
          body,
          comments: comments.map(({ path, body: text, line, side, first }) => ({
            path,
            body: text,
            line,
            side,
            ...(first === undefined ? {} : { start_line: first, start_side: side }),
          })),
        }),
      ),
    commentOnFile: (commit, { path, body }) =>
      written(() =>
        octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments", {
          ...name,
          pull_number: number,
          commit_id: commit,
          path,
          body,
          subject_type: "file",
        }),
      ),
    editLineComment: (id, body) =>
      written(() =>
        octokit.request("PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}", {
          ...name,
          comment_id: id,
          body,
        }),
      ),
    remark: (body) =>
      written(() =>
        octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...name,
          issue_number: number,
          body,
        }),
      ),
    editRemark: (id, body) =>
      written(() =>
        octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...name,
          comment_id: id,
          body,
        }),
      ),
    settle: (comments) => written(() => settle(octokit, { ...name, number }, comments)),
  };
}

const SELF = "query { viewer { login } }";

/** A job's token may always ask; others may not, which is an answer. */
async function selfOf(octokit: Octokit): Promise<string | null> {
  try {
    const { viewer } = await octokit.graphql<{ viewer: { login: string } }>(SELF);
    return viewer.login;
  } catch {
    // Whatever the reason, it is not known who we are.
    return null;
  }
}

const THREADS = `query($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved comments(first: 1) { nodes { id } } }
      }
    }
  }
}`;

const MINIMIZE = `mutation($id: ID!) {
  minimizeComment(input: { subjectId: $id, classifier: RESOLVED }) { minimizedComment { isMinimized } }
}`;

const RESOLVE = `mutation($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`;

interface Threads {
  readonly repository: {
    readonly pullRequest: {
      readonly reviewThreads: {
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        readonly nodes: readonly {
          readonly id: string;
          readonly isResolved: boolean;
          readonly comments: { readonly nodes: readonly { readonly id: string }[] };
        }[];
      };
    } | null;
  } | null;
}

interface PullRequestNumber extends RepositoryName {
  readonly number: number;
}

async function settle(
  octokit: Octokit,
  where: PullRequestNumber,
  comments: readonly Pick<LineComment, "id" | "nodeId">[],
): Promise<void> {
  if (comments.length === 0) return;
  for (const { nodeId } of comments) await octokit.graphql(MINIMIZE, { id: nodeId });
  const threads = await openThreads(octokit, where);
  for (const { nodeId } of comments) {
    const thread = threads.get(nodeId);
    if (thread !== undefined) await octokit.graphql(RESOLVE, { id: thread });
  }
}

/** Ids of the threads that are not resolved, by the id of their first comment. */
async function openThreads(octokit: Octokit, where: PullRequestNumber): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let after: string | null = null; ; ) {
    const answer: Threads = await octokit.graphql<Threads>(THREADS, { ...where, after });
    const page = answer.repository?.pullRequest?.reviewThreads;
    for (const { id, isResolved, comments } of page?.nodes ?? []) {
      const [first] = comments.nodes;
      if (first !== undefined && !isResolved) found.set(first.id, id);
    }
    if (page === undefined || !page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

async function written(write: () => Promise<unknown>): Promise<Written> {
  try {
    await write();
    return { kind: "done" };
  } catch (cause) {
    return outcomeOf(cause);
  }
}

function outcomeOf(cause: unknown): Written {
  const status = statusOf(cause);
  const why = messageOf(cause);
  if (isLimit(cause)) return { kind: "failed", why: "its rate limit is reached" };
  // GitHub answers 404 where a token may not even know of a thing; GraphQL answers 200 and says FORBIDDEN.
  const isForbidden = [401, 403, 404].includes(status ?? 0) || /FORBIDDEN|not accessible/i.test(why);
  if (isForbidden) return { kind: "forbidden", why };
  if (status === 422 || status === 413) return { kind: "refused", why };
  return { kind: "failed", why: status === null ? why : `status ${status}: ${why}` };
}
