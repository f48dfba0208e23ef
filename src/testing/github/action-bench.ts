/**
 * A job of GitHub Actions on this machine: the runner's folders and variables, a
 * repository, GitHub on the loopback, and the action run as the runner runs it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { startAction } from "../../action/index.ts";
import { compilePacks } from "../../rules/index.ts";
import { HIGHLIGHTS } from "../highlights.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { type PullState, pullAnswer, webhookExample } from "./answers.ts";
import { type GitHubServer, startGitHub } from "./github-server.ts";
import { type SampleRepository, sampleRepository } from "./sample-repository.ts";

export const REPOSITORY = "example/xen";

/** In an input, stands for the folder that a checkout would be in. */
export const WORKSPACE = "<workspace>";

interface SarifRun {
  readonly results: readonly unknown[];
  readonly automationDetails: { readonly id: string };
}

export interface JobRun {
  readonly status: number;
  /** What the runner reads as the log. */
  readonly log: readonly string[];
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The SARIF document; null where none was written. */
  readonly sarif: { readonly runs: readonly SarifRun[] } | null;
  /** What the input `report` asked for; null where nothing was. */
  readonly report: string | null;
  /** How long the action would have waited. */
  readonly waited: number;
}

export type Environment = Readonly<Record<string, string>>;

type Started = Pick<JobRun, "status" | "log" | "waited">;

export interface JobOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: "pull_request" | "pull_request_target" | "merge_group";
  /** Files in the workspace besides a checkout. */
  readonly workspace?: (folder: string) => void;
  readonly env?: Environment;
  readonly token?: string;
  /** Left out, the action runs in this process, and waits for nothing. */
  readonly start?: (env: Environment) => Promise<Started>;
}

export interface ActionBench {
  readonly repository: SampleRepository;
  readonly github: GitHubServer;
  readonly base: string;
  /** Commits on the branch, and moves the pull request to it. */
  readonly push: (texts: Readonly<Record<string, string | null>>, parent?: string) => string;
  readonly run: (options?: JobOptions) => Promise<JobRun>;
  readonly close: () => Promise<void>;
}

const shipped = await shippedFolder();

/** Packs and pages as the build puts them beside the program. */
async function shippedFolder(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "lockspan-shipped-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const rules = path.join(PROJECT_ROOT, "rules");
  const yaml = readdirSync(rules, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".yaml"),
  );
  const packs = await compilePacks(
    yaml.map((name) => ({ path: `rules/${name}`, text: readFileSync(path.join(rules, name), "utf8") })),
  );
  const checks = path.join(rules, "checks");
  const pages = readdirSync(checks).map((name) => [
    name.replace(/\.md$/, ""),
    readFileSync(path.join(checks, name), "utf8"),
  ]);
  writeFileSync(path.join(folder, "packs.json"), JSON.stringify(packs));
  writeFileSync(path.join(folder, "pages.json"), JSON.stringify(Object.fromEntries(pages)));
  writeFileSync(path.join(folder, "highlights.scm"), HIGHLIGHTS);
  return folder;
}

/** @param before the files of the base branch */
export async function actionBench(before: Readonly<Record<string, string>>): Promise<ActionBench> {
  const repository = sampleRepository();
  const base = repository.commit(before);
  const pull: PullState = {
    number: 7,
    title: "arm/smmu: protect the masters",
    base,
    head: base,
    baseRepo: REPOSITORY,
    headRepo: REPOSITORY,
  };
  const github = await startGitHub(repository, pull);
  return {
    repository,
    github,
    base,
    push: (texts, parent) => {
      const head = repository.commit(texts, parent ?? github.state.pull.head);
      github.state.pull = { ...github.state.pull, head };
      return head;
    },
    run: (options = {}) => runJob(github, options),
    close: async () => {
      await github.close();
      repository.remove();
    },
  };
}

async function runJob(github: GitHubServer, options: JobOptions): Promise<JobRun> {
  const home = mkdtempSync(path.join(tmpdir(), "lockspan-job-"));
  try {
    const job = layOut(home, github, options);
    const started = await (options.start ?? startHere)(job.env);
    return { ...started, ...leftBehind(job) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function startHere(env: Environment): Promise<Started> {
  const log: string[] = [];
  let waited = 0;
  const status = await startAction({
    env,
    version: "0.0.0-test",
    shipped: pathToFileURL(`${shipped}/`),
    out: (line) => log.push(line),
    err: (line) => log.push(line),
    wait: async (ms) => {
      waited += ms;
    },
  });
  return { status, log, waited };
}

interface LaidOut {
  readonly env: Environment;
  readonly summary: string;
  readonly outputs: string;
  readonly sarif: string;
}

/** The runner's files and variables; nothing else is in the environment. */
function layOut(home: string, github: GitHubServer, options: JobOptions): LaidOut {
  const at = (name: string) => path.join(home, name);
  const name = options.event ?? "pull_request";
  mkdirSync(at("temp"));
  mkdirSync(at("workspace"));
  options.workspace?.(at("workspace"));
  for (const file of ["summary.md", "outputs"]) writeFileSync(at(file), "");
  writeFileSync(at("event.json"), JSON.stringify(eventOf(name, github.state.pull)));
  const inputs = { token: options.token ?? "t0ken", ...options.inputs };
  const sarif = options.inputs?.["sarif"];
  return {
    env: {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: github.apiUrl,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: at("event.json"),
      GITHUB_WORKSPACE: at("workspace"),
      GITHUB_STEP_SUMMARY: at("summary.md"),
      GITHUB_OUTPUT: at("outputs"),
      GITHUB_ACTION_REPOSITORY: "example/lockspan",
      RUNNER_TEMP: at("temp"),
      ...Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [
          `INPUT_${key.toUpperCase()}`,
          value.replace(WORKSPACE, at("workspace")),
        ]),
      ),
      ...options.env,
    },
    summary: at("summary.md"),
    outputs: at("outputs"),
    sarif: sarif === undefined ? at("temp/lockspan.sarif") : path.resolve(at("workspace"), sarif),
  };
}

function eventOf(name: string, pull: PullState): object {
  if (name === "merge_group") {
    const example = webhookExample("merge_group", "checks_requested");
    const group = { ...(example["merge_group"] as object), base_sha: pull.base, head_sha: pull.head };
    return { ...example, merge_group: group };
  }
  return {
    ...webhookExample("pull_request", "synchronize"),
    number: pull.number,
    pull_request: pullAnswer(pull),
  };
}

function leftBehind({ summary, outputs: file, sarif }: LaidOut): Omit<JobRun, keyof Started> {
  const outputs = outputsIn(readFileSync(file, "utf8"));
  const report = outputs["report-file"] ?? "";
  return {
    summary: readFileSync(summary, "utf8"),
    outputs,
    sarif: readIfThere(sarif),
    report: report === "" ? null : readFileSync(report, "utf8"),
  };
}

function readIfThere(file: string): JobRun["sarif"] {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** `name<<end`, the value, `end`: as the runner reads it. */
function outputsIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", , value = ""] of text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)) {
    found[name] = value;
  }
  return found;
}
