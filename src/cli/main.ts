/**
 * The program: reads the command line, runs one command, prints its result, and
 * turns a failure into one line and an exit status.
 */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { loadPacks, openResultCache, readCheckPages, readHighlights } from "../adapters/index.ts";
import { Failure, InputError } from "../base/index.ts";
import { asciiText, safeText } from "../reports/index.ts";
import type { CommandResult, Surroundings } from "./command.ts";
import { fitHelp } from "./fit-help.ts";
import { helpText } from "./help.ts";
import { type Command, type Options, parseCommandLine } from "./options.ts";
import { terminalBar } from "./progress-bar.ts";
import { stackInSources } from "./stack.ts";
import { showsUnicode, styleFor } from "./terminal.ts";
import { tuneForRepeatedWork } from "./tuning.ts";

const PACKS = new URL("packs.json", import.meta.url);

const surroundings: Surroundings = {
  env: process.env,
  version: versionOf(),
  packs: (folders) => loadPacks(PACKS, folders),
  cache: (rules) =>
    openResultCache({
      env: process.env,
      version: surroundings.version,
      program: new URL("./", import.meta.url),
      rules,
    }),
  auditWorker: new URL("audit-worker.cjs", import.meta.url),
  pages: () => readCheckPages(new URL("pages.json", import.meta.url)),
  highlights: () => readHighlights(new URL("highlights.scm", import.meta.url)),
  style: (options) => styleFor(options, process.env, process.stdout),
  progress: ({ quiet }) => terminalBar(quiet, { isOnePiece: true }),
};

async function main(argv: readonly string[]): Promise<number> {
  const invocation = parseCommandLine(argv);
  if (invocation.kind === "version") return print(`lockspan ${surroundings.version}\n`);
  if (invocation.kind === "help") {
    const { stdout } = process;
    return print(fitHelp(helpText(invocation.command), stdout.isTTY ? stdout.columns : null));
  }
  const { command, options } = invocation;
  if (command === "action") return runAction(options);
  if (command === "lsp") return runLanguageServer(options);
  if (command === "watch") {
    const { runWatch } = await import("./commands/watch.ts");
    const { stdin: input, stdout: output } = process;
    return runWatch(options, surroundings, { input, output, now: () => new Date() });
  }
  const result = await run(command, options);
  const { status } = result;
  const text = isForReading(command, options) ? asShown(result.text, options) : result.text;
  if (options.output === null) await print(text);
  else await writeReport(options.output, text);
  return status;
}

/** The other formats are for programs, and what these commands print is a script or a file to edit. */
function isForReading(command: Command, { format }: Options): boolean {
  return format === "text" && command !== "infer" && command !== "completion";
}

function asShown(text: string, options: Options): string {
  return surroundings.style(options).unicode ? text : asciiText(text);
}

/** It speaks to the runner line by line, as GitHub wants it. */
async function runAction({ paths }: Options): Promise<number> {
  if (paths.length > 0) {
    throw new InputError("lockspan action takes no arguments", {
      hint: "GitHub's runner says in the environment what to review; at the command line, use lockspan review.",
    });
  }
  const { startAction } = await import("../action/index.ts");
  return startAction({
    env: process.env,
    version: surroundings.version,
    shipped: new URL("./", import.meta.url),
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
  });
}

/** It speaks to the editor until that one ends it. */
async function runLanguageServer({ paths, profile, rules, tree }: Options): Promise<0> {
  if (paths.length > 0) {
    throw new InputError("lockspan lsp takes no files", {
      hint: "The editor says what is open; at the command line, use lockspan audit.",
    });
  }
  if (process.stdin.isTTY) {
    throw new InputError("lockspan lsp is started by an editor, which speaks to it on its standard input", {
      hint: "At the command line, use lockspan audit; lockspan lsp --help says more.",
    });
  }
  const { version, packs } = surroundings;
  await packs(rules);
  const { serveEditor } = await import("../editor/index.ts");
  tuneForRepeatedWork();
  serveEditor({ version, packs, profile, rules, tree, input: process.stdin, output: process.stdout });
  return 0;
}

