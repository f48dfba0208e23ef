/** `lockspan bot …`: the mailing-list bot, its operator's questions and decisions. */
import { readFile } from "node:fs/promises";
import { InputError, ServiceError, suggestWord } from "../../base/index.ts";
import {
  askRunning,
  type BotConfig,
  helpReplays,
  type LogEntry,
  openBot,
  openStoreOf,
  operate,
  type Question,
  readConfig,
  runBot,
  runOnce,
  runReplay,
  type Stretch,
} from "../../bot/index.ts";
import { packsText } from "../../rules/index.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import { BOT_ACTIONS, type Options } from "../options.ts";
import { terminalBar } from "../progress-bar.ts";
import { tuneForLongRuns, tuneForOneProcessor, tuneForRepeatedWork } from "../tuning.ts";

export async function runBotCommand(options: Options, around: Surroundings): Promise<CommandResult> {
  const [word = "", ...rest] = options.paths;
  const action = BOT_ACTIONS.find((each) => each === word);
  if (action === undefined) {
    throw new InputError(
      word === "" ? "lockspan bot: what shall it do?" : `lockspan bot: there is no "${word}"`,
      {
        hint:
          suggestWord(word, BOT_ACTIONS) || `One of ${BOT_ACTIONS.join(", ")}; see "lockspan bot --help".`,
      },
    );
  }
  const config = await configOf(options, around);
  if (options.printConfig) return { text: configText(config), status: 0 };
  if (options.until !== null && action !== "replay")
    throw new InputError(`lockspan bot ${action} has no end`, { hint: "--until goes with replay." });
  if (action === "once" || action === "run" || action === "worker" || action === "replay") {
    if (action === "once") tuneForLongRuns();
    else tuneForRepeatedWork();
    if (action === "worker") tuneForOneProcessor();
    return { text: await work(action, rest, { options, around, config }), status: 0 };
  }
  return { text: await ask(action, rest, config), status: 0 };
}

async function configOf(options: Options, around: Surroundings): Promise<BotConfig> {
  const file = options.config ?? around.env["LOCKSPAN_BOT_CONFIG"] ?? "lockspan-bot.yaml";
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    throw new InputError(`${file}: the configuration cannot be read (${code})`, {
      hint: "Name it with --config; docs/bot.md has an example.",
      cause,
    });
  });
  const { parse } = await import("yaml");
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new InputError(`${file}: is no YAML: ${why}`, {
      hint: "Mind the blanks at the start of lines.",
      cause,
    });
  }
  const given = {
    ...(options.mode === null ? {} : { mode: options.mode }),
    ...(options.tree === null ? {} : { tree: options.tree }),
  };
  return readConfig({ file, document, env: around.env, given });
}

function configText({ shown }: BotConfig): string {
  const width = Math.max(...shown.map(({ key }) => key.length));
  return shown.map(({ key, value, origin }) => `${key.padEnd(width)}  ${value}  # ${origin}\n`).join("");
}

interface Work {
  readonly options: Options;
  readonly around: Surroundings;
  readonly config: BotConfig;
}

async function work(
  action: "once" | "run" | "worker" | "replay",
  inputs: readonly string[],
  { options, around, config }: Work,
): Promise<string> {
  if (action !== "once" && inputs.length > 0)
    throw new InputError(`lockspan bot ${action} takes no files`, { hint: "Name them with once." });
  let isEnding = false;
  const bar = terminalBar(options.quiet);
  const packs = await around.packs(options.rules);
  const cache = await around.cache([packsText(packs), config.settings.profile]);
  const parts = {
    config: action === "worker" ? { ...config, sources: [] } : config,
    version: around.version,
    packs,
    cache,
    now: () => new Date(),
    since: options.since === null ? null : dateOf("--since", options.since),
    log: options.quiet ? () => {} : (entry: LogEntry) => bar.above(() => writeLog(entry)),
    progress: bar.show,
    checkpoint: async () => {},
    isEnding: () => isEnding,
  };
  const end = () => {
    isEnding = true;
  };
  process.once("SIGTERM", end).once("SIGINT", end);
  if (action === "replay")
    return replay(parts, stretchOf(options, parts.now())).finally(() => {
      bar.clear();
      cache.close();
    });
  const bot = await openBot(parts, inputs);
  try {
    if (action === "once") return await runOnce(bot);
    await runBot(bot, config, { now: parts.now, isEnding: parts.isEnding, help: () => helpReplays(parts) });
    return "";
  } finally {
    bar.clear();
    await bot.close();
    cache.close();
  }
}

async function replay(parts: Parameters<typeof runReplay>[0], stretch: Stretch): Promise<string> {
  if (parts.config.sources.length === 0)
    throw new InputError("lockspan bot replay: the configuration names no sources", {
      hint: "A replay reads what they hold of the stretch.",
    });
  const summary = await runReplay(parts, stretch);
  if (summary !== null) return summary;
  throw new ServiceError("lockspan bot replay: told to end before it was done", {
    hint: "The same command goes on where it was.",
  });
}

/** Until the start of today (UTC): the same command means the same stretch all day. */
function stretchOf({ since, until }: Options, now: Date): Stretch {
  if (since === null)
    throw new InputError("lockspan bot replay: where does it start?", { hint: "Say --since 2026-10-01." });
  const stretch = {
    since: dateOf("--since", since),
    until: until === null ? new Date(now.toISOString().slice(0, 10)) : dateOf("--until", until),
  };
  if (stretch.since < stretch.until) return stretch;
  throw new InputError(`--since ${since} is not before ${until === null ? "today" : `--until ${until}`}`, {
    hint: "A stretch starts before it ends.",
  });
}

/** One JSON object a line, on standard error: standard output is for answers. */
function writeLog(entry: LogEntry): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}

function dateOf(option: string, text: string): Date {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time);
  throw new InputError(`${option} ${text}: is no date`, {
    hint: "Write 2026-11-25 or 2026-11-25T08:00:00Z.",
  });
}

/** A running bot has its embedded store for itself, and answers in its place. */
async function ask(action: Question, ids: readonly string[], config: BotConfig): Promise<string> {
  const answer = config.databaseUrl === null ? await askRunning(config.state, { action, ids }) : null;
  if (answer !== null) return answer;
  const store = await openStoreOf(config);
  try {
    return await operate({ action, ids }, { store, config, now: new Date() });
  } finally {
    await store.close();
  }
}
