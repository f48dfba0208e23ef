/**
 * The replies as other people's tools take them: git reads a mail and no patch, a strict reader of
 * RFC 5322 finds nothing wrong, and threads hold together.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../../adapters/index.ts";
import type { Store } from "../../review/index.ts";
import { benchBot } from "./bench-bot.ts";
import { mailOf, PATCH } from "./mails.ts";

const persons = Array.from({ length: 30 }, (_, at) => `"Person, No. ${at}" <person${at}@example.org>`);
const ids = Array.from({ length: 300 }, (_, at) => `<reference-${at}@example.org>`);

/** By the name of the patch's id: what stands in its header. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  "many-persons": { Cc: persons.join(",\n\t") },
  "words-of-elsewhere": {
    From: "=?UTF-8?B?xb3FvcW9IOmVv+Wfjg==?= <zzz@example.org>",
    Subject:
      "[PATCH] =?UTF-8?Q?Z=C3=A4hler_=E2=80=9Cmasters=E2=80=9D?= of the driver are protected by a lock, in every one of the places",
    Cc: '=?ISO-8859-1?Q?J=F6rg?= <joerg@example.org>, "A \\"quoted\\" name" <quoted@example.org>',
  },
  "long-thread": { References: ids.join("\n ") },
  "odd-references": {
    References: `<ä@example.org> <good@example.org> <> <a b@c> <${"x".repeat(2000)}@example.org>`,
  },
  "long-words": { Subject: `[PATCH] ${"x".repeat(3000)}`, Cc: `${"n".repeat(2000)} <name@example.org>` },
};
/** The demonstration's patch with lines that no mail may have. */
const LONG = PATCH.replace(
  /^(\+ {4}spin_(?:un)?lock\(&arm_smmu_devices_lock\);)$/gm,
  `$1 /* ${"é".repeat(1500)} */`,
);

let store: Store;
let folder = "";
const replies = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lockspan-accepted-"));
  store = await openStore({ kind: "memory" });
  const bot = await benchBot(store, { config: { times: { settleMinutes: 0, embargoMinutes: 0 } } });
  for (const [name, headers] of Object.entries(HEADERS))
    bot.give(
      mailOf({ id: `${name}@x`, from: `Ada <${name}@example.org>`, subject: `[PATCH] ${name}`, headers }),
    );
  bot.give(mailOf({ id: "long-lines@x", from: "Ada <lines@example.org>", body: LONG }));
  await bot.round();
  for (const [parent, text] of bot.written()) replies.set(parent.replace("@x", ""), text);
  bot.remove();
}, 240_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = [...Object.keys(HEADERS), "long-lines"];

function run(command: string, args: readonly string[], input: string, cwd = folder) {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", EMAIL: "x@example.org" };
  return spawnSync(command, [...args], { cwd, input, env, encoding: "utf8" });
}

test("each patch has its reply", () => {
  expect([...replies.keys()].sort()).toEqual([...NAMES].sort());
});

describe("git", () => {
  test.each(NAMES)("reads no patch out of the reply to %s", (name) => {
    const { status, stdout } = run("git", ["mailinfo", "message", "patch"], replies.get(name) ?? "");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Email: bot@example\.org$/m);
    expect(readFileSync(join(folder, "patch"), "utf8")).toBe("");
  });

  test("am applies nothing of it", () => {
    const repo = join(folder, "repo");
    mkdirSync(repo);
    const git = (...args: readonly string[]) => run("git", args, "", repo).stdout;
    git("init", "-q");
    git("commit", "-q", "--allow-empty", "-m", "base");
    const before = git("rev-parse", "HEAD");
    for (const name of NAMES) {
      const answer = run("git", ["am"], replies.get(name) ?? "", repo);
      expect(answer.status).not.toBe(0);
      run("git", ["am", "--abort"], "", repo);
    }
    expect(git("rev-parse", "HEAD")).toBe(before);
    expect(git("status", "--porcelain")).toBe("");
  });
});

describe("what SMTP and RFC 5322 ask for", () => {
  test.each(NAMES)("holds in the reply to %s", (name) => {
    const text = replies.get(name) ?? "";
    const head = text.slice(0, text.indexOf("\n\n"));
    expect(head).toMatch(/^[ -~\n\t]*$/);
    for (const line of text.split("\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
    expect(text).not.toContain("\r");
    const names = head.split(/\n(?![ \t])/).map((field) => field.slice(0, field.indexOf(":")));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References"]),
    );
    expect(/^In-Reply-To: (.*)$/m.exec(head)?.[1]).toBe(`<${name}@x>`);
    expect(head).toMatch(new RegExp(`^References:[^:]*<${name}@x>$`, "m"));
  });

  test("a comment on a line that cannot be quoted is there without the line", () => {
    expect(replies.get("long-lines")).toMatch(/\n\[\.\.\.\]\n\narm_smmu_devices_lock is released too early/);
  });

  test("a thread of hundreds is kept by its first and its last mails", () => {
    const [references = ""] = /^References:(?:.*\n[ \t])*.*$/m.exec(replies.get("long-thread") ?? "") ?? [];
    const named = references.match(/<[^>]+>/g) ?? [];
    expect([named[0], named.at(-2), named.at(-1)]).toEqual([ids[0], ids.at(-1), "<long-thread@x>"]);
    expect(named.length).toBeLessThan(60);
    expect(replies.get("odd-references")).toMatch(/^References: <good@example\.org> <odd-references@x>$/m);
  });
});

/** Raises at the first defect, and prints what a strict reader makes of the fields. */
const STRICT = `
import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.strict)
defects = [str(d) for part in mail.walk() for d in part.defects]
defects += [name + ": " + str(d) for name, value in mail.items() for d in value.defects]
print(json.dumps({
    "defects": defects,
    "subject": mail["subject"],
    "to": [[a.display_name, a.addr_spec] for a in mail["to"].addresses],
    "cc": [[a.display_name, a.addr_spec] for a in mail["cc"].addresses],
    "date": mail["date"].datetime.isoformat(),
    "text": mail.get_content(),
}))
`;
const hasPython = spawnSync("python3", ["-c", "import email.policy"]).status === 0;

describe.skipIf(!hasPython)(
  hasPython ? "a strict reader" : "a strict reader (skipped: python3 is not installed)",
  () => {
    const read = (name: string): Record<string, unknown> => {
      const { stdout, stderr } = run("python3", ["-c", STRICT], replies.get(name) ?? "");
      expect(stderr).toBe("");
      return JSON.parse(stdout) as Record<string, unknown>;
    };

    test.each(NAMES)("finds nothing wrong in the reply to %s", (name) => {
      expect(read(name)).toMatchObject({ defects: [], date: expect.stringMatching(/^2026-11-20T/) });
    });

    test("reads the names and the subject that were written", () => {
      expect(read("words-of-elsewhere")).toMatchObject({
        to: [["ŽŽŽ 长城", "zzz@example.org"]],
        cc: [
          ["", "xen-devel@lists.example.org"],
          ["Jörg", "joerg@example.org"],
          ['A "quoted" name', "quoted@example.org"],
        ],
        subject:
          "Re: [PATCH] Zähler “masters” of the driver are protected by a lock, in every one of the places",
      });
      const { cc } = read("many-persons");
      expect((cc as unknown[]).at(-1)).toEqual(["Person, No. 29", "person29@example.org"]);
    });
  },
);
