/**
 * GitHub on the loopback, for one pull request: requests are held to GitHub's own
 * description, comments to the lines of the real diff, and tokens to what they may.
 *
 * What a request does wrong is answered as GitHub answers it; what the description does
 * not allow at all is kept in `violations`, which a test expects to be empty.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, type GraphQLSchema, graphql } from "graphql";
import {
  commitAnswer,
  fileAnswer,
  lineCommentAnswer,
  nodeIdOf,
  type PullState,
  problem,
  pullAnswer,
  remarkAnswer,
  reviewAnswer,
  type StoredComment,
  type StoredRemark,
} from "./answers.ts";
import { OPERATIONS, type Operation } from "./api-slice.ts";
import type { DiffFile, SampleRepository } from "./sample-repository.ts";

export interface Asked {
  /** The operation's id, or `graphql`. */
  readonly id: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly accept: string;
}

export interface Fault {
  readonly on: string;
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests it meets; left out, all. */
  times?: number;
  /** The request is carried out, and then the answer is lost. */
  readonly after?: boolean;
  /** What happens before the answer. */
  readonly meanwhile?: () => void;
}

export interface GitHubState {
  pull: PullState;
  login: string;
  /** Of the token: `read` is what a fork's job has; `write` may comment; `all` may also resolve. */
  rights: "read" | "write" | "all";
  comments: StoredComment[];
  remarks: StoredRemark[];
  faults: Fault[];
  /** Files of which GitHub shows no hunks, as for those with very long ones. */
  hidden: ReadonlySet<string>;
  /** Commits that a force-push threw away. */
  lost: Set<string>;
}

export interface GitHubServer {
  readonly apiUrl: string;
  readonly state: GitHubState;
  readonly asked: Asked[];
  readonly violations: string[];
  readonly close: () => Promise<void>;
}

const PAGE_LIMIT = 100;
const LISTED_FILES = 3_000;
const LONGEST_BODY = 65_536;
const REFUSED_RIGHTS = "Resource not accessible by integration";

let schema: GraphQLSchema | null = null;

/** Read when it is first wanted: it is half a second's work. */
async function schemaOfGitHub(): Promise<GraphQLSchema> {
  if (schema === null) {
    const { schema: described } = await import("@octokit/graphql-schema");
    schema = buildSchema(described.idl, { assumeValid: true });
  }
  return schema;
}

export async function startGitHub(repository: SampleRepository, pull: PullState): Promise<GitHubServer> {
  const state: GitHubState = {
    pull,
    login: "github-actions[bot]",
    rights: "all",
    comments: [],
    remarks: [],
    faults: [],
    hidden: new Set(),
    lost: new Set(),
  };
  const asked: Asked[] = [];
  const violations: string[] = [];
  const server = createServer((request, response) => {
    answer({ repository, state, asked, violations }, request, response).catch((cause: unknown) => {
      violations.push(String(cause instanceof Error ? cause.stack : cause));
      response.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    asked,
    violations,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Place {
  readonly repository: SampleRepository;
  readonly state: GitHubState;
  readonly asked: Asked[];
  readonly violations: string[];
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function answer(place: Place, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const text = await textOf(request);
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  const accept = String(request.headers.accept ?? "");
  const host = String(request.headers.host);
  if (url.pathname === "/graphql") {
    place.asked.push({ id: "graphql", parameters: {}, body, accept });
    send(response, host, faultFor(place, "graphql") ?? (await graphqlReply(place, body as GraphQLRequest)));
    return;
  }
  const found = operationOf(request.method ?? "", url);
  if (found === null) {
    place.violations.push(`${request.method} ${url.pathname} is not in the description`);
    send(response, host, { status: 404, body: problem("Not Found") });
    return;
  }
  const { operation, parameters } = found;
  place.asked.push({ id: operation.id, parameters, body, accept });
  const complaint = operation.complaint(parameters, body);
  if (complaint !== null) place.violations.push(`${operation.id}: ${complaint}`);
  const reply = replyTo(place, operation, { parameters, body, accept });
  const wrong = reply.status < 400 ? operation.answerComplaint(reply.status, reply.body) : null;
  if (wrong !== null) place.violations.push(`the answer to ${operation.id}: ${wrong}`);
  send(response, host, reply);
}

function replyTo(place: Place, operation: Operation, question: Question): Reply {
  const fault = faultFor(place, operation.id);
  if (fault !== null && !fault.after) return fault;
  const { rights } = place.state;
  if (operation.method !== "GET" && rights === "read") return { status: 403, body: problem(REFUSED_RIGHTS) };
  const reply = HANDLERS[operation.id]?.(place, question) ?? { status: 404, body: problem("Not Found") };
  return fault ?? reply;
}

function faultFor({ state }: Place, id: string): (Reply & { readonly after: boolean }) | null {
  const fault = state.faults.find(({ on, times }) => on === id && times !== 0);
  if (fault === undefined) return null;
  if (fault.times !== undefined) fault.times -= 1;
  fault.meanwhile?.();
  if (fault.status === 0) return null;
  const { status, message = "Server Error", headers = {}, after = false } = fault;
  return { status, body: problem(message), headers, after };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, host: string, { status, body, headers = {} }: Reply): void {
  // octokit follows the address of the next page as it stands.
  const own = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace("http://127.0.0.1/", `http://${host}/`),
  ]);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    ...Object.fromEntries(own),
  });
  response.end(JSON.stringify(body));
}

function operationOf(method: string, url: URL) {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.pattern.exec(url.pathname) : null;
    if (match === null) continue;
    const values = operation.names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? "")]);
    return {
      operation,
      parameters: Object.fromEntries([...values, ...url.searchParams]) as Record<string, string>,
    };
  }
  return null;
}

