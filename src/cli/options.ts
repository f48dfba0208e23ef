/**
 * The command line, checked: every wrong word gets one line that says which one
 * and what would be right.
 */
import { parseArgs } from "node:util";
import { InputError, nearestWord, suggestWord } from "../base/index.ts";
import { CHECK_IDS, SCOPES, type Scope, type Severity } from "../findings/index.ts";
import { PROFILES, type Profile } from "../rules/index.ts";
import { wrongOption } from "./wrong-option.ts";

const FORMATS = ["text", "json", "sarif", "mail", "html"] as const;
export type Format = (typeof FORMATS)[number];

export const COMMANDS = [
  "review",
  "audit",
  "model",
  "backtest",
  "series",
  "rules",
  "explain",
  "infer",
  "watch",
  "lsp",
  "bot",
  "completion",
  "man",
  "action",
] as const;
export type Command = (typeof COMMANDS)[number];

const FAIL_ON = ["error", "warning", "note", "never"] as const satisfies readonly (Severity | "never")[];

export const BOT_ACTIONS = [
  "once",
  "run",
  "worker",
  "replay",
  "explain",
  "status",
  "release",
  "drop",
  "retract",
] as const;

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export interface Options {
  readonly paths: readonly string[];
  readonly profile: Profile;
  readonly rules: readonly string[];
  readonly format: Format | "markdown";
  readonly output: string | null;
  readonly quiet: boolean;
  readonly color: boolean | null;
  readonly tree: string | null;
  readonly base: string | null;
  /** Other patches on their way, as the reviewed ones are named. */
  readonly with: readonly string[];
  readonly scope: Scope;
  readonly failOn: Severity | "never";
  /** Where a stretch of a history or of mails starts and ends: a revision, or a date for the bot. */
  readonly since: string | null;
  readonly until: string | null;
  /** Of a backtest alone, as are the next two. */
  readonly repo: string | null;
  readonly pathsOnly: readonly string[];
  readonly jobs: number | null;
  /** Of the bot alone, as are the next two. */
  readonly config: string | null;
  readonly mode: string | null;
  readonly printConfig: boolean;
}

export type Invocation =
  | { readonly kind: "help"; readonly command: Command | null }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly command: Command; readonly options: Options };

