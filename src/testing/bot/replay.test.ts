/** One replay on a real PostgreSQL: two processes' worth of it and a worker share the work. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { helpReplays, minutesAfter, runReplay } from "../../bot/index.ts";
import { postgresPrograms, type RunningPostgres, startPostgres } from "../servers/postgres.ts";
import { HOW_TO_RUN_SERVERS } from "../servers/server.ts";
import { mailOf } from "./mails.ts";
import { replayParts, writeArchive } from "./replay-parts.ts";

const STRETCH = { since: new Date("2026-10-01"), until: new Date("2026-10-05") };
const SERIES = 24;
const programs = postgresPrograms();

describe.skipIf(programs === null)(
  programs === null ? `a replay on a server (${HOW_TO_RUN_SERVERS})` : "a replay on a server",
  () => {
    let database: RunningPostgres;
    let folder = "";
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "lockspan-replay-"));
      database = await startPostgres(programs ?? "");
      // Each series has a second revision an hour later, which is judged by what was told of the first.
      const mails = Array.from({ length: SERIES }, (_, number) =>
        mailOf({
          id: `${number}@x`,
          from: `Ada <ada${number >> 1}@example.org>`,
          subject: `[PATCH${number % 2 === 1 ? " v2" : ""}] protect ${number >> 1}`,
          at: minutesAfter(STRETCH.since, 60 * (number + 1)),
        }),
      );
      writeArchive(folder, mails);
    }, 120_000);
    afterAll(async () => {
      await database?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test("is shared by all who take part, and judges each series once", async () => {
      const parts = await replayParts(folder, { DATABASE_URL: database.url });
      const done = { first: 0, second: 0 };
      let helped = 0;
      const worker = async () => {
        for (let round = 0; round < 40 && helped === 0; round += 1) {
          helped = await helpReplays(parts);
          await new Promise((rested) => setTimeout(rested, 50));
        }
      };
      const [first, second] = await Promise.all([
        runReplay({ ...parts, progress: ({ what }) => what === "reviewing" && done.first++ }, STRETCH),
        runReplay({ ...parts, progress: ({ what }) => what === "reviewing" && done.second++ }, STRETCH),
        worker(),
      ]);
      expect(first).toContain(`series   ${SERIES} judged: ${SERIES} findings\nreplies  ${SERIES},`);
      expect(second).toBe(first);
      expect(helped).toBeGreaterThan(0);
      // What waits for the revision before it is taken up again.
      expect(done.first + done.second + helped).toBeGreaterThanOrEqual(SERIES);
      const outbox = /^would have been sent \(files in (.*)\):$/m.exec(first ?? "")?.[1] ?? "";
      const replies = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), "utf8"));
      const repeating = replies.filter((text) => text.includes("Unchanged since the earlier revision"));
      expect(repeating.map((text) => /^Subject: Re: \[(.*?)\]/m.exec(text)?.[1])).toEqual(
        Array.from({ length: SERIES / 2 }, () => "PATCH v2"),
      );
      expect(await helpReplays(parts)).toBe(0);
    }, 120_000);
  },
);
