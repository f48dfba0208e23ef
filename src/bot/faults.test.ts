/** What the world does to a bot: nothing is lost, nothing is said twice, and there is one line about it. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../adapters/index.ts";
import type { Store } from "../review/index.ts";
import { type BenchBot, type BenchParts, benchBot } from "../testing/bot/bench-bot.ts";
import { DEMO_TREE, type MailParts, mailOf } from "../testing/bot/mails.ts";

let store: Store;
let folder = "";
beforeAll(async () => {
  store = await openStore({ kind: "memory" });
}, 240_000);
afterAll(() => store.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lockspan-faults-"));
});

let bots: BenchBot[] = [];
afterEach(() => {
  for (const bot of bots) bot.remove();
  bots = [];
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
async function newBot(parts: BenchParts = {}): Promise<BenchBot> {
  count += 1;
  const bot = await benchBot(store, parts);
  bots.push(bot);
  return bot;
}
const patch = (id: string, more: Partial<MailParts> = {}) =>
  mailOf({ id: `${id}.${count}@x`, from: `Ada <fault${count}@example.org>`, ...more });
const known = (id: string) => store.mail(`<${id}.${count}@x>`);
const DAY = 24 * 60;

describe("the tree", () => {
  const copyOfTree = (tree: string) => cpSync(DEMO_TREE, tree, { recursive: true });

  const away: readonly (readonly [string, (tree: string) => void, RegExp])[] = [
    ["is gone", (tree) => renameSync(tree, `${tree}.away`), /^tree \S+: .*there is no such folder$/],
    [
      "is not mounted",
      (tree) => {
        renameSync(tree, `${tree}.away`);
        mkdirSync(tree);
      },
      /^tree \S+: it is empty$/,
    ],
    [
      "is a clone that is made anew",
      (tree) => {
        renameSync(tree, `${tree}.away`);
        execFileSync("git", ["init", "-q", tree]);
      },
      /^tree \S+: it has no commit$/,
    ],
  ];
  test.each(away)(
    "that %s keeps patches waiting, and they are answered when it is back",
    async (_, take, why) => {
      const tree = join(folder, "tree");
      copyOfTree(tree);
      const bot = await newBot({ tree });
      bot.give(patch("a"));
      await bot.round();
      take(tree);
      bot.pass(200);
      await bot.round();
      expect(await known("a")).toMatchObject({ state: "waiting", reason: expect.stringMatching(why) });
      expect(bot.logged.filter(({ level }) => level !== "info")).toEqual([
        { level: "warning", what: "put off", message: `<a.${count}@x>`, why: expect.stringMatching(why) },
      ]);
      rmSync(tree, { recursive: true, force: true });
      renameSync(`${tree}.away`, tree);
      bot.pass(10);
      await bot.round();
      await bot.round();
      expect(bot.written().size).toBe(1);
    },
  );
});

describe("a clock", () => {
  test("that ran two years ahead and was set right delays nothing by two years", async () => {
    const bot = await newBot();
    bot.pass(2 * 365 * DAY);
    bot.give({ ...patch("a"), receivedAt: bot.rounds.workshop.now() });
    await bot.round();
    bot.give({ ...patch("b", { subject: "[PATCH] b" }), receivedAt: bot.rounds.workshop.now() });
    bot.pass(21);
    await bot.round();
    expect((await known("a"))?.state).toBe("reviewed");
    bot.pass(-2 * 365 * DAY);
    await bot.round();
    expect(bot.logged.map(({ what }) => what)).toContain(
      "the clock was ahead: what came then is taken as of now",
    );
    bot.pass(DAY);
    await bot.round();
    await bot.round();
    expect([...bot.written().keys()].sort()).toEqual([`a.${count}@x`, `b.${count}@x`]);
  });

  test("that jumps ahead between review and reply sends it once", async () => {
    const bot = await newBot();
    bot.give(patch("a"));
    await bot.round();
    bot.pass(21);
    await bot.round();
    bot.pass(3 * DAY);
    await bot.round();
    bot.pass(-3 * DAY);
    await bot.round();
    bot.pass(DAY);
    await bot.round();
    expect([...bot.written().keys()]).toEqual([`a.${count}@x`]);
    const [entry] = await store.answersTo(`<a.${count}@x>`);
    expect(entry).toMatchObject({ state: "written", attempts: 1 });
  });

  test("that was set back does not hide what a killed worker left behind", async () => {
    const bot = await newBot();
    bot.give(patch("a"));
    await bot.round();
    bot.pass(21);
    await bot.round();
    bot.pass(200);
    const claimed = await store.claim(bot.rounds.workshop.now());
    expect(claimed?.parent).toBe(`<a.${count}@x>`);
    bot.pass(-30);
    await bot.round();
    expect(bot.written().size).toBe(1);
  });
});

describe("a disk without room", () => {
  test.skipIf(!existsSync("/dev/full"))("keeps the reply of a dry run for later", async () => {
    const bot = await newBot();
    bot.give(patch("a"));
    await bot.round();
    bot.pass(21);
    await bot.round();
    const [entry] = await store.answersTo(`<a.${count}@x>`);
    const name = `${entry?.messageId.slice(1, -1)}.eml`;
    mkdirSync(bot.outbox, { recursive: true });
    symlinkSync("/dev/full", join(bot.outbox, `${name}.part`));
    bot.pass(200);
    await bot.round();
    expect((await store.answersTo(`<a.${count}@x>`))[0]).toMatchObject({
      state: "ready",
      note: `${bot.outbox} cannot be written (ENOSPC)`,
    });
    rmSync(join(bot.outbox, `${name}.part`));
    bot.pass(20);
    await bot.round();
    expect(readdirSync(bot.outbox)).toEqual([name]);
  });
});
