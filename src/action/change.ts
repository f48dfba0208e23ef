/**
 * What is to be reviewed, and with which rules: the commits of the event, read from the
 * checkout where it has them, else from GitHub.
 *
 * Rules and baseline are files of the workspace, or, where it does not have them, of the base
 * commit. For `pull_request_target` the workspace is never looked at: it may be the stranger's
 * branch.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  checkedOutChange,
  compareCommits,
  openGitHub,
  pullRequestHost,
  remoteChange,
  remoteTree,
} from "../adapters/index.ts";
import { Failure, InputError } from "../base/index.ts";
import { command } from "../reports/index.ts";
import type { ChangeSource, PullRequestHost } from "../review/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { ActionTools, Job } from "./job.ts";

type GitHub = Awaited<ReturnType<typeof openGitHub>>;

/** @returns the connection, which is opened when it is first used */
export function connection({ apiUrl, inputs }: Job, { wait }: ActionTools): () => Promise<GitHub> {
  let opened: Promise<GitHub> | null = null;
  return () => {
    opened ??= openGitHub({ apiUrl, token: inputs.token, pace: { wait } });
    return opened;
  };
}

/** The pull request of the event; null in the merge queue, where there is nothing to comment on. */
export async function hostOf(job: Job, github: () => Promise<GitHub>): Promise<PullRequestHost | null> {
  if (job.event.kind === "merge-group") return null;
  return pullRequestHost(await github(), job, job.event.number);
}

/** @throws {ServiceError} when GitHub does not say what changed */
export async function changeOf(
  job: Job,
  tools: ActionTools,
  github: () => Promise<GitHub>,
): Promise<ChangeSource> {
  const { event } = job;
  const local = mayReadCheckout(job) ? await localChange(job, tools) : null;
  if (local !== null) return local;
  const octokit = await github();
  const compared = await compareCommits(octokit, job, event);
  const host = await hostOf(job, github);
  const listed = host === null ? compared : await host.files();
  return remoteChange(octokit, job, { ...listed, base: compared.mergeBase });
}

/** In a container there may be no git, or one that does not trust the folder: GitHub has the same files. */
async function localChange({ workspace, event }: Job, { log }: ActionTools): Promise<ChangeSource | null> {
  try {
    return await checkedOutChange(workspace, event);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const text = `lockspan: the checkout is not used, and GitHub is asked instead: ${cause.message}`;
    log(command("notice", {}, text));
    return null;
  }
}

function mayReadCheckout({ event }: Job): boolean {
  return event.kind === "merge-group" || !event.isTarget;
}

function isInWorkspace(job: Job, name: string): boolean {
  return mayReadCheckout(job) && existsSync(join(job.workspace, name));
}

/** @throws {InputError} for a folder without packs, or a pack that is wrong */
export async function packsOf(
  job: Job,
  tools: ActionTools,
  github: () => Promise<GitHub>,
): Promise<LoadedPacks> {
  const { rules } = job.inputs;
  if (rules.every((folder) => isInWorkspace(job, folder))) {
    return tools.packs({ kind: "folders", folders: rules.map((folder) => join(job.workspace, folder)) });
  }
  const tree = remoteTree(await github(), job, job.event.base);
  const names = (
    await Promise.all(rules.map((folder) => tree.list(plainName(folder), [".yaml", ".yml"])))
  ).flat();
  if (names.length === 0) {
    throw new InputError(`${rules.join(", ")}: there is no rule pack in ${placesOf(job)}`, {
      hint: mayReadCheckout(job)
        ? "Name folders with rule packs (YAML files), as the repository has them."
        : "For pull_request_target rules come from the base branch alone: merge them first.",
    });
  }
  const texts = await tree.read(names);
  const files = [...texts].flatMap(([path, text]) => (text === null ? [] : [{ path, text }]));
  return tools.packs({ kind: "texts", files });
}

/** Where rules and baseline were looked for. */
function placesOf(job: Job): string {
  return mayReadCheckout(job) ? "the workspace, nor in the base commit" : "the base commit";
}

/** `./rules/` and `rules` are one folder. */
function plainName(folder: string): string {
  return folder.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
}

/**
 * The fingerprints of the findings that a JSON report of lockspan's has.
 *
 * @throws {InputError} when it is not there, or is no such report
 */
export async function baselineOf(job: Job, github: () => Promise<GitHub>): Promise<ReadonlySet<string>> {
  const name = job.inputs.baseline;
  if (name === null) return new Set();
  const text = await baselineText(name, job, github);
  return new Set(fingerprintsIn(name, text));
}

async function baselineText(name: string, job: Job, github: () => Promise<GitHub>): Promise<string> {
  if (isInWorkspace(job, name)) {
    return readFile(join(job.workspace, name), "utf8").catch((cause: unknown) => {
      throw missing(name, "the workspace", cause);
    });
  }
  const path = plainName(name);
  const text = (await remoteTree(await github(), job, job.event.base).read([path])).get(path) ?? null;
  if (text === null) throw missing(name, placesOf(job), undefined);
  return text;
}

function missing(name: string, where: string, cause: unknown): InputError {
  return new InputError(`the baseline ${name} cannot be read in ${where}`, {
    hint: "Make one with: lockspan audit PATH --format json --output FILE",
    cause,
  });
}

function fingerprintsIn(name: string, text: string): string[] {
  try {
    const document = JSON.parse(text) as { version: number; findings: { fingerprint: string }[] };
    if (document.version !== 1) throw new TypeError("another version");
    return document.findings.map(({ fingerprint }) => {
      if (typeof fingerprint !== "string") throw new TypeError("a finding without fingerprint");
      return fingerprint;
    });
  } catch (cause) {
    throw new InputError(`the baseline ${name} is no JSON report of lockspan's`, {
      hint: "Make one with: lockspan audit PATH --format json --output FILE",
      cause,
    });
  }
}