interface Question {
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly accept: string;
}

type Handler = (place: Place, question: Question) => Reply;

const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  body,
  headers,
});

const unprocessable = (...errors: string[]): Reply => ({
  status: 422,
  body: problem("Unprocessable Entity", { errors }),
});

const HANDLERS: Readonly<Record<string, Handler>> = {
  "pulls/get": ({ state }, { accept }) =>
    // So it is for every change of more than 300 files or 20,000 lines.
    accept.includes("diff") || accept.includes("patch")
      ? { status: 406, body: problem("Sorry, the diff exceeded the maximum number of files (300).") }
      : ok(pullAnswer(state.pull)),
  "pulls/list-files": (place, question) =>
    paged(diffOf(place).slice(0, LISTED_FILES), question, {
      what: "files",
      answer: (file) => fileAnswer(file, !place.state.hidden.has(file.path)),
    }),
  "pulls/list-review-comments": ({ state }, question) =>
    paged(state.comments, question, { what: "comments", answer: lineCommentAnswer }),
  "pulls/create-review": createReview,
  "pulls/create-review-comment": commentOnFile,
  "pulls/update-review-comment": ({ state }, { parameters, body }) => {
    const comment = state.comments.find(({ id }) => String(id) === parameters["comment_id"]);
    if (comment === undefined || comment.author !== state.login)
      return { status: 404, body: problem("Not Found") };
    comment.body = (body as { body: string }).body;
    return ok(lineCommentAnswer(comment));
  },
  "issues/list-comments": ({ state }, question) =>
    paged(state.remarks, question, { what: "remarks", answer: remarkAnswer }),
  "issues/create-comment": ({ state }, { body }) => {
    const text = (body as { body: string }).body;
    if (text.length > LONGEST_BODY) return unprocessable("body is too long (maximum is 65536 characters)");
    const remark = { id: 1_000 + state.remarks.length, author: state.login, body: text };
    state.remarks.push(remark);
    return { status: 201, body: remarkAnswer(remark) };
  },
  "issues/update-comment": ({ state }, { parameters, body }) => {
    const remark = state.remarks.find(({ id }) => String(id) === parameters["comment_id"]);
    if (remark === undefined || remark.author !== state.login)
      return { status: 404, body: problem("Not Found") };
    remark.body = (body as { body: string }).body;
    return ok(remarkAnswer(remark));
  },
  "repos/compare-commits-with-basehead": ({ repository, state }, { parameters }) => {
    const [base = "", head = ""] = (parameters["basehead"] ?? "").split("...");
    if (state.lost.has(head)) return { status: 404, body: problem("Not Found") };
    const parting = repository.mergeBase(base, head);
    return ok({
      ...Object.fromEntries(
        ["url", "html_url", "permalink_url", "diff_url", "patch_url"].map((name) => [
          name,
          "https://api.github.com",
        ]),
      ),
      base_commit: commitAnswer(base),
      merge_base_commit: commitAnswer(parting),
      status: "ahead",
      ahead_by: 1,
      behind_by: 0,
      total_commits: 1,
      commits: [commitAnswer(head)],
      files: repository
        .diff(parting, head)
        .slice(0, 300)
        .map((file) => fileAnswer(file, true)),
    });
  },
  "git/get-tree": ({ repository }, { parameters }) => {
    const commit = parameters["tree_sha"] ?? "";
    const tree = repository
      .treeOf(commit)
      .map(({ mode, path, blob }) => ({ path, mode, type: "blob", sha: blob }));
    return ok({ sha: commit, url: "https://api.github.com", truncated: false, tree });
  },
  "git/get-blob": ({ repository }, { parameters }) => {
    const id = parameters["file_sha"] ?? "";
    const bytes = repository.blob(id);
    if (bytes === null) return { status: 404, body: problem("Not Found") };
    const content = bytes.toString("base64").replace(/(.{60})/g, "$1\n");
    return ok({
      sha: id,
      node_id: `B_${id}`,
      size: bytes.length,
      url: "https://api.github.com",
      content,
      encoding: "base64",
    });
  },
};