const OPTIONS = {
  profile: { type: "string" },
  rules: { type: "string", multiple: true },
  format: { type: "string" },
  output: { type: "string", short: "o" },
  quiet: { type: "boolean", short: "q" },
  "no-color": { type: "boolean" },
  tree: { type: "string" },
  base: { type: "string" },
  with: { type: "string", multiple: true },
  scope: { type: "string" },
  "fail-on": { type: "string" },
  repo: { type: "string" },
  paths: { type: "string", multiple: true },
  jobs: { type: "string", short: "j" },
  config: { type: "string" },
  mode: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  "print-config": { type: "boolean" },
  stdio: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

const ANALYSING = ["profile", "rules", "format", "output", "quiet", "no-color", "tree", "fail-on"];
const ACCEPTED: Readonly<Record<Command, readonly string[]>> = {
  review: [...ANALYSING, "base", "with", "scope"],
  audit: ANALYSING,
  model: ANALYSING.filter((name) => name !== "fail-on"),
  backtest: [...ANALYSING.filter((name) => name !== "tree"), ...["repo", "since", "until", "paths", "jobs"]],
  series: ["format", "output", "quiet", "no-color"],
  rules: ["rules", "tree", "output", "quiet", "no-color"],
  explain: ["rules", "output", "no-color"],
  infer: ["rules", "tree", "output"],
  watch: ["profile", "rules", "tree", "no-color"],
  lsp: ["profile", "rules", "tree", "stdio"],
  bot: ["config", "mode", "since", "until", "print-config", "tree", "rules", "output", "quiet"],
  completion: ["output"],
  man: ["output"],
  action: [],
};

/** What can be typed behind a command, for the shells' completion. */
export interface Completion {
  readonly command: Command;
  /** With their dashes. */
  readonly options: readonly string[];
  /** Options that take a value, with the words that it can be; of none it is a file or anybody's guess. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** First words of the command's own. */
  readonly words: readonly string[];
}

const WORDS: Readonly<Partial<Record<Command, readonly string[]>>> = {
  rules: ["check"],
  explain: CHECK_IDS,
  bot: BOT_ACTIONS,
  completion: SHELLS,
};

export function completions(): Completion[] {
  return COMMANDS.map((command) => {
    const known: Readonly<Record<string, readonly string[]>> = {
      profile: PROFILES,
      scope: SCOPES,
      "fail-on": FAIL_ON,
      format: SUPPORTED_FORMATS[command],
    };
    const options = [...ACCEPTED[command], "help"].map((name) => `--${name}`);
    const values = Object.entries(OPTIONS)
      .filter(([name, { type }]) => type === "string" && options.includes(`--${name}`))
      .map(([name]) => [`--${name}`, known[name] ?? []] as const);
    return { command, options, values: new Map(values), words: WORDS[command] ?? [] };
  });
}

/** @throws {InputError} for a word or value that is not known, or an argument that is missing */
export function parseCommandLine(argv: readonly string[]): Invocation {
  refuseWrongOptions(argv);
  const { values, positionals } = parsed(argv);
  const [word, ...paths] = positionals;
  if (values.version === true) return { kind: "version" };
  const command = word === undefined ? null : commandOf(word);
  if (values.help === true || command === null) return { kind: "help", command };
  refuseEmpty(values, paths);
  const options: Options = {
    paths,
    profile: choice("--profile", values.profile, PROFILES) ?? "approach-b",
    rules: values.rules ?? [],
    format: formatOf(command, values.format),
    output: values.output ?? null,
    quiet: values.quiet ?? false,
    color: values["no-color"] === true ? false : null,
    tree: values.tree ?? null,
    base: values.base ?? null,
    with: values.with ?? [],
    scope: choice("--scope", values.scope, SCOPES) ?? "touched",
    since: values.since ?? null,
    until: values.until ?? null,
    repo: values.repo ?? null,
    pathsOnly: values.paths ?? [],
    jobs: countIn("--jobs", values.jobs),
    config: values.config ?? null,
    mode: values.mode ?? null,
    printConfig: values["print-config"] ?? false,
    failOn: choice("--fail-on", values["fail-on"], FAIL_ON) ?? "warning",
  };
  return { kind: "run", command, options };
}

/** An empty word is a variable of the caller's that was never set. */
function refuseEmpty(values: Readonly<Record<string, unknown>>, paths: readonly string[]): void {
  const option = Object.entries(values).find(([, value]) => [value].flat().includes(""));
  const what = option === undefined ? "a file or folder" : `the value of --${option[0]}`;
  if (option === undefined && !paths.includes("")) return;
  throw new InputError(`${what} is an empty word`, {
    hint: "Check the variable or the quotes it comes from.",
  });
}

/** Who asks for help gets it, whatever else stands there. */
function refuseWrongOptions(argv: readonly string[]): void {
  const { values, positionals, tokens } = parseArgs({
    ...{ args: [...argv], options: OPTIONS, allowPositionals: true },
    ...{ strict: false, tokens: true },
  });
  if (values.help === true || values.version === true) return;
  const command = COMMANDS.find((each) => each === positionals[0]) ?? null;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const isKnown = command === null ? token.name in OPTIONS : ACCEPTED[command].includes(token.name);
    if (!isKnown) throw wrongOption(token.rawName, command, ACCEPTED);
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(message.replace(/\s+/g, " "), { hint: 'See "lockspan --help".', cause });
  }
}

function commandOf(word: string): Command {
  const known = COMMANDS.find((command) => command === word);
  if (known !== undefined) return known;
  throw new InputError(`there is no command "${word}"`, {
    hint: suggestWord(word, COMMANDS) || 'See "lockspan --help".',
  });
}

function choice<T extends string>(option: string, value: string | undefined, known: readonly T[]): T | null {
  if (value === undefined) return null;
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  const nearest = nearestWord(value, known);
  throw new InputError(
    `${option} ${value}: must be one of ${known.join(", ")}`,
    nearest === null ? {} : { hint: `Did you mean "${nearest}"?` },
  );
}

function countIn(option: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new InputError(`${option} ${value}: must be a number from 1 to 999`, {
    hint: "Without it all processors are used.",
  });
}

function formatOf(command: Command, value: string | undefined): Options["format"] {
  const supported = SUPPORTED_FORMATS[command];
  const isKnown = ALL_FORMATS.some((format) => format === value);
  const format = choice("--format", value, isKnown ? ALL_FORMATS : supported) ?? "text";
  if (supported.includes(format)) return format;
  throw new InputError(`lockspan ${command} cannot print ${format} yet`, {
    hint: `It prints ${supported.join(", ")}.`,
  });
}

const ALL_FORMATS = [...FORMATS, "markdown"] as const;

const SUPPORTED_FORMATS: Readonly<Record<Command, readonly (Format | "markdown")[]>> = {
  review: ["text", "json", "sarif", "html", "mail"],
  audit: ["text", "json", "sarif", "html"],
  model: ["text", "json", "markdown", "html"],
  backtest: ["text", "json", "html"],
  series: ["text", "json"],
  rules: ["text"],
  explain: ["text"],
  infer: ["text"],
  watch: ["text"],
  lsp: ["text"],
  bot: ["text"],
  completion: ["text"],
  man: ["text"],
  action: ["text"],
};
