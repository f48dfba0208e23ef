/**
 * Moderation with real servers: the reply goes to the moderator's mailbox, and to the author and the
 * list when he said so, by a signed mail to the bot's mailbox or at the command line.
 */
import { execFile, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proveSender, smtpOutlet } from "../../adapters/index.ts";
import { NO_CACHE } from "../../base/index.ts";
import { type OpenBot, oneRound, openBot, readConfig, runBot, storyOf } from "../../bot/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { type MailSystem, missingMailParts, startMailSystem } from "../servers/mail-system.ts";
import { until } from "../servers/server.ts";
import { shippedPacks } from "../xen/xen-packs.ts";
import { DEMO_TREE, LIST_ID, mailOf } from "./mails.ts";
import { dkimSignature } from "./sign.ts";

const MINUTES = 5 * 60_000;
const missing = missingMailParts();
const LIST = "xen-devel@lists.example.org";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const KEY = publicKey.replace(/-----[^-]*-----|\n/g, "");

describe.skipIf(missing !== null)(missing === null ? "moderation" : `moderation (${missing})`, () => {
  let mail: MailSystem;
  let bot: OpenBot;
  let folder = "";
  let config = "";
  const program = join(PROJECT_ROOT, ".cache/moderate-program");

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lockspan-moderate-"));
    mail = await startMailSystem();
    mkdirSync(program, { recursive: true });
    copyFileSync(join(PROJECT_ROOT, "package.json"), join(program, "package.json"));
    const built = spawnSync(process.execPath, ["src/build.mjs", join(program, "dist")], {
      cwd: PROJECT_ROOT,
      encoding: "utf8",
    });
    expect(built.stderr).toBe("");
    config = join(folder, "bot.json");
    writeFileSync(config, JSON.stringify(documentOf(mail)));
    bot = await open();
    // What a source has before its first look was there before the bot.
    await oneRound(bot.rounds);
  }, MINUTES);
  afterAll(async () => {
    // Whatever failed before, the servers have to end.
    await bot?.close().catch(() => {});
    await mail?.stop();
    for (const each of [folder, program]) rmSync(each, { recursive: true, force: true });
  }, MINUTES);

  function documentOf({ imapPort, smtpPort }: MailSystem): Readonly<Record<string, unknown>> {
    const imap = {
      kind: "imap",
      host: "127.0.0.1",
      port: imapPort,
      secure: false,
      passwordFrom: "IMAP_PASSWORD",
    };
    return {
      mode: "moderate",
      moderator: "Olga Operator <olga@example.org>",
      tree: DEMO_TREE,
      state: folder,
      from: "lockspan <bot@example.org>",
      human: "Olga Operator <olga@example.org>",
      list: { address: LIST, id: LIST_ID },
      times: { settleMinutes: 0, embargoMinutes: 0 },
      sources: [
        { ...imap, name: "the list", user: "list", isList: true },
        { ...imap, name: "our mailbox", user: "bot" },
      ],
      smtp: { host: "127.0.0.1", port: smtpPort },
      pollSeconds: 1,
    };
  }

  const env = () => ({ IMAP_PASSWORD: mail.imapPassword });
  /** The name server knows the key of example.org alone. */
  const resolver = async (name: string): Promise<string[][]> => {
    if (name === "s._domainkey.example.org") return [[`v=DKIM1; k=rsa; p=${KEY}`]];
    throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
  };

  const settled = () => readConfig({ file: config, document: documentOf(mail), env: env(), given: {} });

  async function open(): Promise<OpenBot> {
    const parts = {
      config: settled(),
      version: "0.1.0",
      packs: await shippedPacks(),
      now: () => new Date(),
      since: null,
      log: () => {},
      progress: () => {},
      cache: NO_CACHE,
      checkpoint: async () => {},
      isEnding: () => false,
    };
    const opened = await openBot(parts, []);
    return { ...opened, rounds: { ...opened.rounds, prove: (raw) => proveSender(raw, resolver) } };
  }

  async function post(from: string, to: string, raw: Uint8Array): Promise<void> {
    const outlet = smtpOutlet({
      host: "127.0.0.1",
      port: mail.smtpPort,
      secure: false,
      user: null,
      password: null,
      allowSelfSigned: true,
    });
    const parcel = { messageId: "<x@x>", from, recipients: [to], raw, now: new Date(), attempts: 0 };
    expect((await outlet.deliver(parcel, async () => true)).kind).toBe("sent");
  }

  async function patchIsShown(id: string, count: number): Promise<string> {
    const patch = mailOf({ id, list: null, subject: `[PATCH] arm/smmu: ${id}`, at: new Date() });
    await post("ada@example.org", LIST, patch.bytes);
    await roundsUntil("the moderator has it", async () => mail.mailsOf("olga").length === count);
    const shown = mail.mailsOf("olga").find((text) => text.includes(`arm/smmu: ${id}`)) ?? "";
    expect(shown).toMatch(/^Subject: \[lockspan to release\] Re: \[PATCH\] arm\/smmu: /m);
    expect(shown).toContain(
      "\n| > +    spin_unlock(&arm_smmu_devices_lock);\n|\n| arm_smmu_devices_lock is released",
    );
    return shown;
  }

  /** What the moderator's mailer makes of it, signed by his server or not. */
  async function answer(shown: string, words: string, isSigned: boolean): Promise<void> {
    const [, id = ""] = /^Message-ID: (<.*>)$/m.exec(shown) ?? [];
    const text = [
      "From: Olga Operator <olga@example.org>",
      "To: lockspan <bot@example.org>",
      "Subject: Re: [lockspan to release]",
      `Message-ID: <${words.replace(/\W/g, "")}.${isSigned}@example.org>`,
      `In-Reply-To: ${id}`,
      "",
      words,
      "",
    ].join("\r\n");
    const signature = isSigned ? dkimSignature(text, "example.org", privateKey) : "";
    const raw = `${signature}${text}`.replaceAll("\r\n", "\n");
    await post("olga@example.org", "bot@example.org", Buffer.from(raw));
  }

  async function roundsUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const round = async () => {
      const { failures } = await oneRound(bot.rounds);
      expect(failures.map(({ message }) => message)).toEqual([]);
      return isSo();
    };
    await until(what, round, 20_000);
  }

  const replyIn = (shown: string) => /lockspan bot release '(<.*>)'/.exec(shown)?.[1] ?? "";
  const wordsIn = (shown: string) => /^ {4}(lockspan: release \w+)$/m.exec(shown)?.[1] ?? "";
  const heard = async () => (await bot.store.counts()).kinds["answer"] ?? 0;

  test(
    "by mail: an unsigned answer and one without the reply's code do nothing, the signed one sends it once",
    async () => {
      const shown = await patchIsShown("first@x", 1);
      expect(mail.mailsOf("ada")).toEqual([]);
      await answer(shown, wordsIn(shown), false);
      await roundsUntil("it is heard", async () => (await heard()) === 1);
      await answer(shown, "lockspan: release", true);
      await roundsUntil("it is heard", async () => (await heard()) === 2);
      expect(await bot.store.entry(replyIn(shown))).toMatchObject({ state: "moderated" });

      await answer(shown, wordsIn(shown), true);
      await roundsUntil("the author has it", async () => mail.mailsOf("ada").length === 1);
      await roundsUntil("the list has it", async () => mail.mailsOf("list").length === 2);
      await roundsUntil("nothing more happens", async () => true);
      const [reply = ""] = mail.mailsOf("ada");
      expect(reply).toMatch(/^In-Reply-To: <first@x>$/m);
      expect(mail.mailsOf("olga").length).toBe(1);
      const story = (await storyOf(replyIn(shown), bot.store)) ?? "";
      expect(story).toMatch(/moderated: sent to the moderator: 250/);
      expect(story).toMatch(/released by olga@example\.org\n.* sent: 250/);
    },
    MINUTES,
  );

  test(
    "at the command line, while the bot runs",
    async () => {
      const shown = await patchIsShown("second@x", 2);
      const lockspan = async (...words: readonly string[]) => {
        const args = [join(program, "dist/lockspan.js"), "bot", ...words, "--config", config];
        const { stdout } = await promisify(execFile)(process.execPath, args, {
          env: { ...process.env, ...env() },
        });
        return stdout;
      };
      let isEnding = false;
      const now = () => new Date();
      const running = runBot(bot, settled(), { now, isEnding: () => isEnding, help: async () => 0 });
      await until("it answers", async () => (await lockspan("status").catch(() => "")) !== "");
      const status = await lockspan("status");
      expect(status).toMatch(/^outbox {6}1 sent, 1 moderated$/m);
      expect(status).toContain(`  moderated  ${replyIn(shown)}  Re: [PATCH] arm/smmu: second@x`);
      expect(await lockspan("release", replyIn(shown))).toBe(
        `${replyIn(shown)}: leaves with the next round\n`,
      );
      await expect(lockspan("release", replyIn(shown))).rejects.toThrow(
        /only moderated, uncertain, written can be released/,
      );
      await until("the author has it", async () => mail.mailsOf("ada").length === 2);
      isEnding = true;
      await running;
      expect(mail.mailsOf("ada").some((text) => text.includes("In-Reply-To: <second@x>"))).toBe(true);
      expect(mail.mailsOf("olga").length).toBe(2);
      // With nobody there to answer, the command line looks itself.
      await bot.close();
      expect(await lockspan("status")).toMatch(/^outbox {6}2 sent$/m);
      bot = await open();
    },
    MINUTES,
  );
});
