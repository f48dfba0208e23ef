/**
 * The whole way with real parts: patches are posted to the list's address through postfix, the bot
 * reads them over IMAP from dovecot and from public-inbox's archive, keeps its memory in PostgreSQL,
 * answers through postfix, and the author finds the reply in her mailbox.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smtpOutlet } from "../../adapters/index.ts";
import { NO_CACHE } from "../../base/index.ts";
import { type OpenBot, oneRound, openBot, readConfig, storyOf } from "../../bot/index.ts";
import { type MailSystem, missingMailParts, startMailSystem } from "../servers/mail-system.ts";
import { postgresPrograms, type RunningPostgres, startPostgres } from "../servers/postgres.ts";
import { HOW_TO_RUN_SERVERS, until } from "../servers/server.ts";
import { shippedPacks } from "../xen/xen-packs.ts";
import { DEMO_TREE, HARMLESS, type MailParts, mailOf } from "./mails.ts";

const MINUTES = 5 * 60_000;
const programs = postgresPrograms();
const missing = programs === null ? HOW_TO_RUN_SERVERS : missingMailParts();

describe.skipIf(missing !== null)(
  missing === null ? "a list on loopback" : `a list on loopback (${missing})`,
  () => {
    let mail: MailSystem;
    let database: RunningPostgres;
    let bot: OpenBot;
    let folder = "";

    const home = process.env["HOME"];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "lockspan-list-"));
      // The archive belongs to the user whom postfix delivers as: git has to be told that this is meant.
      writeFileSync(join(folder, ".gitconfig"), "[safe]\n\tdirectory = *\n");
      process.env["HOME"] = folder;
      mail = await startMailSystem();
      database = await startPostgres(programs ?? "");
      bot = await openBot(await partsOf(), []);
    }, MINUTES);
    afterAll(async () => {
      process.env["HOME"] = home ?? "";
      await bot?.close();
      await mail?.stop();
      await database?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, MINUTES);

    async function partsOf() {
      const imap = {
        kind: "imap",
        host: "127.0.0.1",
        port: mail.imapPort,
        secure: false,
        passwordFrom: "IMAP_PASSWORD",
      };
      const document = {
        mode: "send",
        tree: DEMO_TREE,
        state: folder,
        from: "lockspan <bot@example.org>",
        human: "Olga Operator <olga@example.org>",
        list: { address: "xen-devel@lists.example.org", id: "xen-devel.lists.example.org" },
        times: { settleMinutes: 0, embargoMinutes: 0 },
        sources: [
          { ...imap, name: "mailbox", user: "list", isList: true },
          { kind: "public-inbox", name: "archive", place: mail.archive },
        ],
        smtp: { host: "127.0.0.1", port: mail.smtpPort },
      };
      const env = { IMAP_PASSWORD: mail.imapPassword, DATABASE_URL: database.url };
      return {
        config: readConfig({ file: "test", document, env, given: {} }),
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
    }

    async function post(parts: MailParts): Promise<void> {
      const outlet = smtpOutlet({
        host: "127.0.0.1",
        port: mail.smtpPort,
        secure: false,
        user: null,
        password: null,
        allowSelfSigned: true,
      });
      const { bytes } = mailOf({ list: null, at: new Date(), ...parts });
      const parcel = {
        messageId: parts.id,
        from: "ada@example.org",
        recipients: ["xen-devel@lists.example.org"],
      };
      const conclusion = await outlet.deliver(
        { ...parcel, raw: bytes, now: new Date(), attempts: 0 },
        async () => true,
      );
      expect(conclusion.kind).toBe("sent");
    }

    /** Rounds until it is so: mails take their time through the servers. */
    async function roundsUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
      await until(
        what,
        async () => {
          const { failures } = await oneRound(bot.rounds);
          expect(failures.map(({ message }) => message)).toEqual([]);
          return isSo();
        },
        MINUTES / 2,
      );
    }

    test(
      "the author reads the reply to her series in her mailbox, and it is there once",
      async () => {
        await post({ id: "old@x", subject: "[PATCH] before the bot" });
        await until("the first mail is delivered", async () => mail.mailsOf("list").length === 1);
        await roundsUntil(
          "the sources are known",
          async () => (await bot.store.counts()).sources.length === 2,
        );

        const cc = { Cc: "Bob <bob@example.org>" };
        await post({
          id: "one@x",
          subject: "[PATCH 1/2] arm/smmu: protect the tree of masters",
          headers: cc,
        });
        await post({
          id: "two@x",
          subject: "[PATCH 2/2] a word",
          body: HARMLESS,
          headers: { "In-Reply-To": "<one@x>", References: "<one@x>" },
        });
        await roundsUntil("the reply arrives", async () => mail.mailsOf("ada").length > 0);
        await roundsUntil("the list has it too", async () => mail.mailsOf("list").length === 4);
        await roundsUntil(
          "nothing is left to do",
          async () => (await bot.store.counts()).outbox.ready === undefined,
        );

        const [reply = "", ...more] = mail.mailsOf("ada");
        expect(more).toEqual([]);
        expect(mail.mailsOf("bob").length).toBe(1);
        const head = reply.slice(0, reply.indexOf("\n\n"));
        expect(head).toMatch(/^To: Ada Example <ada@example\.org>$/m);
        expect(head).toMatch(/^Cc: xen-devel@lists\.example\.org, Bob <bob@example\.org>$/m);
        expect(head).toMatch(/^In-Reply-To: <one@x>$/m);
        expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
        expect(reply).toContain(
          "\n> +    spin_unlock(&arm_smmu_devices_lock);\n\narm_smmu_devices_lock is released too early",
        );
        const counts = await bot.store.counts();
        expect(counts.outbox).toEqual({ sent: 1 });
        expect(counts.mails).toEqual({ reviewed: 2 });
      },
      MINUTES,
    );

    test("public-inbox has the reply in the thread of the patch that it answers", async () => {
      const reply = /^Message-ID: <(.*)>$/m.exec(mail.mailsOf("ada")[0] ?? "")?.[1] ?? "";
      await until("the reply is archived", async () => mail.threadOf(reply).includes(reply));
      expect(mail.threadOf("one@x")).toEqual([reply, "one@x", "two@x"].sort());
      expect(mail.threadOf(reply)).toEqual(mail.threadOf("one@x"));
    });

    test("its story tells all of it", async () => {
      const story = (await storyOf("one@x", bot.store)) ?? "";
      expect(story).toMatch(/^ {2}is {7}patch, part 1\/2$/m);
      expect(story).toMatch(/^ {2}review {3}findings, the folder as it is$/m);
      expect(story).toMatch(/^ {2}reply {4}<[0-9a-f]{32}@example\.org>, sent: 250 2\.0\.0 Ok/m);
      expect(await storyOf("old@x", bot.store)).toBeNull();
    });

    test(
      "a database that goes and comes back costs nothing but time",
      async () => {
        await database.crash();
        const { failures } = await oneRound(bot.rounds);
        expect(failures.length).toBeGreaterThan(0);
        expect(failures.every(({ status }) => status === 4)).toBe(true);
        await database.start();
        await post({ id: "three@x", subject: "[PATCH] arm/smmu: another", from: "Bob <bob@example.org>" });
        await roundsUntil("the next reply arrives", async () => mail.mailsOf("bob").length === 2);
        expect((await bot.store.counts()).outbox).toEqual({ sent: 2 });
      },
      MINUTES,
    );
  },
);
