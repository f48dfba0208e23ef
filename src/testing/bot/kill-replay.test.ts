/** kill -9 of a replay, at every step: run again it goes on, and comes to the same. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { minutesAfter } from "../../bot/index.ts";
import { HOW_TO_RUN_SERVERS } from "../servers/server.ts";
import { DEMO_TREE, LIST_ID, mailOf } from "./mails.ts";
import { writeArchive } from "./replay-parts.ts";
import { buildDrill, type Drill } from "./run-drill.ts";

/** It needs no server, but half a minute of processes. */
const isAsked = process.env["LOCKSPAN_SERVERS"] !== undefined;
const STRETCH = ["2026-10-01", "2026-10-05"] as const;
/** In the order in which a replay reaches them first. */
const STEPS = [-1, 4, 5, 6, 7];

let drill: Drill;
let folder = "";
beforeAll(async () => {
  if (!isAsked) return;
  drill = await buildDrill("kill-replay-drill");
  folder = mkdtempSync(join(tmpdir(), "lockspan-kill-replay-"));
  const at = (number: number) => minutesAfter(new Date(STRETCH[0]), 60 * (number + 1));
  const mails = Array.from({ length: 8 }, (_, number) =>
    mailOf({
      id: `${number}@x`,
      from: `Ada <ada${number}@example.org>`,
      subject: `[PATCH] protect ${number}`,
      at: at(number),
    }),
  );
  writeArchive(folder, mails);
});
afterAll(() => {
  drill?.remove();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

/** Each with a memory of its own. */
function configIn(name: string): string {
  const file = join(folder, `${name}.json`);
  const document = {
    tree: DEMO_TREE,
    state: join(folder, name),
    from: "lockspan <bot@example.org>",
    human: "Olga Operator <olga@example.org>",
    list: { address: "xen-devel@lists.example.org", id: LIST_ID },
    sources: [{ kind: "mbox", name: "archive", place: join(folder, "archive.mbox"), isList: true }],
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

const wherever = (summary: string | null, name: string) => summary?.replaceAll(join(folder, name), "STATE");

test.skipIf(!isAsked)(
  `one killed process after the other comes to what an undisturbed one does${isAsked ? "" : ` (${HOW_TO_RUN_SERVERS})`}`,
  () => {
    const config = configIn("killed");
    for (const step of STEPS) expect([step, drill.replay(config, step, STRETCH)]).toEqual([step, null]);
    const summary = drill.replay(config, 0, STRETCH);
    expect(summary).toContain("series   8 judged: 8 findings\nreplies  8,");
    expect(wherever(summary, "killed")).toBe(wherever(drill.replay(configIn("whole"), 0, STRETCH), "whole"));
  },
  240_000,
);
