/**
 * A disk that fills up under the embedded database: a small file system of memory, which root may mount.
 * The round fails in one line; with more room the bot goes on, and every mail is there once.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOW_TO_RUN_SERVERS } from "../servers/server.ts";
import { DEMO_TREE, LIST_ID, mailOf } from "./mails.ts";
import { writeArchive } from "./replay-parts.ts";
import { buildDrill, type Drill } from "./run-drill.ts";

const MAILS = 1500;
const isAsked = process.env["LOCKSPAN_SERVERS"] !== undefined && process.getuid?.() === 0;
const disk = isAsked ? mkdtempSync(join(tmpdir(), "lockspan-disk-")) : "";
const mount = (...args: readonly string[]) => spawnSync("/usr/bin/mount", [...args, disk]).status === 0;
const isMounted = isAsked && mount("-t", "tmpfs", "-o", "size=64m", "tmpfs");

describe.skipIf(!isMounted)(
  isMounted
    ? "a full disk"
    : `a full disk (${isAsked ? "skipped: nothing can be mounted" : HOW_TO_RUN_SERVERS})`,
  () => {
    const folder = isMounted ? mkdtempSync(join(tmpdir(), "lockspan-full-")) : "";
    let drill: Drill;
    beforeAll(async () => {
      drill = await buildDrill("full-disk-drill");
    });
    afterAll(() => {
      drill.remove();
      execFileSync("/usr/bin/umount", ["--lazy", disk]);
      rmdirSync(disk);
      rmSync(folder, { recursive: true, force: true });
    });

    test("costs no mail", async () => {
      const noise = (number: number) =>
        Array.from({ length: 900 }, (_, at) => `${(number + 1) * (at + 7) * 7919} and ${at * 31}\n`).join("");
      const mails = Array.from({ length: MAILS }, (_, number) =>
        mailOf({ id: `${number}@x`, subject: "talk", body: noise(number) }),
      );
      writeArchive(folder, mails);
      const config = join(folder, "config.json");
      const document = {
        tree: DEMO_TREE,
        state: join(disk, "state"),
        from: "lockspan <bot@example.org>",
        human: "Olga Operator <olga@example.org>",
        list: { address: "xen-devel@lists.example.org", id: LIST_ID },
        sources: [{ kind: "mbox", name: "archive", place: join(folder, "archive.mbox"), isList: true }],
      };
      writeFileSync(config, JSON.stringify(document));

      // A statement is refused, or the engine stops: where in its files the disk is full is chance.
      expect(() => {
        throw new Error(drill.run(config, 0)?.failures[0]);
      }).toThrow(/the database failed: .*No space left on device|the embedded database stopped/);
      expect(mount("-o", "remount,size=400m")).toBe(true);
      expect(drill.run(config, 0)).toMatchObject({ failures: [], mails: { left: MAILS } });
    }, 120_000);
  },
);