function diffOf({ repository, state }: Place): readonly DiffFile[] {
  return repository.diff(repository.mergeBase(state.pull.base, state.pull.head), state.pull.head);
}

interface Listed<T> {
  readonly what: string;
  readonly answer: (item: T) => unknown;
}

function paged<T>(all: readonly T[], { parameters }: Question, { what, answer }: Listed<T>): Reply {
  const size = Math.min(Number(parameters["per_page"] ?? 30), PAGE_LIMIT);
  const page = Number(parameters["page"] ?? 1);
  const isLast = page * size >= all.length;
  const next = new URL(`http://127.0.0.1${pathOf(parameters, what)}`);
  next.searchParams.set("per_page", String(size));
  next.searchParams.set("page", String(page + 1));
  const items = all.slice((page - 1) * size, page * size).map(answer);
  return ok(items, isLast ? {} : { link: `<${next}>; rel="next"` });
}

function pathOf(parameters: Readonly<Record<string, string>>, what: string): string {
  const repo = `/repos/${parameters["owner"]}/${parameters["repo"]}`;
  if (what === "remarks") return `${repo}/issues/${parameters["issue_number"]}/comments`;
  return `${repo}/pulls/${parameters["pull_number"]}/${what}`;
}

interface ReviewRequest {
  readonly commit_id: string;
  readonly body?: string;
  readonly event?: string;
  readonly comments?: readonly {
    readonly path: string;
    readonly body: string;
    readonly line: number;
    readonly side: "LEFT" | "RIGHT";
    readonly start_line?: number;
    readonly start_side?: string;
  }[];
}

function createReview(place: Place, { body }: Question): Reply {
  const { state } = place;
  const { commit_id: commit, comments = [], body: text = "", event } = body as ReviewRequest;
  if (state.lost.has(commit)) return unprocessable("Commit is not part of the pull request");
  if (event === "COMMENT" && text === "") return unprocessable("Body can't be blank");
  const files = diffOf({ ...place, state: { ...state, pull: { ...state.pull, head: commit } } });
  const errors = comments.flatMap((comment) => commentErrors(comment, files, state.hidden));
  if (errors.length > 0) return unprocessable(...errors);
  for (const { path, body: said, line, side, start_line: startLine = null } of comments) {
    const id = 1 + state.comments.length;
    state.comments.push({
      id,
      author: state.login,
      body: said,
      path,
      side,
      line,
      startLine,
      commit,
      answers: null,
      isMinimized: false,
      isResolved: false,
    });
  }
  return ok(reviewAnswer(1, text, commit, state.login));
}

interface FileRequest {
  readonly commit_id: string;
  readonly path: string;
  readonly body: string;
  readonly subject_type?: string;
}