async function run(
  command: Exclude<Command, "action" | "lsp" | "watch">,
  options: Options,
): Promise<CommandResult> {
  switch (command) {
    case "review":
      return (await import("./commands/review.ts")).runReview(options, surroundings);
    case "audit":
      return (await import("./commands/audit.ts")).runAudit(options, surroundings);
    case "model":
      return (await import("./commands/model.ts")).runModel(options, surroundings);
    case "backtest": {
      const beside = { packs: PACKS, worker: new URL("history-worker.cjs", import.meta.url) };
      return (await import("./commands/backtest.ts")).runBacktestCommand(options, surroundings, beside);
    }
    case "series": {
      const { runSeries } = await import("./commands/series.ts");
      const format = options.format === "json" ? "json" : "text";
      return { text: await runSeries({ inputs: options.paths, format }), status: 0 };
    }
    case "rules":
      return (await import("./commands/rules.ts")).runRules(options, surroundings);
    case "explain":
      return (await import("./commands/explain.ts")).runExplain(options, surroundings);
    case "infer":
      return (await import("./commands/infer.ts")).runInfer(options, surroundings);
    case "completion":
      return (await import("./commands/completion.ts")).runCompletion(options);
    case "man":
      return { text: (await import("./manual.ts")).manualPage(surroundings.version), status: 0 };
    case "bot":
      return (await import("./commands/bot.ts")).runBotCommand(options, surroundings);
  }
}

/**
 * Resolves when the text is out: a pipe may take it in pieces. A reader that stops early (`| head`)
 * has what it wants.
 *
 * @throws {InputError} when it cannot be written, such as to a full disk
 */
async function print(text: string): Promise<0> {
  await new Promise<void>((done, fail) => {
    process.stdout.write(text, (cause) => {
      if (!cause || codeOf(cause) === "EPIPE") done();
      else fail(unwritable("standard output", cause));
    });
  });
  return 0;
}

async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) =>
    Promise.reject(unwritable(`--output ${file}`, cause)),
  );
}

function unwritable(where: string, cause: unknown): InputError {
  const code = codeOf(cause);
  return new InputError(`${where}: cannot be written (${code})`, { hint: HINTS[code] ?? OTHERWISE, cause });
}

const OTHERWISE = "Write the report elsewhere.";
const HINTS: Readonly<Record<string, string>> = {
  ENOENT: "Name a file in a folder that exists.",
  ENOTDIR: "Name a file in a folder that exists.",
  EISDIR: "It is a folder: name a file in it.",
  ENOSPC: "The disk is full: make room or write the report elsewhere.",
};

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
}

function versionOf(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

/** One line: what is wrong, where, what to do. */
function failureLine(error: unknown): { line: string; status: number } {
  if (error instanceof Failure && error.status !== 70) {
    return {
      line: [error.message, error.hint ?? ""]
        .filter((part) => part !== "")
        .join(". ")
        .replace(/\n+/g, " "),
      status: error.status,
    };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what = stackInSources(stack, new URL("program.cjs.map", import.meta.url));
  const where = process.env["LOCKSPAN_DEBUG"]
    ? what
    : what.split("\n").slice(0, 2).join(" ").replace(/\s+/g, " ");
  return {
    line: `a defect of lockspan: ${where}. Please report it with the patch that shows it`,
    status: 70,
  };
}

// A failed write is answered where the text is printed; the event would end the program without a word.
process.stdout.on("error", () => {});

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const { line, status } = failureLine(error);
    const { env, stderr } = process;
    stderr.write(`lockspan: ${safeText(line, showsUnicode(env, stderr.isTTY))}\n`);
    process.exitCode = status;
  },
);
