/** The places that mails come from, as the configuration names them. */
import { InputError, suggestWord } from "../base/index.ts";

export type SourceSetting =
  | { readonly kind: "public-inbox"; readonly name: string; readonly place: string }
  | {
      readonly kind: "maildir" | "mbox";
      readonly name: string;
      readonly place: string;
      readonly isList: boolean;
    }
  | {
      readonly kind: "imap";
      readonly name: string;
      readonly host: string;
      readonly port: number;
      readonly secure: boolean;
      readonly user: string;
      readonly password: string;
      readonly mailbox: string;
      readonly isList: boolean;
      readonly allowSelfSigned: boolean;
      readonly patienceSeconds: number;
    };

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "public-inbox": ["kind", "name", "place"],
  maildir: ["kind", "name", "place", "isList"],
  mbox: ["kind", "name", "place", "isList"],
  imap: [
    "kind",
    "name",
    "host",
    "port",
    "secure",
    "user",
    "passwordFrom",
    "mailbox",
    "isList",
    "allowSelfSigned",
    "patienceSeconds",
  ],
};

type Env = Readonly<Record<string, string | undefined>>;

/** @throws {InputError} for a source that is not well described, or two of one name */
export function parseSources(file: string, value: unknown, env: Env): readonly SourceSetting[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new InputError(`${file}: sources has to be a list`, { hint: "See docs/bot.md." });
  const sources = value.map((each: unknown, index) => parseSource(file, index + 1, each, env));
  const twice = sources.find((one, at) => sources.findIndex(({ name }) => name === one.name) < at);
  if (twice !== undefined)
    throw new InputError(`${file}: two sources are named ${twice.name}`, {
      hint: "Names tell what was read.",
    });
  return sources;
}

function parseSource(file: string, number: number, value: unknown, env: Env): SourceSetting {
  const where = `${file}: source ${number}`;
  if (typeof value !== "object" || value === null)
    throw new InputError(`${where}: is no list of keys and values`);
  const fields = new Map(Object.entries(value));
  const kind = String(fields.get("kind") ?? "");
  const known = FIELDS[kind];
  if (known === undefined) {
    const kinds = Object.keys(FIELDS);
    throw new InputError(`${where}: kind must be one of ${kinds.join(", ")}`, {
      hint: suggestWord(kind, kinds),
    });
  }
  for (const name of fields.keys()) {
    if (!known.includes(name))
      throw new InputError(`${where}: a source of kind ${kind} has no ${name}`, {
        hint: suggestWord(name, known),
      });
  }
  const text = (name: string, fallback?: string): string => {
    const found = fields.get(name) ?? fallback;
    if (typeof found !== "string" || found === "") throw new InputError(`${where}: ${name} is missing`);
    return found;
  };
  const flag = (name: string, fallback: boolean): boolean => {
    const found = fields.get(name) ?? fallback;
    if (typeof found !== "boolean") throw new InputError(`${where}: ${name} must be true or false`);
    return found;
  };
  const number1 = (name: string, fallback: number): number => {
    const found = Number(fields.get(name) ?? fallback);
    if (!Number.isInteger(found) || found < 1)
      throw new InputError(`${where}: ${name} must be a whole number`);
    return found;
  };
  switch (kind) {
    case "public-inbox":
      return { kind, name: text("name"), place: text("place") };
    case "maildir":
    case "mbox":
      return { kind, name: text("name"), place: text("place"), isList: flag("isList", false) };
    default:
      return {
        kind: "imap",
        name: text("name"),
        host: text("host"),
        port: number1("port", flag("secure", true) ? 993 : 143),
        secure: flag("secure", true),
        user: text("user"),
        password: passwordOf(where, text("passwordFrom"), env),
        mailbox: text("mailbox", "INBOX"),
        isList: flag("isList", false),
        allowSelfSigned: flag("allowSelfSigned", false),
        patienceSeconds: number1("patienceSeconds", 60),
      };
  }
}

/** Passwords stand in the environment, not in a file that is shown to people. */
function passwordOf(where: string, variable: string, env: Env): string {
  const value = env[variable];
  if (value !== undefined && value !== "") return value;
  throw new InputError(`${where}: the environment has no ${variable}`, {
    hint: "It holds the mailbox's password.",
  });
}
