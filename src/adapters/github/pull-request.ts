/**
 * Pull requests of GitHub as patch mails, through octokit.
 *
 * In:  `OWNER/REPO#N` or the page's address. Out: the mails that GitHub makes
 * of the request's commits, as an mbox.
 */
import { InputError, ServiceError } from "../../base/index.ts";
import { isLimit, messageOf, plainOctokit, statusOf } from "./client.ts";

export interface GitHubOptions {
  /** The API's address, such as `https://api.github.com`. */
  readonly baseUrl: string;
  /** Null for anonymous requests, which reach public repositories only. */
  readonly token: string | null;
}

interface PullRequestName {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

const NAME = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)#(\d{1,9})$/;
const PAGE = /^https?:\/\/[^/]+\/([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)\/pull\/(\d{1,9})(?:[/?#].*)?$/;

/** Whether an argument names a pull request and not a file. */
export function isPullRequestName(text: string): boolean {
  return NAME.test(text) || PAGE.test(text);
}

function parseName(text: string): PullRequestName {
  const [, owner, repo, number] = NAME.exec(text) ?? PAGE.exec(text) ?? [];
  if (owner === undefined || repo === undefined || repo === "." || repo === "..") {
    throw new InputError(`${JSON.stringify(text)} names no pull request`, {
      hint: "Write OWNER/REPO#NUMBER, or the address of its page.",
    });
  }
  return { owner, repo, number: Number(number) };
}

/**
 * @param name `OWNER/REPO#N`, or the address of the pull request's page
 * @returns mails as `git format-patch` writes them, one a commit
 * @throws {InputError} for another form of name
 * @throws {ServiceError} when GitHub does not give the patch, or something else answers
 */
export async function fetchPullRequestPatch(name: string, options: GitHubOptions): Promise<string> {
  const { owner, repo, number } = parseName(name);
  const label = `pull request ${owner}/${repo}#${number}`;
  // A person waits: what fails is not asked again.
  const octokit = await plainOctokit(options.baseUrl, options.token);
  const answer = await octokit
    .request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      owner,
      repo,
      pull_number: number,
      mediaType: { format: "patch" },
      request: { signal: AbortSignal.timeout(TIMEOUT_MS) },
    })
    .catch((cause: unknown) => Promise.reject(serviceError(label, options, cause)));
  return patchText(answer.data, label, options);
}

const TIMEOUT_MS = 30_000;

/** With the patch media type the body is text, whatever the API's types say. */
function patchText(data: unknown, label: string, { baseUrl }: GitHubOptions): string {
  if (typeof data === "string" && /^From [0-9a-f]{40} /.test(data)) return data;
  const isPage = typeof data === "string" && /^\s*<(!doctype|html)/i.test(data);
  const what = isPage
    ? "a web page"
    : typeof data === "string" && data.trim() === ""
      ? "nothing"
      : "something else";
  throw new ServiceError(`${label}: ${baseUrl} answered with ${what} instead of a patch`, {
    hint: "Check that GITHUB_API_URL is the address of the API.",
  });
}

function serviceError(label: string, { baseUrl, token }: GitHubOptions, cause: unknown): ServiceError {
  if (isLimit(cause)) {
    const hint = token === null ? "Set GITHUB_TOKEN, or wait an hour." : "Wait until the limit is lifted.";
    return new ServiceError(`${label}: GitHub's rate limit is reached`, { hint, cause });
  }
  const status = statusOf(cause);
  switch (status) {
    case 401:
      return new ServiceError(`${label}: GitHub refuses the token`, { hint: "Check GITHUB_TOKEN.", cause });
    case 403:
      return new ServiceError(`${label}: GitHub forbids the access`, {
        hint: "Check what GITHUB_TOKEN may read.",
        cause,
      });
    case 404:
      return new ServiceError(`${label}: GitHub knows no such pull request`, {
        hint:
          token === null
            ? "Check the name; a private repository needs GITHUB_TOKEN."
            : "Check the name, and what GITHUB_TOKEN may read.",
        cause,
      });
    case 406:
      return new ServiceError(`${label}: is too large for GitHub to give as a patch`, {
        hint: "Fetch the branch and use git format-patch.",
        cause,
      });
    default:
      return unreachableService(label, baseUrl, cause);
  }
}

function unreachableService(label: string, baseUrl: string, cause: unknown): ServiceError {
  const status = statusOf(cause);
  if (status !== null) {
    return new ServiceError(`${label}: ${baseUrl} answered with status ${status}`, {
      hint: "Try again later.",
      cause,
    });
  }
  return new ServiceError(`${label}: ${baseUrl} cannot be reached (${messageOf(cause)})`, {
    hint: "Check the network and GITHUB_API_URL.",
    cause,
  });
}
