/** What a replay needs in tests: an archive in an mbox, and a configuration that reads it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_CACHE } from "../../base/index.ts";
import { readConfig, type runReplay } from "../../bot/index.ts";
import type { RawMail } from "../../review/index.ts";
import { shippedPacks } from "../xen/xen-packs.ts";
import { DEMO_TREE, LIST_ID } from "./mails.ts";

export function writeArchive(folder: string, mails: readonly RawMail[]): void {
  const texts = mails.map(
    ({ bytes }) => `From x Thu Nov 19 10:00:00 2026\n${Buffer.from(bytes).toString()}\n`,
  );
  writeFileSync(join(folder, "archive.mbox"), texts.join(""));
}

export async function replayParts(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Parameters<typeof runReplay>[0]> {
  const document = {
    tree: DEMO_TREE,
    state: join(folder, "state"),
    from: "lockspan <bot@example.org>",
    human: "Olga Operator <olga@example.org>",
    list: { address: "xen-devel@lists.example.org", id: LIST_ID },
    pollSeconds: 60,
    sources: [{ kind: "mbox", name: "archive", place: join(folder, "archive.mbox"), isList: true }],
  };
  return {
    config: readConfig({ file: "test", document, env, given: {} }),
    version: "0.1.0",
    packs: await shippedPacks(),
    now: () => new Date("2026-11-20T12:00:00Z"),
    since: null,
    log: () => {},
    progress: () => {},
    cache: NO_CACHE,
    checkpoint: async () => {},
    isEnding: () => false,
  };
}
