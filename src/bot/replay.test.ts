/** A stretch of archive, reviewed as the bot would have met it, with nothing mailed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HARMLESS, type MailParts, mailOf } from "../testing/bot/mails.ts";
import { replayParts, writeArchive } from "../testing/bot/replay-parts.ts";
import { runReplay } from "./open-replay.ts";

const TITLE = "arm/smmu: protect the tree of masters with a lock";
const at = (date: string, id: string, more: Partial<MailParts> = {}) =>
  mailOf({ id: `${id}@x`, at: new Date(date), ...more });

const ARCHIVE = [
  at("2026-09-30T23:00:00Z", "before", { from: "Zoe <zoe@example.org>" }),
  at("2026-10-01T09:00:00Z", "v1", { subject: `[PATCH] ${TITLE}` }),
  at("2026-10-01T10:00:00Z", "talk", { subject: "Re: [PATCH] x", body: "Why?\n" }),
  at("2026-10-01T15:00:00Z", "bob", {
    subject: "[PATCH] a word",
    from: "Bob <bob@example.org>",
    body: HARMLESS,
  }),
  at("2026-10-02T09:00:00Z", "half", {
    subject: "[PATCH 1/2] x",
    from: "Cy <cy@example.org>",
    body: HARMLESS,
  }),
  // In an archive that is read at once the next revision is there before the first is looked at.
  at("2026-10-02T16:00:00Z", "v2", { subject: `[PATCH v2] ${TITLE}` }),
  at("2026-10-05T00:00:00Z", "after", { from: "Eve <eve@example.org>" }),
];
const STRETCH = { since: new Date("2026-10-01"), until: new Date("2026-10-05") };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lockspan-replay-"));
  writeArchive(folder, ARCHIVE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a replay", () => {
  const reached: string[] = [];

  test("that is told to end goes on where it was, and sums up the whole stretch", async () => {
    const parts = await replayParts(folder);
    const progress = ({ what, done }: { what: string; done: number }) => reached.push(`${what} ${done}`);
    const first = await runReplay({ ...parts, progress, isEnding: () => reached.length > 1 }, STRETCH);
    expect(first).toBeNull();
    expect(reached).toEqual(["reading archive 5", "reviewing 1"]);

    const summary = (await runReplay({ ...parts, progress }, STRETCH)) ?? "";
    expect(reached[2]).toBe("reviewing 1");
    expect(
      summary.replace(/on \S+ *,|in (the folder )?\S*replay_(\w+_)[0-9a-f]{8}/g, "in REPLAY").split("\n"),
    ).toEqual([
      "2026-10-01 to 2026-10-05, in REPLAY profile approach-b",
      "kept in REPLAY",
      "",
      "mails    5 read, 4 patch, 1 incomplete",
      "series   3 judged: 2 findings, 1 silent",
      "replies  2, at most 1 on a day (2026-10-01; the cap is 20) and 1 to one author (the cap is 5)",
      "",
      "check         findings",
      "early-unlock         1",
      "",
      "would have been sent (files in REPLAY/outbox):",
      `  2026-10-01  [PATCH] ${TITLE}`,
      "              early-unlock in arm_smmu_add_device()",
      `  2026-10-02  [PATCH v2] ${TITLE}`,
      "              early-unlock in arm_smmu_add_device()",
      "",
    ]);
  });

  test("leaves the replies as files, and the bot's own memory alone", async () => {
    const [name = ""] = readdirSync(join(folder, "state/replay"));
    const outbox = join(folder, "state/replay", name, "outbox");
    const mails = readdirSync(outbox).map((file) => readFileSync(join(outbox, file), "utf8"));
    const to = (id: string) => mails.find((mail) => mail.includes(`In-Reply-To: <${id}@x>`)) ?? "";
    expect(mails.length).toBe(2);
    expect(to("v1")).toMatch(/^Date: Thu, 01 Oct 2026 11:00:00 \+0000$/m);
    expect(to("v2")).toContain("Unchanged since the earlier revision");
    expect(existsSync(join(folder, "state/database"))).toBe(false);
  });

  test("that is over is summed up again without work", async () => {
    const worked: string[] = [];
    const parts = await replayParts(folder);
    await runReplay({ ...parts, progress: ({ what }) => worked.push(what) }, STRETCH);
    expect(worked).toEqual([]);
  });
});
