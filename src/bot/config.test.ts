/** A configuration that is wrong is told in one line: where, what, and what to do. */
import { describe, expect, test } from "vitest";
import { InputError } from "../base/index.ts";
import { readConfig } from "./config.ts";

const GOOD = {
  tree: "/srv/xen.git",
  from: "lockspan <bot@example.org>",
  human: "Olga Operator <olga@example.org>",
  list: { address: "list@example.org", id: "list.example.org" },
};
const IMAP = {
  kind: "imap",
  name: "box",
  host: "mail.example.org",
  user: "bot",
  passwordFrom: "IMAP_PASSWORD",
};

const read = (document: unknown, env: Readonly<Record<string, string>> = {}, given = {}) =>
  readConfig({ file: "bot.yaml", document, env, given });

function failureOf(document: unknown, env: Readonly<Record<string, string>> = {}): InputError {
  try {
    read(document, env);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

// biome-ignore format: a table is read by its columns
test.each<[string, unknown, string]>([
  ["no keys at all",            "tree",                                         "bot.yaml: is not a list of keys and values"],
["a key that was left out",   { from: GOOD.from },                            "bot.yaml: tree is missing"],
  ["a key that is misspelt",    { ...GOOD, treee: "x" },                        "bot.yaml: there is no key treee"],
  ["one misspelt in a group",   { ...GOOD, times: { settleMinute: 1 } },        "bot.yaml: there is no key times.settleMinute"],
  ["a mode that is none",       { ...GOOD, mode: "loud" },                      'bot.yaml: mode "loud" is no mode (dry-run, moderate, send)'],
  ["a profile that is none",    { ...GOOD, profile: "c" },                      'bot.yaml: profile "c" is no profile (list, approach-a, approach-b)'],
  ["an address that is none",   { ...GOOD, from: "bot" },                       'bot.yaml: from "bot" is no mail address'],
  ["a number that is negative", { ...GOOD, caps: { mailsPerListDay: -1 } },     "bot.yaml: caps.mailsPerListDay -1 is no whole number"],
  ["a port that is none",       { ...GOOD, healthPort: 70000 },                 "bot.yaml: healthPort 70000 is no port"],
  ["a switch that is a word",   { ...GOOD, smtp: { secure: "yes" } },           'bot.yaml: smtp.secure "yes" is no true or false'],
  ["sending without a server",  { ...GOOD, mode: "send" },                      "bot.yaml: mode send needs a mail server"],
  ["nobody to moderate",        { ...GOOD, mode: "moderate", smtp: { host: "h" } }, "bot.yaml: mode moderate needs a moderator"],
  ["nobody for one section",    { ...GOOD, mode: "send", smtp: { host: "h" }, sections: { A: "moderate" } }, "bot.yaml: mode moderate needs a moderator"],
  ["sections that are a list",  { ...GOOD, sections: ["A"] },                   "bot.yaml: sections has to name sections and their mode"],
  ["a section's mode",          { ...GOOD, sections: { A: "on" } },             "bot.yaml: sections: A: must be one of dry-run, moderate, send, off"],
  ["sources that are no list",  { ...GOOD, sources: { kind: "mbox" } },         "bot.yaml: sources has to be a list"],
  ["a source of no kind",       { ...GOOD, sources: [{ kind: "pop3" }] },       "bot.yaml: source 1: kind must be one of public-inbox, maildir, mbox, imap"],
  ["a source without a place",  { ...GOOD, sources: [{ kind: "mbox", name: "m" }] }, "bot.yaml: source 1: place is missing"],
  ["a word of another source",  { ...GOOD, sources: [{ kind: "mbox", name: "m", place: "p", host: "h" }] }, "bot.yaml: source 1: a source of kind mbox has no host"],
  ["two sources of one name",   { ...GOOD, sources: [1, 2].map(() => ({ kind: "mbox", name: "m", place: "p" })) }, "bot.yaml: two sources are named m"],
  ["a password that is not set", { ...GOOD, sources: [IMAP] },                  "bot.yaml: source 1: the environment has no IMAP_PASSWORD"],
])("%s", (_, document, message) => {
  const failure = failureOf(document);
  expect(failure.message).toBe(message);
  expect(failure.message).not.toContain("\n");
});

describe("what --print-config prints", () => {
  const shownIn = (...args: Parameters<typeof read>) =>
    new Map(read(...args).shown.map(({ key, value, origin }) => [key, `${value} # ${origin}`]));

  test("says where each value came from", () => {
    const shown = shownIn(
      { ...GOOD, state: "/var/lib/x", sources: [IMAP] },
      { IMAP_PASSWORD: "secret" },
      { mode: "dry-run" },
    );
    expect(shown.get("mode")).toBe('"dry-run" # the command line');
    expect(shown.get("tree")).toBe('"/srv/xen.git" # bot.yaml');
    expect(shown.get("pollSeconds")).toBe("60 # default");
    expect(shown.get("domain")).toBe('"example.org" # from');
    expect(shown.get("stopFile")).toBe('"/var/lib/x/stop" # state');
    expect(shown.get("source")).toBe("box, imap # bot.yaml");
  });

  test("shows no secret, whoever gave it", () => {
    const env = {
      DATABASE_URL: "postgres://u:hidden@h/d",
      LOCKSPAN_SMTP_PASSWORD: "hidden",
      IMAP_PASSWORD: "hidden",
    };
    const shown = shownIn({ ...GOOD, sources: [IMAP], smtp: { user: "u" } }, env);
    expect(shown.get("databaseUrl")).toBe("(not shown) # the environment (DATABASE_URL)");
    expect(shown.get("smtp.password")).toBe("(not shown) # the environment (LOCKSPAN_SMTP_PASSWORD)");
    expect(JSON.stringify([...shown])).not.toContain("hidden");
  });
});