function commentOnFile(place: Place, { body }: Question): Reply {
  const { state } = place;
  const { commit_id: commit, path, body: said, subject_type: subject } = body as FileRequest;
  if (state.lost.has(commit)) return unprocessable("Commit is not part of the pull request");
  if (subject !== "file") return unprocessable("Line could not be resolved");
  if (!diffOf(place).some((file) => file.path === path)) return unprocessable("Path could not be resolved");
  if (said.length > LONGEST_BODY) return unprocessable("Body is too long (maximum is 65536 characters)");
  const comment: StoredComment = {
    id: 1 + state.comments.length,
    author: state.login,
    body: said,
    path,
    side: "RIGHT",
    line: null,
    startLine: null,
    commit,
    answers: null,
    isMinimized: false,
    isResolved: false,
  };
  state.comments.push(comment);
  return { status: 201, body: lineCommentAnswer(comment) };
}

function commentErrors(
  comment: NonNullable<ReviewRequest["comments"]>[number],
  files: readonly DiffFile[],
  hidden: ReadonlySet<string>,
): string[] {
  const { path, line, side, start_line: start, body } = comment;
  const file = files.find((each) => each.path === path);
  if (file === undefined || file.patch === null || hidden.has(path)) return ["Path could not be resolved"];
  const hunks = shownLines(file.patch, side);
  const hunk = hunks.find((lines) => lines.has(line));
  if (hunk === undefined) return ["Line could not be resolved"];
  if (body.length > LONGEST_BODY) return ["Body is too long (maximum is 65536 characters)"];
  if (start === undefined) return [];
  if (start >= line) return ["Start line must precede the end line."];
  return hunk.has(start) ? [] : ["Start line must be part of the same hunk as the line."];
}

/** Line numbers of one side that the diff shows, hunk by hunk. */
function shownLines(patch: string, side: "LEFT" | "RIGHT"): Set<number>[] {
  const hunks: Set<number>[] = [];
  let [left, right] = [0, 0];
  for (const row of patch.split("\n")) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(row);
    if (header !== null) {
      [left, right] = [Number(header[1]), Number(header[2])];
      hunks.push(new Set());
      continue;
    }
    if (row.startsWith("\\")) continue;
    if (side === "LEFT" ? !row.startsWith("+") : !row.startsWith("-"))
      hunks.at(-1)?.add(side === "LEFT" ? left : right);
    if (!row.startsWith("+")) left += 1;
    if (!row.startsWith("-")) right += 1;
  }
  return hunks;
}

interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

async function graphqlReply(place: Place, { query, variables = {} }: GraphQLRequest): Promise<Reply> {
  const answer = await graphql({
    schema: await schemaOfGitHub(),
    source: query,
    variableValues: variables,
    rootValue: rootOf(place),
  });
  for (const { message } of answer.errors ?? []) {
    if (message !== REFUSED_RIGHTS) place.violations.push(`GraphQL: ${message}`);
  }
  const errors = answer.errors?.map(({ message, path }) => ({ type: "FORBIDDEN", message, path }));
  return ok(errors === undefined ? answer : { ...answer, errors });
}

function rootOf({ state }: Place) {
  const comment = (id: string) => state.comments.find((each) => nodeIdOf(each) === id);
  const threads = () => state.comments.filter(({ answers }) => answers === null);
  return {
    viewer: { login: state.login },
    repository: () => ({
      pullRequest: () => ({
        reviewThreads: ({ first, after }: { first: number; after?: string | null }) => {
          const start = after ? Number(after) : 0;
          const page = threads().slice(start, start + first);
          return {
            pageInfo: { hasNextPage: start + first < threads().length, endCursor: String(start + first) },
            nodes: page.map((one) => ({
              id: `T_${one.id}`,
              isResolved: one.isResolved,
              comments: () => ({ nodes: [{ id: nodeIdOf(one) }] }),
            })),
          };
        },
      }),
    }),
    minimizeComment: ({ input }: { input: { subjectId: string } }) => {
      if (state.rights === "read") throw new Error(REFUSED_RIGHTS);
      const found = comment(input.subjectId);
      if (found !== undefined) found.isMinimized = true;
      return { minimizedComment: { __typename: "PullRequestReviewComment", isMinimized: true } };
    },
    resolveReviewThread: ({ input }: { input: { threadId: string } }) => {
      if (state.rights !== "all") throw new Error(REFUSED_RIGHTS);
      const found = threads().find(({ id }) => `T_${id}` === input.threadId);
      if (found !== undefined) found.isResolved = true;
      return { thread: { isResolved: true } };
    },
  };
}
