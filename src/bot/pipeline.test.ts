/** Mails in, replies out: the bot on a real store, with the real review, and a clock that the test turns. */
import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../adapters/index.ts";
import type { Store } from "../review/index.ts";
import { type BenchBot, type BenchParts, benchBot, sayStop } from "../testing/bot/bench-bot.ts";
import { HARMLESS, type MailParts, mailOf, PATCH } from "../testing/bot/mails.ts";
import { storyOf } from "./story.ts";

let store: Store;
beforeAll(async () => {
  store = await openStore({ kind: "memory" });
}, 240_000);
afterAll(() => store.close());

let bots: BenchBot[] = [];
afterEach(() => {
  for (const bot of bots) bot.remove();
  bots = [];
});

/** Each test has an author of its own, so that the store may be shared. */
let author = "";
let count = 0;
async function newBot(parts: BenchParts = {}): Promise<BenchBot> {
  count += 1;
  author = `Ada Example <ada${count}@example.org>`;
  const bot = await benchBot(store, parts);
  bots.push(bot);
  return bot;
}

const patch = (id: string, more: Partial<MailParts> = {}) =>
  mailOf({ id: `${id}.${count}@x`, from: author, ...more });
const known = (id: string) => store.mail(`<${id}.${count}@x>`);
const EMBARGO = 120;

