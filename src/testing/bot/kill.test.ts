/**
 * kill -9 at every numbered checkpoint of ARCHITECTURE.md: one process after the other works on
 * what the last one left, and dies a step later. In the end every reply is out exactly once.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOW_TO_RUN_SERVERS } from "../servers/server.ts";
import { type Sink, SMTP_SINK, startSink } from "../servers/smtp-sink.ts";
import { DEMO_TREE, LIST_ID, mailOf } from "./mails.ts";
import { buildDrill, type Drill } from "./run-drill.ts";

const CHECKPOINTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const MINUTES = 10 * 60_000;

let drill: Drill;
let folder = "";
beforeAll(async () => {
  drill = await buildDrill("kill-drill");
});
afterAll(() => drill.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lockspan-kill-"));
  for (const part of ["new", "cur", "tmp"]) mkdirSync(join(folder, "maildir", part), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configure(more: Readonly<Record<string, unknown>>): string {
  const file = join(folder, "config.json");
  const document = {
    tree: DEMO_TREE,
    state: join(folder, "state"),
    from: "lockspan <bot@example.org>",
    human: "Olga Operator <olga@example.org>",
    list: { address: "xen-devel@lists.example.org", id: LIST_ID },
    times: { settleMinutes: 0, embargoMinutes: 0 },
    caps: { mailsPerListDay: 1000 },
    sources: [{ kind: "maildir", name: "list", place: join(folder, "maildir") }],
    ...more,
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

const idOf = (number: number) => `<patch-${number}@example.org>`;

function put(name: string, bytes: Uint8Array): void {
  writeFileSync(join(folder, "maildir/new", name), bytes);
}

/** A patch for each checkpoint, of an author and with a title of its own. */
function putPatch(number: number): void {
  const parts = { from: `Ada <ada${number}@example.org>`, subject: `[PATCH] protect ${number}` };
  put(`${number}.host`, mailOf({ id: idOf(number).slice(1, -1), ...parts }).bytes);
}

/** Kills one process after the other. @returns the checkpoints that were reached */
function killAll(config: string): number[] {
  return CHECKPOINTS.filter((number) => {
    putPatch(number);
    return drill.run(config, number) === null;
  });
}

const answered = (mails: readonly string[]) =>
  mails.map((mail) => /^In-Reply-To: (<.*>)/m.exec(mail)?.[1] ?? "none").sort();
const ALL = CHECKPOINTS.map(idOf).sort();

describe.skipIf(SMTP_SINK === null)(
  SMTP_SINK === null ? `killed while it mails (${HOW_TO_RUN_SERVERS})` : "killed while it mails",
  () => {
    let sink: Sink;
    beforeEach(async () => {
      sink = await startSink(SMTP_SINK ?? "");
    });
    afterEach(() => sink.stop());

    test(
      "no reply leaves twice and none is lost; where nobody can know, a person is asked",
      () => {
        const config = configure({ mode: "send", smtp: { host: "127.0.0.1", port: sink.port } });
        expect(killAll(config)).toEqual(CHECKPOINTS);
        const after = drill.run(config, 0);
        const uncertain = Object.entries(after?.states ?? {}).filter(([, state]) =>
          state.startsWith("uncertain"),
        );
        // Killed when the text was offered, and killed when it was taken: from here both look the same.
        expect(uncertain.length).toBe(2);
        const out = answered(sink.taken());
        expect(out).toEqual([...new Set(out)]);
        const lost = uncertain.filter(([parent]) => !out.includes(parent));
        expect(lost.length).toBe(1);
        expect([...out, ...lost.map(([parent]) => parent)].sort()).toEqual(ALL);

        // The list brings back the one that left: nobody has to be asked about it.
        const back = sink
          .taken()
          .find((mail) => uncertain.some(([parent]) => mail.includes(`In-Reply-To: ${parent}`)));
        put("back.host", Buffer.from(back?.slice(back.indexOf("From: lockspan")) ?? ""));
        const settled = drill.run(config, 0);
        const open = Object.entries(settled?.states ?? {}).filter(([, state]) =>
          state.startsWith("uncertain"),
        );
        expect(open.map(([parent]) => parent)).toEqual(lost.map(([parent]) => parent));
      },
      MINUTES,
    );
  },
);
