/**
 * What the job leaves behind whatever becomes of the comments: the SARIF document, a
 * report, the outputs for later steps, the page of the job and the log.
 */
import { randomUUID } from "node:crypto";
import { appendFile, lstat, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { InputError } from "../base/index.ts";
import {
  annotations,
  command,
  logLines,
  PLAIN_STYLE,
  renderSarif,
  renderText,
  type SummaryFacts,
  verdictOf,
} from "../reports/index.ts";
import type { ActionTools, Job } from "./job.ts";
import type { Judgement } from "./judge.ts";
import { reportText } from "./report-kinds.ts";

export interface Files {
  readonly sarif: string;
  /** Null where none was asked for. */
  readonly report: string | null;
  /** One sentence each without a full stop: what had to be left out. */
  readonly remarks: readonly string[];
}

/** @throws {InputError} for a file outside the job's folders, or that cannot be written */
export async function writeFiles(
  job: Job,
  tools: ActionTools,
  { judgement, facts }: { readonly judgement: Judgement; readonly facts: SummaryFacts },
): Promise<Files> {
  const { text, trimmed } = renderSarif(judgement.review, {
    version: tools.version,
    home: job.home,
    pages: await tools.pages(),
    packedSize: (document) => gzipSync(document).length,
  });
  const sarif = await outputFile(job, "sarif", job.inputs.sarif ?? join(job.temp, "lockspan.sarif"));
  await write("sarif", sarif, text);
  const { report: wanted } = job.inputs;
  const report = wanted === null ? null : await outputFile(job, "report", wanted.file);
  if (report !== null && wanted !== null) {
    const { version, highlights } = tools;
    const matter = { ...judgement, facts, sarif: text, version, highlights };
    await write("report", report, await reportText(wanted.kind, matter));
  }
  return { sarif, report, remarks: trimmed.map((each) => `SARIF: ${each}`) };
}

/**
 * Relative names are below the workspace, where the files of the branch lie too: none of
 * these may be a link that leads elsewhere.
 */
async function outputFile({ workspace, temp }: Job, name: string, file: string): Promise<string> {
  const path = resolve(workspace, file);
  const folder = await realpath(dirname(path)).catch((cause: unknown) => {
    throw new InputError(`the input ${name} is ${JSON.stringify(file)}: there is no such folder`, {
      hint: "Name a file in a folder that exists.",
      cause,
    });
  });
  const target = join(folder, basename(path));
  const homes = [resolve(workspace), resolve(temp)];
  const real = await Promise.all(homes.map((home) => realpath(home).catch(() => home)));
  const isLink = await lstat(target).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  // Elsewhere only the workflow itself can have named it.
  const isWanted = isBelowOne(path, homes) ? isBelowOne(target, real) : isAbsolute(file);
  if (isWanted && !isLink) return target;
  throw new InputError(`the input ${name} is ${JSON.stringify(file)}: it leads out of the workspace`, {
    hint: "Name a file inside it, or one with its whole path.",
  });
}

function isBelowOne(path: string, folders: readonly string[]): boolean {
  const ways = folders.map((folder) => relative(folder, path));
  return ways.some((way) => way !== "" && !isAbsolute(way) && !/^\.\.(?:[\\/]|$)/.test(way));
}

async function write(name: string, file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    throw new InputError(`the input ${name}: ${file} cannot be written (${code})`, {
      hint: "Name a file in a folder that exists.",
      cause,
    });
  });
}

/** The log: the report, folded, and a command for each finding that the runner marks in the change. */
export function writeLog({ log }: ActionTools, judgement: Judgement, facts: SummaryFacts): void {
  const { review, sourceOf, told } = judgement;
  log(command("group", {}, `lockspan: ${verdictOf(facts)}`));
  for (const line of logLines(renderText(review, sourceOf, { ...PLAIN_STYLE, unicode: true }))) log(line);
  log("::endgroup::");
  const { lines, left } = annotations(told);
  for (const line of lines) log(line);
  if (left > 0)
    log(
      command(
        "notice",
        {},
        `lockspan: ${left} more findings, which the runner would not show; they are in the report above`,
      ),
    );
}

export async function writeOutputs(
  { outputs }: Job,
  { told }: Judgement,
  { sarif, report }: Files,
): Promise<void> {
  if (outputs === null) return;
  const count = (severity: string) => String(told.filter((each) => each.severity === severity).length);
  const values: Readonly<Record<string, string>> = {
    findings: String(told.length),
    errors: count("error"),
    warnings: count("warning"),
    notes: count("note"),
    "sarif-file": sarif,
    "report-file": report ?? "",
  };
  const rows = Object.entries(values).map(([name, value]) => {
    // A value cannot end what it does not know.
    const end = `end-${randomUUID()}`;
    return `${name}<<${end}\n${value}\n${end}\n`;
  });
  await appendFile(outputs, rows.join(""));
}

export async function writeStepSummary({ stepSummary }: Job, text: string): Promise<void> {
  if (stepSummary !== null) await appendFile(stepSummary, `${text}\n`);
}
