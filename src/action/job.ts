/** The job that the action runs in: the runner's environment, checked and named. */
import { readFile } from "node:fs/promises";
import { InputError } from "../base/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import { type ActionEvent, readEvent } from "./event.ts";
import { type ActionInputs, readInputs } from "./inputs.ts";

/** What the program brings along. */
export interface ActionTools {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly packs: (source: PackSource) => Promise<LoadedPacks>;
  /** Markdown by check id. */
  readonly pages: () => Promise<ReadonlyMap<string, string>>;
  /** The query for the colours of C. */
  readonly highlights: () => Promise<string>;
  /** One line of the job's log. */
  readonly log: (line: string) => void;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Folders to read, or the texts of packs that were read elsewhere. */
export type PackSource =
  | { readonly kind: "folders"; readonly folders: readonly string[] }
  | { readonly kind: "texts"; readonly files: readonly { readonly path: string; readonly text: string }[] };

export interface Job {
  readonly inputs: ActionInputs;
  readonly event: ActionEvent;
  readonly owner: string;
  readonly repo: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** Where a checkout would be. */
  readonly workspace: string;
  /** The runner's folder for files of this job. */
  readonly temp: string;
  /** Files that the runner reads afterwards; null where it wants none. */
  readonly stepSummary: string | null;
  readonly outputs: string | null;
  /** Where the action itself lives; null for a copy inside the repository. */
  readonly home: string | null;
}

/** @throws {InputError} when the runner's variables are not there */
export async function readJob({ env }: Pick<ActionTools, "env">): Promise<Job> {
  const inputs = readInputs(env);
  const [, owner, repo] = /^([\w-]+)\/([\w.-]+)$/.exec(needed(env, "GITHUB_REPOSITORY")) ?? [];
  if (owner === undefined || repo === undefined || /^\.+$/.test(repo)) {
    throw new InputError("GITHUB_REPOSITORY names no repository", { hint: HINT });
  }
  const serverUrl = env["GITHUB_SERVER_URL"] || "https://github.com";
  const own = env["GITHUB_ACTION_REPOSITORY"] ?? "";
  return {
    inputs,
    event: readEvent(needed(env, "GITHUB_EVENT_NAME"), await payloadOf(needed(env, "GITHUB_EVENT_PATH"))),
    owner,
    repo,
    apiUrl: env["GITHUB_API_URL"] || "https://api.github.com",
    serverUrl,
    workspace: needed(env, "GITHUB_WORKSPACE"),
    temp: needed(env, "RUNNER_TEMP"),
    stepSummary: env["GITHUB_STEP_SUMMARY"] || null,
    outputs: env["GITHUB_OUTPUT"] || null,
    home: /^[\w-]+\/[\w.-]+$/.test(own) ? `${serverUrl}/${own}` : null,
  };
}

const HINT = "Let GitHub's runner start this action; at the command line, use lockspan review.";

function needed(env: ActionTools["env"], name: string): string {
  const value = env[name] ?? "";
  if (value !== "") return value;
  throw new InputError(`${name} is not set`, { hint: HINT });
}

async function payloadOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new InputError(`${file}: the event cannot be read`, { hint: HINT, cause });
  }
}