describe("a patch", () => {
  test("is answered after settling and embargo, once", async () => {
    const bot = await newBot();
    bot.give(
      patch("a", {
        headers: { Cc: "Bob <bob@example.org>, bot@example.org, ada1@example.org", References: "<r@x>" },
      }),
    );
    await bot.round();
    expect(await known("a")).toMatchObject({ state: "waiting", kind: "patch" });
    bot.pass(20);
    await bot.round();
    expect((await known("a"))?.state).toBe("reviewed");
    expect(bot.written().size).toBe(0);
    bot.pass(EMBARGO);
    await bot.round();
    await bot.round();

    const mail = bot.written().get(`a.${count}@x`) ?? "";
    expect(mail.slice(0, mail.indexOf("\n\n")).split("\n").slice(1)).toEqual([
      "From: lockspan <bot@example.org>",
      `To: ${author}`,
      "Cc: xen-devel@lists.example.org, Bob <bob@example.org>",
      "Subject: Re: [PATCH] arm/smmu: protect the tree of masters with a lock",
      expect.stringMatching(/^Message-ID: <[0-9a-f]{32}@example\.org>$/),
      `In-Reply-To: <a.${count}@x>`,
      `References: <r@x> <a.${count}@x>`,
      "Auto-Submitted: auto-generated",
      "X-Patchwork-Hint: ignore",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=UTF-8",
      "Content-Transfer-Encoding: 7bit",
    ]);
    expect(mail).toMatch(/^Date: Fri, 20 Nov 2026 14:20:00 \+0000$/m);
    expect(mail).toContain(
      'Answer "lockspan: wrong" or "lockspan: stop" to say so; run by Olga\nOperator <olga@example.org>.',
    );
    const reply = /^Message-ID: (<.*>)$/m.exec(mail)?.[1] ?? "";
    expect(await store.entry(reply)).toMatchObject({ state: "written", attempts: 1 });
  });

  test("that comes twice is answered once, and the second text of an id does not count", async () => {
    const bot = await newBot({ isList: true });
    bot.give(patch("a"), patch("a"), patch("a", { body: HARMLESS }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    await bot.round();
    expect(bot.written().size).toBe(1);
    expect(await storyOf(`a.${count}@x`, store)).toContain("came again with another text");
  });

  test("that brings nothing is met with silence", async () => {
    const bot = await newBot();
    bot.give(patch("a", { body: HARMLESS }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(bot.written().size).toBe(0);
    expect(await store.reviewOf(`<a.${count}@x>`)).toMatchObject({ outcome: "silent" });
  });

  test("that does not apply is left alone, and the reason can be asked for", async () => {
    const bot = await newBot();
    bot.give(
      patch("a", { body: PATCH.replace(" int n;", " int other;").replace("-    int n;", "-    int m;") }),
    );
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(bot.written().size).toBe(0);
    expect(await store.reviewOf(`<a.${count}@x>`)).toMatchObject({ outcome: "not-applied" });
    expect(await storyOf(`a.${count}@x`, store)).toMatch(/review {3}not-applied, hunk 1 of xen/);
  });
});

describe("a direct copy", () => {
  test("waits for the list's copy", async () => {
    const bot = await newBot();
    bot.give(patch("a", { list: null }));
    await bot.round();
    expect(await known("a")).toMatchObject({ state: "held" });
    bot.pass(60);
    bot.give(patch("a", { headers: { Received: "from elsewhere" } }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(bot.written().size).toBe(1);
  });
});

describe("a series", () => {
  const second = { subject: "[PATCH 2/2] tree: a word", body: HARMLESS };
  const first = { subject: "[PATCH 1/2] arm/smmu: protect the tree of masters with a lock" };

  test("is reviewed when its last part has settled, and answered at the part that brings it", async () => {
    const bot = await newBot();
    bot.give(patch("p2", { ...second, headers: { "In-Reply-To": `<p1.${count}@x>` } }));
    await bot.round();
    bot.pass(15);
    bot.give({ ...patch("p1", first), receivedAt: bot.rounds.workshop.now() });
    await bot.round();
    bot.pass(10);
    await bot.round();
    expect(await known("p2")).toMatchObject({
      state: "waiting",
      reason: "the series is not settled: a part came late",
    });
    bot.pass(EMBARGO);
    await bot.round();
    expect([...bot.written().keys()]).toEqual([`p1.${count}@x`]);
    expect((await store.reviewOf(`<p2.${count}@x>`))?.parts).toEqual([`<p1.${count}@x>`, `<p2.${count}@x>`]);
  });

  test("without one of its parts is left alone after a day", async () => {
    const bot = await newBot();
    bot.give(patch("p1", first));
    await bot.round();
    bot.pass(20);
    await bot.round();
    expect(await known("p1")).toMatchObject({ state: "waiting", reason: "part 2/2 is waited for" });
    bot.pass(24 * 60);
    await bot.round();
    expect(await known("p1")).toMatchObject({
      state: "incomplete",
      reason: "the series is incomplete: part 2/2 never came",
    });
    expect(bot.written().size).toBe(0);
  });

  test("whose missing part comes late is reviewed with it", async () => {
    const bot = await newBot();
    bot.give(patch("p1", first));
    await bot.round();
    bot.pass(600);
    bot.give({
      ...patch("p2", { ...second, headers: { "In-Reply-To": `<p1.${count}@x>` } }),
      receivedAt: bot.rounds.workshop.now(),
    });
    await bot.round();
    bot.pass(30);
    await bot.round();
    expect([...bot.written().keys()]).toEqual([`p1.${count}@x`]);
  });

  test("with a part sent again takes the new one", async () => {
    const bot = await newBot();
    bot.give(
      patch("p1", { subject: "[PATCH v2 1/2] tree: a word", body: HARMLESS }),
      patch("p2", {
        subject: "[PATCH v2 2/2] other",
        body: PATCH.replace(" int n;", " int x;"),
        headers: { "In-Reply-To": `<p1.${count}@x>` },
      }),
      patch("r2", {
        subject: "[PATCH v2.1 2/2] arm/smmu: protect the tree",
        headers: { "In-Reply-To": `<p2.${count}@x>` },
      }),
    );
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect([...bot.written().keys()]).toEqual([`r2.${count}@x`]);
    expect(await known("p2")).toMatchObject({
      state: "left",
      reason: "another mail takes its place in the series",
    });
  });

  test("of which a newer revision is here already is left alone", async () => {
    const bot = await newBot();
    bot.give(
      patch("v1"),
      patch("v2", { subject: "[PATCH v2] arm/smmu: protect the tree of masters with a lock" }),
    );
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect([...bot.written().keys()]).toEqual([`v2.${count}@x`]);
    expect(await known("v1")).toMatchObject({ state: "left", reason: "v2 of the series is here already" });
  });
});

describe("the next revision", () => {
  const again = { subject: "[PATCH v2] arm/smmu: protect the tree of masters with a lock" };

  async function answeredOnce(): Promise<{ readonly bot: BenchBot; readonly reply: string }> {
    const bot = await newBot();
    bot.give(patch("v1"));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    const reply = /^Message-ID: <(.*)>$/m.exec(bot.written().get(`v1.${count}@x`) ?? "")?.[1] ?? "";
    return { bot, reply };
  }

  async function sendAgain(bot: BenchBot): Promise<string> {
    bot.pass(60);
    bot.give({ ...patch("v2", again), receivedAt: bot.rounds.workshop.now() });
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    return bot.written().get(`v2.${count}@x`) ?? "";
  }

  test("says in one line what is still so, with a link", async () => {
    const { bot, reply } = await answeredOnce();
    const mail = await sendAgain(bot);
    const body = mail.slice(mail.indexOf("\n\n"));
    expect(body.replace(/\s+/g, " ")).toContain(
      `Unchanged since the earlier revision, about arm_smmu_devices_lock in arm_smmu_add_device(): https://lists.example.org/${reply}`,
    );
    expect(body).not.toMatch(/^> /m);
  });

  test("is not told again what was answered", async () => {
    const { bot, reply } = await answeredOnce();
    bot.give(
      patch("re", {
        subject: "Re: [PATCH] x",
        body: "It is meant so.\n",
        headers: { "In-Reply-To": `<${reply}>` },
      }),
    );
    await bot.round();
    expect(await known("re")).toMatchObject({ state: "left", kind: "answer" });
    expect(await sendAgain(bot)).toBe("");
    expect(await storyOf(`v1.${count}@x`, store)).toContain(
      "early-unlock in arm_smmu_add_device(): answered",
    );
  });
});

describe("what is wished by mail", () => {
  async function afterWish(
    words: string,
    parts: BenchParts,
  ): Promise<{ readonly bot: BenchBot; readonly reply: string }> {
    const bot = await newBot(parts);
    bot.give(patch("a"));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    const reply = /^Message-ID: <(.*)>$/m.exec(bot.written().get(`a.${count}@x`) ?? "")?.[1] ?? "";
    bot.give(
      patch("re", {
        subject: "Re: x",
        list: null,
        body: `> lockspan: release\n${words}\n`,
        headers: { "In-Reply-To": `<${reply}>` },
      }),
    );
    await bot.round();
    return { bot, reply };
  }
  const proved = async () => ({ address: `ada${count}@example.org` });

  test.each([
    ["lockspan: stop", 'it says "stop": ada@ gets no more mail'],
    ["Lockspan: wrong", 'it says "wrong": its findings are dismissed and retracted'],
    ["lockspan: dismiss", 'it says "dismiss": its findings are dismissed'],
    ["lockspan: release", 'it says "release": not done, ada@ is not the moderator'],
  ])("%s is done for who proves to be who he is", async (words, said) => {
    await afterWish(words, { prove: proved });
    expect((await known("re"))?.reason?.replace(/ada\d+@example.org/g, "ada@")).toBe(said);
  });

  test("nothing is done for who does not", async () => {
    const { reply } = await afterWish("lockspan: stop", {});
    expect(await known("re")).toMatchObject({
      reason: 'it says "stop": not done, it has no DKIM signature of example.org',
    });
    expect((await store.optedOut()).has(`ada${count}@example.org`)).toBe(false);
    expect((await store.toldIn(`<${reply}>`)).map(({ state }) => state)).toEqual(["answered"]);
  });

  test("who wants no mail gets none", async () => {
    const { bot } = await afterWish("lockspan: stop", { prove: proved });
    bot.give({ ...patch("b", { subject: "[PATCH] another" }), receivedAt: bot.rounds.workshop.now() });
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect([...bot.written().keys()]).toEqual([`a.${count}@x`]);
  });

  test("a retraction answers our own mail, to whom that went", async () => {
    const { bot, reply } = await afterWish("lockspan: wrong", { prove: proved });
    await bot.round();
    const mail = bot.written().get(reply) ?? "";
    expect(mail).toContain(`To: ${author}\nCc: xen-devel@lists.example.org\nSubject: Re: [PATCH] arm/smmu`);
    expect(mail).toContain(`References: <a.${count}@x> <${reply}>`);
    expect(mail.trimEnd().split("\n\n")[1]).toBe(
      "What this check said about the patch was wrong; please disregard it.",
    );
  });
});

describe("a program that answers every mail", () => {
  test("with wishes that DKIM proves gets one retraction and no more", async () => {
    const bot = await newBot({ prove: async () => ({ address: `ada${count}@example.org` }) });
    bot.give(patch("a"));
    await bot.round();
    bot.pass(EMBARGO);
    const answered = new Set<string>();
    for (let turn = 0; turn < 6; turn += 1) {
      await bot.round();
      for (const mail of bot.written().values()) {
        const id = /^Message-ID: (<.*>)$/m.exec(mail)?.[1] ?? "";
        if (answered.has(id)) continue;
        answered.add(id);
        bot.give(
          patch(`re${turn}`, { subject: "Re: x", body: "lockspan: wrong\n", headers: { "In-Reply-To": id } }),
        );
      }
      bot.pass(1);
    }
    expect(answered.size).toBe(2);
  });

  test("with a new revision each time is held back by the cap of a day", async () => {
    const bot = await newBot();
    for (let turn = 1; turn < 12; turn += 1) {
      const mail = patch(`v${turn}`, { subject: `[PATCH v${turn}] arm/smmu: again ${turn} ${count}` });
      bot.give({ ...mail, receivedAt: bot.rounds.workshop.now() });
      await bot.round();
      bot.pass(90);
    }
    await bot.round();
    expect(bot.written().size).toBe(5);
    // The store is shared: a later test's day is another one.
    const waiting = await store.inState("ready", 100);
    expect(waiting.length).toBeGreaterThan(0);
    for (const { messageId } of waiting)
      await store.move(messageId, { from: ["ready"], to: "dropped", note: "the test" }, new Date());
  });
});

describe("fields that are echoed", () => {
  const EVIL = "x=0D=0A=0D=0ABcc:_evil@example.net=0D=0A.=0D=0AQUIT";
  const word = `=?utf-8?q?${EVIL}?=`;
  const plain = "x\rBcc: evil@example.net\r\r.\rQUIT";
  const long = "long ".repeat(20_000);

  test.each([
    ["encoded", word],
    ["with bare CR", plain],
    ["of a hundred kilobytes", long],
    ["with NUL and marks of direction", "a\0b\u202ec\u2066d"],
  ])("%s start no header and no line of SMTP", async (_, text) => {
    const bot = await newBot();
    const headers = {
      From: `${text} <ada${count}@example.org>`,
      "Reply-To": `${text} <ada${count}@example.org>`,
      Cc: `${text} <cy@example.org>, "${text}" <di@example.org>`,
      Subject: `[PATCH] ${text}`,
      Date: `Fri, 20 Nov 2026 12:00:00 +0000 ${text}`,
      References: `<${text}> <r@x>`,
      "In-Reply-To": `<${text}>`,
      "X-Original-From": `${text} <ada${count}@example.org>`,
    };
    bot.give(patch("a", { headers, body: `From: ${text} <ada${count}@example.org>\n\n${PATCH}` }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    const mail = bot.written().get(`a.${count}@x`) ?? "";
    const head = mail.slice(0, mail.indexOf("\n\n"));
    expect(head.split(/\n(?![ \t])/).map((field) => field.slice(0, field.indexOf(":")))).toEqual([
      "Date",
      "From",
      "To",
      "Cc",
      "Subject",
      "Message-ID",
      "In-Reply-To",
      "References",
      "Auto-Submitted",
      "X-Patchwork-Hint",
      "MIME-Version",
      "Content-Type",
      "Content-Transfer-Encoding",
    ]);
    expect(mail).not.toMatch(/[\r\0\u202e\u2066]|^\.$|^QUIT$/m);
    expect(mail.length).toBeLessThan(30_000);
    const [entry] = await store.answersTo(`<a.${count}@x>`);
    expect(entry?.recipients).not.toContain("evil@example.net");
    expect(entry?.recipients).toContain(`ada${count}@example.org`);
  });
});

describe("a section of MAINTAINERS", () => {
  const maintainers = () => `SMMU
M:	Ada <ada${count}@example.org>
F:	xen/drivers/passthrough/arm/

OTHERS
M:	Eve <eve@example.org>
F:	xen/common/
`;
  const wish = (id: string, text: string, more: Partial<MailParts> = {}) =>
    patch(id, {
      subject: "a wish",
      list: null,
      body: `${text}\n`,
      headers: { To: "lockspan <bot@example.org>" },
      ...more,
    });

  async function afterSwitch(
    text: string,
    parts: BenchParts = {},
    more: Partial<MailParts> = {},
  ): Promise<BenchBot> {
    count += 1;
    const prove = async () => ({ address: `ada${count}@example.org` });
    const bot = await benchBot(store, { maintainers: maintainers(), prove, ...parts });
    bots.push(bot);
    author = `Ada Example <ada${count}@example.org>`;
    bot.give(wish("w", text, more));
    await bot.round();
    bot.give(patch("a", { subject: `[PATCH] arm/smmu: the tree of masters ${count}` }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    return bot;
  }
  const outcome = async () => (await store.answersTo(`<a.${count}@x>`))[0]?.state ?? "nothing";
  afterEach(() => store.setSection("SMMU", "dry-run", "the test", new Date()));

  // biome-ignore format: a table is read by its columns
  test.each([
    ["lockspan: section SMMU = off",     'it says "section": SMMU is switched to off', "nothing"],
    ["lockspan: section smmu = dry-run", 'it says "section": SMMU is switched to dry-run', "written"],
    ["lockspan: section OTHERS = off",   'it says "section": not done, ada@ does not maintain OTHERS', "written"],
    ["lockspan: section FANS = off",     'it says "section": not done, MAINTAINERS has no section "FANS"', "written"],
    ["lockspan: section SMMU",           'it says "section": not done, a section is switched by "NAME = off|dry-run|moderate|send"', "written"],
    ["lockspan: section SMMU = moderate", 'it says "section": not done, this bot has no moderator', "written"],
  ])("%s", async (text, said, expected) => {
    await afterSwitch(text);
    expect((await known("w"))?.reason?.replace(/ada\d+@example.org/g, "ada@")).toBe(said);
    expect(await outcome()).toBe(expected);
  });

  test("is switched on by its maintainer where the operator asks for switches, and not above the bot's own mode", async () => {
    await afterSwitch("lockspan: section SMMU = send", { config: { sections: { OTHERS: "dry-run" } } });
    expect(await outcome()).toBe("written");
  });

  test("that nobody switched is off where the operator asks for switches", async () => {
    const text = maintainers().replace("SMMU", "NOBODY'S");
    const bot = await newBot({ maintainers: text, config: { sections: { OTHERS: "dry-run" } } });
    bot.give(patch("a"));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(await store.reviewOf(`<a.${count}@x>`)).toMatchObject({ outcome: "findings" });
    expect(await outcome()).toBe("nothing");
  });

  test.each([
    [
      "without proof",
      { prove: async () => ({ why: "it has no DKIM signature of example.org" }) },
      {},
      /not done, it has no DKIM/,
    ],
    ["to the list only", {}, { list: undefined, headers: {} }, /it holds no diff/],
    [
      "from a program",
      {},
      { headers: { To: "bot@example.org", "Auto-Submitted": "auto-replied" } },
      /a program sent it/,
    ],
  ])("is not switched by a mail %s", async (_, parts, more, said) => {
    await afterSwitch("lockspan: section SMMU = off", parts, more as Partial<MailParts>);
    expect((await known("w"))?.reason).toMatch(said);
    expect(await outcome()).toBe("written");
  });
});

describe("what holds mails back", () => {
  test("the stop file", async () => {
    const bot = await newBot();
    sayStop(bot.stopFile);
    bot.give(patch("a"));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(bot.written().size).toBe(0);
    rmSync(bot.stopFile);
    await bot.round();
    expect(bot.written().size).toBe(1);
  });

  test("so many mails to one author in a day", async () => {
    const bot = await newBot({ config: { caps: { mailsPerAuthorDay: 2, mailsPerListDay: 100_000 } } });
    for (const id of ["a", "b", "c"]) bot.give(patch(id, { subject: `[PATCH] ${id}` }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(bot.written().size).toBe(2);
    bot.pass(24 * 60 + 1);
    await bot.round();
    expect(bot.written().size).toBe(3);
  });
});

describe("who is written to", () => {
  test.each([
    [
      "a Reply-To that is no list",
      { "Reply-To": "Ada at home <home@example.org>" },
      "Ada at home <home@example.org>",
    ],
    ["not a Reply-To that is the list", { "Reply-To": "xen-devel@lists.example.org" }, "author"],
    [
      "the person behind a relay",
      { From: "Ada via Relay <devnull+ada@kernel.org>", "X-Original-From": "Ada <ada.real@example.org>" },
      "Ada <ada.real@example.org>",
    ],
  ])("%s", async (_, headers, to) => {
    const bot = await newBot();
    bot.give(patch("a", { headers }));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(/^To: (.*)$/m.exec(bot.written().get(`a.${count}@x`) ?? "")?.[1]).toBe(
      to === "author" ? author : to,
    );
  });
});

describe("mails that are left alone", () => {
  test.each([
    ["a reply with a diff", { subject: "Re: [PATCH] x" }, "it answers another mail"],
    ["another tree", { subject: "[MINI-OS PATCH] x" }, "the tag mini-os says that it is for Mini-OS"],
    [
      "a program's mail",
      { headers: { "Auto-Submitted": "auto-generated" } },
      "a program sent it (Auto-Submitted: auto-generated)",
    ],
    ["our own mail", { from: "bot@example.org" }, "it is a mail of ours"],
    [
      "another list's",
      { list: "stable.vger.kernel.org" },
      "it came over another list, stable.vger.kernel.org",
    ],
    ["an advisory", { subject: "Xen Security Advisory 999 v2 - x" }, "it is a security advisory"],
    ["a pull request", { subject: "[GIT PULL] x" }, "it asks to pull a branch"],
  ] as const)("%s", async (_, parts, reason) => {
    const bot = await newBot();
    bot.give(patch("a", parts));
    await bot.round();
    bot.pass(EMBARGO);
    await bot.round();
    expect(await known("a")).toMatchObject({ state: "left", reason });
    expect(bot.written().size).toBe(0);
  });

  test("Auto-Submitted: no is a person's", async () => {
    const bot = await newBot();
    bot.give(patch("a", { headers: { "Auto-Submitted": "no", Precedence: "list" } }));
    await bot.round();
    expect(await known("a")).toMatchObject({ state: "waiting" });
  });
});
