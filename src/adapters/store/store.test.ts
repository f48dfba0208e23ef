/** The contract of the store, on both engines: what holds embedded holds on a server. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { NewMail, NewReview, Outgoing, Store } from "../../review/index.ts";
import { postgresPrograms, type RunningPostgres, startPostgres } from "../../testing/servers/postgres.ts";
import { HOW_TO_RUN_SERVERS } from "../../testing/servers/server.ts";
import { type Database, type DatabasePlace, openDatabase } from "./database.ts";
import { openStore, storeOver } from "./open-store.ts";

const NOON = new Date("2026-11-20T12:00:00Z");
const later = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

function mail(messageId: string, more: Partial<NewMail> = {}): NewMail {
  return {
    messageId,
    raw: Buffer.from([0, 255, 10, 13, 97]),
    digest: `digest of ${messageId}`,
    source: "list",
    receivedAt: NOON,
    sender: "ada@example.org",
    subject: "[PATCH] x",
    root: messageId,
    parent: null,
    kind: "patch",
    state: "waiting",
    reason: null,
    dueAt: later(20),
    ...more,
  };
}

const batch = (...mails: readonly NewMail[]) => ({ source: "list", position: "1", at: NOON, mails });

function reply(messageId: string, more: Partial<Outgoing> = {}): Outgoing {
  return {
    messageId,
    parent: "<patch@x>",
    purpose: "review",
    author: "ada@example.org",
    subject: "Re: [PATCH] x",
    raw: Buffer.from("Subject: x\n\nä\n"),
    recipients: ["ada@example.org", "list@example.org"],
    mode: "send",
    dueAt: NOON,
    ...more,
  };
}

function verdict(
  id: string,
  replies: NewReview["replies"],
  mails: readonly string[] = ["<patch@x>"],
): NewReview {
  return {
    review: {
      id,
      lineage: "line",
      subject: "x",
      author: "ada@example.org",
      revision: 2.1,
      parts: mails,
      base: "c".repeat(40),
      outcome: "findings",
      note: "HEAD",
      document: "{}",
      createdAt: NOON,
    },
    mails,
    replies,
  };
}

const told = (mail: Outgoing, ...fingerprints: readonly string[]) => ({
  mail,
  findings: fingerprints.map((fingerprint) => ({ fingerprint, check: "lock-leak", function: "f" })),
});

interface Engine {
  readonly name: string;
  readonly isThere: boolean;
  readonly prepare: () => Promise<DatabasePlace>;
  readonly finish: () => Promise<void>;
}

const programs = postgresPrograms();
let server: RunningPostgres | null = null;

const ENGINES: readonly Engine[] = [
  { name: "embedded", isThere: true, prepare: async () => ({ kind: "memory" }), finish: async () => {} },
  {
    name: programs === null ? `PostgreSQL (${HOW_TO_RUN_SERVERS})` : "PostgreSQL",
    isThere: programs !== null,
    prepare: async () => {
      server = await startPostgres(programs ?? "");
      return { kind: "server", url: server.url };
    },
    finish: async () => server?.stop(),
  },
];

const EMPTY = `truncate mail, mail_copy, source, source_item, review, outbox, told_finding, opt_out,
  section_switch, happening; delete from pgboss.job`;

describe.each(ENGINES)("the store, $name", ({ isThere, prepare, finish }) => {
  let place: DatabasePlace = { kind: "memory" };
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    if (!isThere) return;
    place = await prepare();
    database = await openDatabase(place);
    store = await storeOver(database);
  }, 240_000);
  afterAll(async () => {
    if (isThere) await store.close();
    await finish();
  });
  beforeEach(async (context) => {
    if (!isThere) return context.skip();
    await database.pool.query(EMPTY);
  });

  test("keeps a mail byte for byte, and where the source was read to", async () => {
    expect(await store.positionOf("list")).toBeNull();
    expect(await store.receive(batch(mail("<a@x>", { subject: "nul \0 half \ud800" })))).toEqual(["new"]);

    const kept = await store.mail("<a@x>");
    expect(Buffer.from(kept?.raw ?? []).equals(Buffer.from([0, 255, 10, 13, 97]))).toBe(true);
    expect(kept).toMatchObject({
      state: "waiting",
      dueAt: later(20),
      receivedAt: NOON,
      subject: "nul � half �",
    });
    expect(await store.positionOf("list")).toBe("1");
    expect(await store.mail("<b@x>")).toBeNull();
  });

  test.each([
    ["the same mail again is a copy", {}, {}, "copy", "waiting"],
    ["the same id with another text: the first one counts", {}, { digest: "other" }, "other-body", "waiting"],
    ["the list's copy releases a held one", { state: "held" }, {}, "released", "waiting"],
    ["another direct copy does not", { state: "held" }, { state: "held" }, "copy", "held"],
    ["what was left alone stays so", { state: "left" }, {}, "copy", "left"],
  ] as const)("%s", async (_, first, second, reception, state) => {
    await store.receive(batch(mail("<a@x>", first)));
    expect(await store.receive(batch(mail("<a@x>", second)))).toEqual([reception]);
    expect((await store.mail("<a@x>"))?.state).toBe(state);
  });

  test("a batch that fails leaves nothing behind", async () => {
    const broken = { ...mail("<b@x>"), receivedAt: new Date(Number.NaN) };
    await expect(store.receive({ ...batch(mail("<a@x>"), broken), position: "9" })).rejects.toThrow();
    expect(await store.mail("<a@x>")).toBeNull();
    expect(await store.positionOf("list")).toBeNull();
  });

  test("neighbours are of the thread, or of the sender about that time", async () => {
    await store.receive(
      batch(
        mail("<root@x>", { sender: "someone@x" }),
        mail("<child@x>", { root: "<root@x>", sender: "other@x" }),
        mail("<loose@x>", { receivedAt: later(5) }),
        mail("<old@x>", { receivedAt: later(-9000) }),
        mail("<reply@x>", { kind: "reply" }),
        mail("<held@x>", { state: "held" }),
      ),
    );
    const found = await store.neighbours({
      roots: ["<root@x>"],
      ids: [],
      sender: "ada@example.org",
      from: later(-60),
      until: later(60),
    });
    expect(found.map(({ messageId }) => messageId).sort()).toEqual(["<child@x>", "<loose@x>", "<root@x>"]);
  });

  test("items of a source without an order are seen once", async () => {
    await store.receive({ ...batch(), items: ["1.eml", "2.eml"] });
    expect(await store.unseen("list", ["2.eml", "3.eml"])).toEqual(["3.eml"]);
    expect(await store.unseen("other", ["2.eml"])).toEqual(["2.eml"]);
    expect(await store.unseen("list", [])).toEqual([]);
  });

  test("a settled mail becomes one job; an unsettled one none", async () => {
    await store.receive(
      batch(
        mail("<a@x>"),
        mail("<b@x>", { dueAt: later(40) }),
        mail("<c@x>", { state: "left", dueAt: null }),
      ),
    );
    expect(await store.plan(later(10))).toBe(0);
    expect(await store.plan(later(20))).toBe(1);
    expect(await store.plan(later(20))).toBe(0);

    const job = await store.take();
    expect(job?.messageId).toBe("<a@x>");
    expect(await store.take()).toBeNull();
    if (job !== null) await store.defer(job, later(30), "part 2 came late", later(21));
    expect(await store.mail("<a@x>")).toMatchObject({
      state: "waiting",
      reason: "part 2 came late",
      dueAt: later(30),
    });
    expect(await store.plan(later(30))).toBe(1);
    const again = await store.take();
    if (again !== null) await store.finish(again);
    expect(await store.take()).toBeNull();
  });

  test("a verdict, its replies and what they tell are kept once", async () => {
    await store.receive(batch(mail("<patch@x>")));
    expect(await store.keepReview(verdict("r1", [told(reply("<re@bot>"), "f1", "f2")]))).toBe(true);
    expect(await store.keepReview(verdict("r1", [told(reply("<re@bot>"), "f1", "f2")]))).toBe(false);

    expect(await store.mail("<patch@x>")).toMatchObject({ state: "reviewed", reviewId: "r1", dueAt: null });
    expect(await store.reviewOf("<patch@x>")).toMatchObject({
      id: "r1",
      revision: 2.1,
      parts: ["<patch@x>"],
    });
    expect((await store.reviewsBy("ada@example.org")).map(({ id }) => id)).toEqual(["r1"]);
    expect((await store.told("line")).map(({ fingerprint }) => fingerprint).sort()).toEqual(["f1", "f2"]);
    expect(await store.entry("<re@bot>")).toMatchObject({ state: "ready", reviewId: "r1", attempts: 0 });
    expect((await store.answersTo("<patch@x>")).map(({ messageId }) => messageId)).toEqual(["<re@bot>"]);
  });

  test("a patch gets one reply, whatever a later verdict says", async () => {
    await store.keepReview(verdict("r1", [told(reply("<re@bot>"), "f1")]));
    await store.keepReview(verdict("r2", [told(reply("<re2@bot>"), "f2")]));
    expect(await store.entry("<re2@bot>")).toBeNull();
    expect((await store.told("line")).map(({ fingerprint }) => fingerprint)).toEqual(["f1"]);
    expect((await store.story(["<patch@x>"])).map(({ what }) => what)).toEqual([
      "it has had its reply; no second one is sent",
    ]);
  });

  test("a finding is marked where it was told", async () => {
    await store.keepReview(verdict("r1", [told(reply("<re@bot>"), "f1", "f2")]));
    await store.mark("<re@bot>", ["f2"], "dismissed");
    await store.mark("<other@bot>", ["f1"], "dismissed");
    await store.mark("<re@bot>", [], "retracted");
    expect((await store.toldIn("<re@bot>")).map(({ fingerprint, state }) => [fingerprint, state])).toEqual([
      ["f1", "open"],
      ["f2", "dismissed"],
    ]);
  });

  test("a mail is claimed once, offered, and sent", async () => {
    await store.add(reply("<re@bot>", { dueAt: later(5) }), NOON);
    expect(await store.add(reply("<re@bot>"), NOON)).toBe(false);
    expect(await store.claim(NOON)).toBeNull();
    const [one, two] = await Promise.all([store.claim(later(5)), store.claim(later(5))]);
    expect([one, two].filter((each) => each !== null).length).toBe(1);
    const claimed = one ?? two;
    if (claimed === null) return;
    expect(claimed.recipients).toEqual(["ada@example.org", "list@example.org"]);
    expect(Buffer.from(claimed.raw).toString()).toBe("Subject: x\n\nä\n");
    expect(await store.offer(claimed, later(6))).toBe(true);
    expect(await store.offer(claimed, later(6))).toBe(false);
    await store.conclude(claimed, { kind: "sent", note: "250 ok" }, later(7));
    expect(await store.entry("<re@bot>")).toMatchObject({
      state: "sent",
      sentAt: later(7),
      note: "250 ok",
      attempts: 1,
    });
    expect(await store.claim(later(99))).toBeNull();
    expect(await store.leftSince(NOON, null)).toBe(1);
    expect(await store.leftSince(NOON, "ada@example.org")).toBe(1);
    expect(await store.leftSince(NOON, "someone@else")).toBe(0);
    expect(await store.leftSince(later(60), null)).toBe(0);
  });

  test("what a server puts off is tried again, with a new claim", async () => {
    await store.add(reply("<re@bot>"), NOON);
    const first = await store.claim(NOON);
    if (first === null) throw new Error("nothing to claim");
    await store.conclude(first, { kind: "later", until: later(10), note: "451 greylisted" }, NOON);
    expect(await store.claim(later(9))).toBeNull();
    const second = await store.claim(later(10));
    expect(second?.attempts).toBe(1);
    expect(second?.token).not.toBe(first.token);
    expect(await store.offer(first, later(10))).toBe(false);
  });

  test("a worker that died before the offer loses its claim; after it, a person is asked", async () => {
    await store.add(reply("<a@bot>", { parent: "<a@x>" }), NOON);
    await store.add(reply("<b@bot>", { parent: "<b@x>" }), NOON);
    const [a, b] = [await store.claim(NOON), await store.claim(NOON)];
    if (a === null || b === null) throw new Error("nothing to claim");
    await store.offer(b, NOON);
    expect(await store.recover(later(-1), NOON)).toEqual([]);
    expect(await store.recover(NOON, later(9))).toEqual(["<b@bot>"]);
    expect((await store.entry("<a@bot>"))?.state).toBe("ready");
    expect((await store.entry("<b@bot>"))?.state).toBe("uncertain");
    expect((await store.inState("uncertain", 10)).map(({ messageId }) => messageId)).toEqual(["<b@bot>"]);
    expect(await store.offer(a, later(9))).toBe(false);
  });

  test("a dry run's mail is written again: it is the same file", async () => {
    await store.add(reply("<a@bot>", { mode: "dry-run" }), NOON);
    const claimed = await store.claim(NOON);
    if (claimed === null) throw new Error("nothing to claim");
    await store.offer(claimed, NOON);
    expect(await store.recover(NOON, NOON)).toEqual([]);
    expect((await store.entry("<a@bot>"))?.state).toBe("ready");
  });

  test("our own mail on the list settles what was uncertain", async () => {
    await store.add(reply("<a@bot>"), NOON);
    const claimed = await store.claim(NOON);
    if (claimed === null) throw new Error("nothing to claim");
    await store.offer(claimed, NOON);
    await store.recover(NOON, NOON);
    expect(await store.receive(batch(mail("<a@bot>", { kind: "reply", state: "left" })))).toEqual(["own"]);
    expect(await store.entry("<a@bot>")).toMatchObject({
      state: "sent",
      note: "it was seen on the list, by list",
    });
    expect(await store.mail("<a@bot>")).toBeNull();
  });

  test("a person moves an entry out of the states that ask for one", async () => {
    await store.add(reply("<a@bot>"), NOON);
    expect(
      await store.move("<a@bot>", { from: ["uncertain", "moderated"], to: "ready", note: "released" }, NOON),
    ).toBe(false);
    expect(await store.move("<a@bot>", { from: ["ready"], to: "dropped", note: "unwanted" }, NOON)).toBe(
      true,
    );
    expect(await store.claim(later(99))).toBeNull();
  });

  test("who opted out is left out until he opts in again", async () => {
    await store.optOut("ada@example.org", "<stop@x>", NOON);
    await store.optOut("ada@example.org", "<stop2@x>", NOON);
    expect([...(await store.optedOut())]).toEqual(["ada@example.org"]);
    await store.optIn("ada@example.org", "<start@x>", NOON);
    expect((await store.optedOut()).size).toBe(0);
    await store.setSection("ARM SMMU", "send", "<on@x>", NOON);
    await store.setSection("ARM SMMU", "off", "<off@x>", NOON);
    expect([...(await store.sections())]).toEqual([["ARM SMMU", "off"]]);
  });

  test("counts what there is", async () => {
    await store.receive(batch(mail("<a@x>"), mail("<b@x>", { kind: "reply", state: "left" })));
    await store.add(reply("<re@bot>"), NOON);
    expect(await store.counts()).toMatchObject({
      mails: { waiting: 1, left: 1 },
      kinds: { patch: 1, reply: 1 },
      outbox: { ready: 1 },
      sources: [{ name: "list", position: "1", at: NOON }],
    });
  });

  test("two stores on one server share the work", async () => {
    if (place.kind !== "server") return;
    const other = await openStore(place);
    try {
      const ids = Array.from({ length: 12 }, (_, at) => `<m${at}@x>`);
      await store.receive(batch(...ids.map((id) => mail(id))));
      await Promise.all([store.plan(later(30)), other.plan(later(30))]);
      const taken: string[] = [];
      const work = async (each: Store) => {
        for (let job = await each.take(); job !== null; job = await each.take()) {
          taken.push(job.messageId);
          await each.finish(job);
        }
      };
      await Promise.all([work(store), work(other)]);
      expect(taken.sort()).toEqual(ids.sort());
    } finally {
      await other.close();
    }
  });
});

describe("a folder with an embedded store", () => {
  test("whose first start was killed half-way starts anew", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lockspan-store-"));
    mkdirSync(join(folder, "database.part/base"), { recursive: true });
    writeFileSync(join(folder, "database.part/PG_VERSION"), "17\n");
    try {
      const store = await openStore({ kind: "folder", folder });
      expect((await store.counts()).mails).toEqual({});
      await store.close();
      expect(readdirSync(folder)).toEqual(["database"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("remembers, gives a stopped process's work back, and belongs to one process", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lockspan-store-"));
    try {
      const first = await openStore({ kind: "folder", folder });
      await first.receive(batch(mail("<a@x>")));
      await first.plan(later(20));
      expect((await first.take())?.messageId).toBe("<a@x>");
      await first.close();

      const second = await openStore({ kind: "folder", folder });
      expect((await second.take())?.messageId).toBe("<a@x>");
      await second.close();

      writeFileSync(join(folder, "lock"), `${process.ppid}\n`);
      await expect(openStore({ kind: "folder", folder })).rejects.toThrow(/is using it/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

describe("places that cannot be used", () => {
  test.each([
    [{ kind: "server", url: "postgres://lockspan:secret@127.0.0.1:1/x" }, /does not answer/],
    [{ kind: "server", url: "no address" }, /is no address/],
    [{ kind: "folder", folder: "package.json/state" }, /cannot be made/],
  ] as const)("%j", async (place, why) => {
    const failure = await openStore(place).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(failure).toMatch(why);
    expect(failure).not.toContain("secret");
  });
});
