/**
 * The connection to GitHub: octokit, asked politely.
 *
 * What may be asked again (reading, replacing a text) is asked again after a failure of the
 * server; what may not (posting) is left to the caller, who can look whether it was written.
 * Limits are waited for where the server says how long, if that is not too long.
 */
import type { Octokit } from "octokit";

export interface GitHubAccess {
  /** The API's address, such as `https://api.github.com`. */
  readonly apiUrl: string;
  /** Null for anonymous requests. */
  readonly token: string | null;
  readonly pace?: Pace;
}

export interface Pace {
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** GitHub asks for a second between writes. */
const BETWEEN_WRITES_MS = 1_000;
/** A run has minutes: a limit that lasts longer is a failure. */
const LONGEST_WAIT_MS = 90_000;
const FIRST_PAUSE_MS = 1_000;
const TRIES = 4;
const TIMEOUT_MS = 30_000;

const PATIENT: Pace = { wait: (ms) => new Promise((done) => setTimeout(done, ms)) };

/** One request, one answer, good or bad. */
export async function plainOctokit(apiUrl: string, token: string | null): Promise<Octokit> {
  const { Octokit } = await import("octokit");
  return new Octokit({
    baseUrl: apiUrl.replace(/\/+$/, ""),
    ...(token === null ? {} : { auth: token }),
    userAgent: "lockspan",
    // octokit's own would post a review again that the server may have taken.
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}

export async function openGitHub({ apiUrl, token, pace = PATIENT }: GitHubAccess): Promise<Octokit> {
  const octokit = await plainOctokit(apiUrl, token);
  let hasWritten = false;
  octokit.hook.wrap("request", async (request, options) => {
    const isWrite = options.method !== "GET" && !options.url.endsWith("/graphql");
    if (isWrite && hasWritten) await pace.wait(BETWEEN_WRITES_MS);
    hasWritten ||= isWrite;
    const timed = { ...options, request: { ...options.request, signal: AbortSignal.timeout(TIMEOUT_MS) } };
    for (let tried = 1; ; tried += 1) {
      try {
        return await request(timed);
      } catch (cause) {
        const pause =
          tried >= TRIES ? null : pauseAfter(cause, { isPost: isWrite && options.method === "POST", tried });
        if (pause === null) throw cause;
        await pace.wait(pause);
        timed.request.signal = AbortSignal.timeout(TIMEOUT_MS);
      }
    }
  });
  return octokit;
}

interface Attempt {
  readonly isPost: boolean;
  readonly tried: number;
}

/** How long to wait before the same is asked again; null where it must not be, or need not. */
function pauseAfter(cause: unknown, { isPost, tried }: Attempt): number | null {
  const pause = FIRST_PAUSE_MS * 2 ** (tried - 1);
  const status = statusOf(cause);
  if (isLimit(cause)) {
    // Nothing was written: the limit stands before it.
    const wait = toldWait(cause) ?? pause;
    return wait <= LONGEST_WAIT_MS ? wait : null;
  }
  const isPassing = status === null || status >= 500 || status === 409;
  return isPassing && !isPost ? pause : null;
}

/** Milliseconds that the answer asks to wait for; null where it does not say. */
function toldWait(cause: unknown): number | null {
  const after = headerOf(cause, "retry-after");
  if (after !== null) return Number(after) * 1_000;
  const reset = headerOf(cause, "x-ratelimit-reset");
  const isSpent = headerOf(cause, "x-ratelimit-remaining") === "0";
  return isSpent && reset !== null ? Math.max(0, Number(reset) * 1_000 - Date.now()) : null;
}

/** Of the token's requests, or of the server's patience ("secondary"). */
export function isLimit(cause: unknown): boolean {
  const status = statusOf(cause);
  return status === 429 || (status === 403 && /rate limit/i.test(messageOf(cause)));
}

/** The answer's status; null where no answer came. octokit calls a dead connection status 500. */
export function statusOf(cause: unknown): number | null {
  if (fieldOf(cause, "response") === undefined) return null;
  const status = fieldOf(cause, "status");
  return typeof status === "number" ? status : null;
}

export function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}

function headerOf(cause: unknown, name: string): string | null {
  const value = fieldOf(fieldOf(fieldOf(cause, "response"), "headers"), name);
  return value === undefined ? null : String(value);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
