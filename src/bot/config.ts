/**
 * The bot's configuration: a YAML file, some of it from the environment, the rest
 * defaults. Every value knows where it came from, and every wrong word is named.
 *
 * In:  the parsed file and the environment. Out: settings, and where things are.
 */
import { InputError, suggestWord } from "../base/index.ts";
import { parseMailbox } from "../reports/index.ts";
import { MODES, type Mode } from "../review/index.ts";
import { PROFILES } from "../rules/index.ts";
import type { BotSettings } from "./settings.ts";
import { parseSources, type SourceSetting } from "./source-settings.ts";

export interface BotConfig {
  readonly settings: BotSettings;
  /** The folder of the embedded store, of mirrors and of the dry run's mails. */
  readonly state: string;
  /** Null: the embedded store. */
  readonly databaseUrl: string | null;
  readonly tree: string;
  readonly sources: readonly SourceSetting[];
  readonly smtp: SmtpSetting | null;
  /** Of the page with health, status and metrics, on loopback; null without. */
  readonly healthPort: number | null;
  readonly pollSeconds: number;
  /** Every value with its origin, for `--print-config`; secrets are not shown. */
  readonly shown: readonly ShownValue[];
}

export interface SmtpSetting {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly allowSelfSigned: boolean;
}

export interface ShownValue {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

type Kind = "text" | "address" | "count" | "port" | "switch" | "mode" | "profile";

interface Key {
  readonly kind: Kind;
  /** Undefined: it has to be given. */
  readonly fallback?: string | number | boolean | null;
  readonly env?: string;
  readonly isSecret?: boolean;
}

const KEYS = {
  mode: { kind: "mode", fallback: "dry-run" },
  state: { kind: "text", fallback: "./lockspan-state" },
  databaseUrl: { kind: "text", fallback: null, env: "DATABASE_URL", isSecret: true },
  tree: { kind: "text" },
  from: { kind: "address" },
  human: { kind: "address" },
  domain: { kind: "text", fallback: null },
  moderator: { kind: "address", fallback: null },
  profile: { kind: "profile", fallback: "approach-b" },
  stopFile: { kind: "text", fallback: null },
  healthPort: { kind: "port", fallback: null },
  pollSeconds: { kind: "count", fallback: 60 },
  "list.address": { kind: "address" },
  "list.id": { kind: "text" },
  "list.link": { kind: "text", fallback: null },
  "times.settleMinutes": { kind: "count", fallback: 20 },
  "times.embargoMinutes": { kind: "count", fallback: 120 },
  "times.incompleteMinutes": { kind: "count", fallback: 1440 },
  "caps.commentsPerMail": { kind: "count", fallback: 5 },
  "caps.mailsPerAuthorDay": { kind: "count", fallback: 5 },
  "caps.mailsPerListDay": { kind: "count", fallback: 20 },
  "smtp.host": { kind: "text", fallback: null },
  "smtp.port": { kind: "port", fallback: 25 },
  "smtp.secure": { kind: "switch", fallback: false },
  "smtp.user": { kind: "text", fallback: null },
  "smtp.password": { kind: "text", fallback: null, env: "LOCKSPAN_SMTP_PASSWORD", isSecret: true },
  "smtp.allowSelfSigned": { kind: "switch", fallback: false },
} as const satisfies Readonly<Record<string, Key>>;

type KeyName = keyof typeof KEYS;

/** Folders of values that are read on their own. */
const OTHER_KEYS = ["sources", "sections"];

export interface ConfigInput {
  /** For messages. */
  readonly file: string;
  readonly document: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line, by key. */
  readonly given: Readonly<Partial<Record<KeyName, string>>>;
}

/** @throws {InputError} for a word that is not known, a value that is wrong, or one that is missing */
export function readConfig(input: ConfigInput): BotConfig {
  const flat = flatten(input);
  const shown: ShownValue[] = [];
  const read = (name: KeyName): string | number | boolean | null => {
    const { value, origin } = originOf(name, flat, input);
    const key: Key = KEYS[name];
    const checked = check(input.file, name, { kind: key.kind, value, origin });
    const isHidden = key.isSecret === true && checked !== null;
    shown.push({ key: name, value: isHidden ? "(not shown)" : JSON.stringify(checked), origin });
    return checked;
  };
  const text = (name: KeyName) => String(read(name));
  const optional = (name: KeyName) => {
    const value = read(name);
    return value === null ? null : String(value);
  };
  const count = (name: KeyName) => Number(read(name));
  const state = text("state");
  const from = text("from");
  const config: Omit<BotConfig, "shown"> = {
    state,
    databaseUrl: optional("databaseUrl"),
    tree: text("tree"),
    sources: parseSources(input.file, flat.sources, input.env),
    smtp: smtpOf({ read, optional, count }),
    healthPort: optionalNumber(read("healthPort")),
    pollSeconds: count("pollSeconds"),
    settings: {
      mode: text("mode") as Mode,
      list: { address: text("list.address"), id: text("list.id"), link: optional("list.link") },
      from,
      human: text("human"),
      domain: optional("domain") ?? parseMailbox(from)?.address.split("@")[1] ?? "localhost",
      moderator: optional("moderator"),
      profile: profileOf(text("profile")),
      times: {
        settleMinutes: count("times.settleMinutes"),
        embargoMinutes: count("times.embargoMinutes"),
        incompleteMinutes: count("times.incompleteMinutes"),
      },
      caps: {
        commentsPerMail: count("caps.commentsPerMail"),
        mailsPerAuthorDay: count("caps.mailsPerAuthorDay"),
        mailsPerListDay: count("caps.mailsPerListDay"),
      },
      stopFile: optional("stopFile") ?? `${state}/stop`,
      sections: sectionsIn(input.file, flat.sections),
    },
  };
  refuseNonsense(input.file, config);
  const sources = config.sources.map(({ name, kind }) => ({
    key: "source",
    value: `${name}, ${kind}`,
    origin: input.file,
  }));
  return { ...config, shown: [...shown.map((each) => derived(each, config)), ...sources] };
}

/** What follows from other values is shown as it is used. */
function derived(shown: ShownValue, { settings }: Pick<BotConfig, "settings">): ShownValue {
  if (shown.origin !== "default") return shown;
  switch (shown.key) {
    case "domain":
      return { ...shown, value: JSON.stringify(settings.domain), origin: "from" };
    case "stopFile":
      return { ...shown, value: JSON.stringify(settings.stopFile), origin: "state" };
    default:
      return shown;
  }
}

interface Flat {
  readonly values: ReadonlyMap<string, unknown>;
  readonly sources: unknown;
  readonly sections: unknown;
}

function flatten({ file, document }: ConfigInput): Flat {
  if (!isRecord(document)) {
    throw new InputError(`${file}: is not a list of keys and values`, {
      hint: "See docs/bot.md for an example.",
    });
  }
  const values = new Map<string, unknown>();
  const known = [...Object.keys(KEYS), ...OTHER_KEYS];
  for (const [name, value] of Object.entries(document)) {
    if (OTHER_KEYS.includes(name)) continue;
    const isGroup = known.some((key) => key.startsWith(`${name}.`));
    const entries = isGroup && isRecord(value) ? Object.entries(value) : [["", value] as const];
    for (const [inner, each] of entries) {
      const key = inner === "" ? name : `${name}.${inner}`;
      if (!Object.hasOwn(KEYS, key)) {
        throw new InputError(`${file}: there is no key ${key}`, {
          hint: suggestWord(key, known) || "See docs/bot.md.",
        });
      }
      values.set(key, each);
    }
  }
  return { values, sources: document["sources"], sections: document["sections"] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Origin {
  readonly value: unknown;
  readonly origin: string;
}

/** The command line overrides the environment, which overrides the file. */
function originOf(name: KeyName, { values }: Flat, { file, env, given }: ConfigInput): Origin {
  const key: Key = KEYS[name];
  if (given[name] !== undefined) return { value: given[name], origin: "the command line" };
  const fromEnv = key.env === undefined ? undefined : env[key.env];
  if (fromEnv !== undefined && fromEnv !== "")
    return { value: fromEnv, origin: `the environment (${key.env})` };
  if (values.has(name)) return { value: values.get(name), origin: file };
  if (key.fallback !== undefined) return { value: key.fallback, origin: "default" };
  throw new InputError(`${file}: ${name} is missing`, { hint: "See docs/bot.md for what it means." });
}

interface Checked extends Origin {
  readonly kind: Kind;
}

function check(
  file: string,
  name: string,
  { kind, value, origin }: Checked,
): string | number | boolean | null {
  if (value === null || (origin !== "default" && value === "")) return null;
  const wrong = (what: string) =>
    new InputError(
      `${origin === "default" ? file : origin}: ${name} ${JSON.stringify(value)} is no ${what}`,
      {
        hint: "See docs/bot.md.",
      },
    );
  switch (kind) {
    case "text":
      if (typeof value !== "string") throw wrong("text");
      return value;
    case "address":
      if (typeof value !== "string" || parseMailbox(value) === null) throw wrong("mail address");
      return value;
    case "count":
      if (!Number.isInteger(Number(value)) || Number(value) < 0) throw wrong("whole number");
      return Number(value);
    case "port":
      if (!Number.isInteger(Number(value)) || Number(value) < 1 || Number(value) > 65535) throw wrong("port");
      return Number(value);
    case "switch":
      if (typeof value !== "boolean") throw wrong("true or false");
      return value;
    case "mode":
      if (!MODES.some((mode) => mode === value)) throw wrong(`mode (${MODES.join(", ")})`);
      return String(value);
    case "profile":
      if (!PROFILES.some((profile) => profile === value)) throw wrong(`profile (${PROFILES.join(", ")})`);
      return String(value);
  }
}

interface Readers {
  readonly read: (name: KeyName) => string | number | boolean | null;
  readonly optional: (name: KeyName) => string | null;
  readonly count: (name: KeyName) => number;
}

function smtpOf({ read, optional, count }: Readers): SmtpSetting | null {
  const host = optional("smtp.host");
  const setting = {
    port: count("smtp.port"),
    secure: read("smtp.secure") === true,
    user: optional("smtp.user"),
    password: optional("smtp.password"),
    allowSelfSigned: read("smtp.allowSelfSigned") === true,
  };
  return host === null ? null : { host, ...setting };
}

function profileOf(text: string): BotSettings["profile"] {
  return PROFILES.find((each) => each === text) ?? "approach-b";
}

function optionalNumber(value: string | number | boolean | null): number | null {
  return value === null ? null : Number(value);
}

function sectionsIn(file: string, value: unknown): ReadonlyMap<string, Mode | "off"> | null {
  if (value === undefined || value === null) return null;
  if (!isRecord(value))
    throw new InputError(`${file}: sections has to name sections and their mode`, {
      hint: "See docs/bot.md.",
    });
  const modes: readonly string[] = [...MODES, "off"];
  return new Map(
    Object.entries(value).map(([name, mode]) => {
      const found = [...MODES, "off" as const].find((each) => each === (mode === false ? "off" : mode));
      if (found === undefined)
        throw new InputError(`${file}: sections: ${name}: must be one of ${modes.join(", ")}`);
      return [name, found];
    }),
  );
}

/** Values that are right alone and wrong together. */
function refuseNonsense(file: string, { settings, smtp }: Omit<BotConfig, "shown">): void {
  if (settings.mode !== "dry-run" && smtp === null)
    throw new InputError(`${file}: mode ${settings.mode} needs a mail server`, { hint: "Set smtp.host." });
  const isModerated = [settings.mode, ...(settings.sections?.values() ?? [])].includes("moderate");
  if (isModerated && settings.moderator === null)
    throw new InputError(`${file}: mode moderate needs a moderator`, {
      hint: "Set moderator to an address.",
    });
}
