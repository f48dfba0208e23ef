/**
 * A bot for tests: a real store, the real review on the demonstration's tree, a clock
 * that the test turns, and replies in a scratch folder.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOutlet, isStopped } from "../../adapters/index.ts";
import {
  type LogEntry,
  minutesAfter,
  modeFor,
  oneRound,
  parseMaintainers,
  type RoundResult,
  type Rounds,
  readConfig,
  reviewOn,
} from "../../bot/index.ts";
import type { MailSource, Outlet, RawMail, SourceBatch, Store } from "../../review/index.ts";
import { shippedPacks } from "../xen/xen-packs.ts";
import { DEMO_TREE } from "./mails.ts";

export interface BenchBot {
  readonly store: Store;
  readonly rounds: Rounds;
  readonly logged: readonly LogEntry[];
  readonly stopFile: string;
  /** Where replies are written. */
  readonly outbox: string;
  readonly give: (...mails: readonly RawMail[]) => void;
  readonly pass: (minutes: number) => void;
  readonly round: () => Promise<RoundResult>;
  /** The replies in the folder, by what they answer. */
  readonly written: () => ReadonlyMap<string, string>;
  readonly remove: () => void;
}

export interface BenchParts {
  /** Over the defaults of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly isList?: boolean;
  readonly smtp?: Outlet;
  readonly prove?: Rounds["prove"];
  readonly start?: Date;
  readonly tree?: string;
  /** The tree's MAINTAINERS file. */
  readonly maintainers?: string;
}

export async function benchBot(store: Store, parts: BenchParts = {}): Promise<BenchBot> {
  const folder = mkdtempSync(join(tmpdir(), "lockspan-bot-"));
  let time = parts.start ?? new Date("2026-11-20T12:00:00Z");
  const queue: RawMail[] = [];
  const logged: LogEntry[] = [];
  const packs = await shippedPacks();
  const document = {
    tree: DEMO_TREE,
    state: folder,
    from: "lockspan <bot@example.org>",
    human: "Olga Operator <olga@example.org>",
    list: {
      address: "xen-devel@lists.example.org",
      id: "xen-devel.lists.example.org",
      link: "https://lists.example.org/",
    },
    smtp: { host: "127.0.0.1" },
    caps: { mailsPerListDay: 100_000 },
    ...parts.config,
  };
  const { settings } = readConfig({ file: "test", document, env: {}, given: {} });
  const now = () => time;
  const sections = async () => parseMaintainers(parts.maintainers ?? "");
  const workshop = {
    store,
    settings,
    version: "0.1.0",
    now,
    checkpoint: async () => {},
    review: (selection: Parameters<Rounds["workshop"]["review"]>[0]) =>
      reviewOn(parts.tree ?? DEMO_TREE, selection, { packs, settings }),
    sections,
    modeFor: (files: readonly string[]) => modeFor(files, settings, { store, sections }),
  };
  const rounds: Rounds = {
    workshop,
    office: {
      store,
      settings,
      now,
      checkpoint: async () => {},
      isStopped: () => isStopped(settings.stopFile),
      folder: folderOutlet(join(folder, "outbox")),
      smtp: parts.smtp ?? null,
    },
    sources: [queueSource(queue, parts.isList ?? false)],
    prove: parts.prove ?? (async () => ({ why: "it has no DKIM signature of example.org" })),
    since: null,
    isAlone: true,
    log: (entry) => logged.push(entry),
    progress: () => {},
    isEnding: () => false,
  };
  return {
    store,
    rounds,
    logged,
    stopFile: settings.stopFile,
    outbox: join(folder, "outbox"),
    give: (...mails) => queue.push(...mails),
    pass: (minutes) => {
      time = minutesAfter(time, minutes);
    },
    round: () => oneRound(rounds),
    written: () => writtenIn(join(folder, "outbox")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Mails that the test hands over, in the order in which it does. */
function queueSource(queue: RawMail[], isList: boolean): MailSource {
  return {
    name: "the test",
    isList,
    read: async function* (): AsyncGenerator<SourceBatch> {
      const mails = queue.splice(0);
      if (mails.length > 0) yield { mails, position: "read", left: 0 };
    },
    close: async () => {},
  };
}

function writtenIn(folder: string): ReadonlyMap<string, string> {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // The folder is made with its first mail.
  }
  const mails = names.map((name) => readFileSync(join(folder, name), "utf8"));
  return new Map(mails.map((mail) => [/^In-Reply-To: <(.*)>$/m.exec(mail)?.[1] ?? "", mail]));
}

export function sayStop(stopFile: string): void {
  writeFileSync(stopFile, "");
}
