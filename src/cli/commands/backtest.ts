/** `lockspan backtest --repo DIR`. */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { openRepository } from "../../adapters/index.ts";
import { InputError } from "../../base/index.ts";
import { countsForExit, type Severity } from "../../findings/index.ts";
import { openReviewPool, runBacktest } from "../../history/index.ts";
import { renderHistoryJson, renderHistoryPage, renderHistoryText } from "../../reports/index.ts";
import type { History } from "../../review/index.ts";
import { packsText } from "../../rules/index.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { terminalBar } from "../progress-bar.ts";
import { tuneForRepeatedWork } from "../tuning.ts";

/** What lies beside the program. */
export interface BesideProgram {
  readonly packs: URL;
  readonly worker: URL;
}

export async function runBacktestCommand(
  options: Options,
  around: Surroundings,
  beside: BesideProgram,
): Promise<CommandResult> {
  const folder = resolve(options.repo ?? ".");
  const walk = await walkOf(folder, options);
  const packs = await around.packs(options.rules);
  const { profile, rules } = options;
  const setting = {
    repository: folder,
    packs: beside.packs.href,
    rules: rules.map((one) => resolve(one)),
    profile,
  };
  const cache = await around.cache([packsText(packs), profile]);
  // Threads run under the flags of the process.
  tuneForRepeatedWork();
  const pool = await openReviewPool(beside.worker, {
    threads: options.jobs ?? availableParallelism(),
    setting,
  });
  const bar = terminalBar(options.quiet);
  let isEnding = false;
  const end = () => {
    isEnding = true;
  };
  process.once("SIGTERM", end).once("SIGINT", end);
  try {
    const history = await runBacktest({
      ...{ repository: folder, walk, profile, pool, cache },
      progress: bar.show,
      isEnding: () => isEnding,
    });
    return { text: await printed(history, options, around), status: fails(history, options.failOn) ? 1 : 0 };
  } finally {
    bar.clear();
    process.off("SIGTERM", end).off("SIGINT", end);
    await pool.close();
    cache.close();
  }
}

async function walkOf(folder: string, { since, until, pathsOnly, paths }: Options) {
  const repository = await openRepository(folder);
  const commitOf = async (option: string, revision: string) => {
    const id = await repository.commitOf(revision);
    if (id !== null) return id;
    throw new InputError(`${option} ${revision}: there is no such commit in ${folder}`, {
      hint: "Name a commit, a tag or a branch of the repository.",
    });
  };
  if (paths.length > 0 && pathsOnly.length === 0)
    throw new InputError(`lockspan backtest: ${JSON.stringify(paths[0])} stands behind no option`, {
      hint: "Files and folders go behind --paths, the repository behind --repo.",
    });
  return {
    since: since === null ? null : await commitOf("--since", since),
    until: await commitOf("--until", until ?? "HEAD"),
    paths: [...pathsOnly, ...paths],
  };
}

async function printed(history: History, options: Options, around: Surroundings): Promise<string> {
  switch (options.format) {
    case "json":
      return renderHistoryJson(history);
    case "html":
      return renderHistoryPage({ history, version: around.version });
    default:
      return renderHistoryText(history, around.style(options), options.quiet);
  }
}

/** As in a review: what came in counts, not what was there or went. */
function fails({ commits }: History, failOn: Severity | "never"): boolean {
  if (failOn === "never") return false;
  return commits.some(({ told }) => told.some((finding) => countsForExit(finding, failOn)));
}
