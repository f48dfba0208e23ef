/** Two bots at once on one PostgreSQL, both with the same mails: every patch has one verdict and one reply. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_CACHE } from "../../base/index.ts";
import { type OpenBot, oneRound, openBot, readConfig } from "../../bot/index.ts";
import { postgresPrograms, type RunningPostgres, startPostgres } from "../servers/postgres.ts";
import { HOW_TO_RUN_SERVERS } from "../servers/server.ts";
import { type Sink, SMTP_SINK, startSink } from "../servers/smtp-sink.ts";
import { shippedPacks } from "../xen/xen-packs.ts";
import { DEMO_TREE, LIST_ID, mailOf } from "./mails.ts";

const PATCHES = 16;
const programs = postgresPrograms();
const isMissing = programs === null || SMTP_SINK === null;

describe.skipIf(isMissing)(isMissing ? `two workers (${HOW_TO_RUN_SERVERS})` : "two workers", () => {
  let database: RunningPostgres;
  let sink: Sink;
  let folder = "";
  const bots: OpenBot[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lockspan-workers-"));
    for (const part of ["new", "cur", "tmp"]) mkdirSync(join(folder, "maildir", part), { recursive: true });
    for (let number = 0; number < PATCHES; number += 1) {
      const parts = { from: `Ada <ada${number}@example.org>`, subject: `[PATCH] protect ${number}` };
      const { bytes } = mailOf({ id: `${number}@example.org`, ...parts });
      writeFileSync(join(folder, "maildir/new", `${number}.host`), bytes);
    }
    database = await startPostgres(programs ?? "");
    sink = await startSink(SMTP_SINK ?? "");
    for (const name of ["first", "second"]) bots.push(await open(name));
  }, 120_000);
  afterAll(async () => {
    for (const bot of bots) await bot.close();
    await database?.stop();
    await sink?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string): Promise<OpenBot> {
    const document = {
      mode: "send",
      tree: DEMO_TREE,
      state: join(folder, name),
      databaseUrl: database.url,
      from: "lockspan <bot@example.org>",
      human: "Olga Operator <olga@example.org>",
      list: { address: "xen-devel@lists.example.org", id: LIST_ID },
      times: { settleMinutes: 0, embargoMinutes: 0 },
      caps: { mailsPerListDay: 1000 },
      sources: [{ kind: "maildir", name: "list", place: join(folder, "maildir") }],
      smtp: { host: "127.0.0.1", port: sink.port },
    };
    const parts = {
      config: readConfig({ file: "test", document, env: {}, given: {} }),
      version: "0.1.0",
      packs: await shippedPacks(),
      now: () => new Date(),
      since: new Date(0),
      log: () => {},
      progress: () => {},
      cache: NO_CACHE,
      checkpoint: async () => {},
      isEnding: () => false,
    };
    return openBot(parts, []);
  }

  test("send each reply once", async () => {
    const [first] = bots;
    const done = { first: 0, second: 0 };
    const isOver = async () => ((await first?.store.counts())?.outbox.sent ?? 0) === PATCHES;
    const rounds = async (bot: OpenBot, name: "first" | "second") => {
      while (!(await isOver())) {
        const { failures, worked } = await oneRound(bot.rounds);
        expect(failures.map(({ message }) => message)).toEqual([]);
        done[name] += worked;
      }
    };
    await Promise.all(bots.map((bot, at) => rounds(bot, at === 0 ? "first" : "second")));
    const parents = sink.taken().map((mail) => /^In-Reply-To: <(.*)>/m.exec(mail)?.[1] ?? "none");
    expect(parents.sort()).toEqual(
      Array.from({ length: PATCHES }, (_, number) => `${number}@example.org`).sort(),
    );
    const counts = await first?.store.counts();
    expect(counts?.mails).toEqual({ reviewed: PATCHES });
    expect(counts?.outbox).toEqual({ sent: PATCHES });
    expect(done.first).toBeGreaterThan(0);
    expect(done.second).toBeGreaterThan(0);
  }, 120_000);
});
