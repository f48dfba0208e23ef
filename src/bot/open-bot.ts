/** The bot put together from its configuration: store, sources, mail server, tree. */
import { join } from "node:path";
import {
  folderOutlet,
  givenSource,
  isStopped,
  openSource,
  openStore,
  openTree,
  proveSender,
  readInputs,
  resolveBase,
  smtpOutlet,
} from "../adapters/index.ts";
import type { PatchSelection } from "../patch/index.ts";
import {
  filesBeside,
  type MailSource,
  type Mode,
  reviewSeries,
  type SeriesReview,
  type Store,
} from "../review/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { BotConfig } from "./config.ts";
import type { Log, Rounds } from "./cycle.ts";
import { modeOfPatch, parseMaintainers } from "./maintainers.ts";
import type { BotSettings } from "./settings.ts";
import type { Checkpoint } from "./workshop.ts";

export interface BotParts {
  readonly config: BotConfig;
  readonly version: string;
  readonly packs: LoadedPacks;
  readonly now: () => Date;
  readonly since: Date | null;
  readonly log: Log;
  readonly checkpoint: Checkpoint;
  readonly isEnding: () => boolean;
}

export interface OpenBot {
  readonly store: Store;
  readonly rounds: Rounds;
  readonly isStopped: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export async function openStoreOf({ databaseUrl, state }: BotConfig): Promise<Store> {
  return openStore(
    databaseUrl === null ? { kind: "folder", folder: state } : { kind: "server", url: databaseUrl },
  );
}

/** @param inputs mails that are named: they are read beside the configured sources */
export async function openBot(parts: BotParts, inputs: readonly string[]): Promise<OpenBot> {
  const { config, now, checkpoint } = parts;
  const store = await openStoreOf(config);
  try {
    const sources = await sourcesOf(config, inputs);
    const { settings } = config;
    const stopped = () => isStopped(settings.stopFile);
    const workshop = {
      store,
      settings,
      version: parts.version,
      now,
      checkpoint,
      review: (selection: PatchSelection) =>
        reviewOn(config.tree, selection, { packs: parts.packs, settings }),
      modeFor: (files: readonly string[]) => modeFor(config, files, store),
    };
    const smtp = config.smtp === null ? null : smtpOutlet(config.smtp);
    const folder = folderOutlet(join(config.state, "outbox"));
    const rounds: Rounds = {
      workshop,
      office: { store, settings, now, checkpoint, isStopped: stopped, folder, smtp },
      sources,
      prove: (raw) => proveSender(raw, null),
      since: parts.since,
      isAlone: config.databaseUrl === null,
      log: parts.log,
      isEnding: parts.isEnding,
    };
    const close = async () => {
      for (const source of sources) await source.close();
      await store.close();
    };
    return { store, rounds, isStopped: stopped, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function sourcesOf({ sources, state }: BotConfig, inputs: readonly string[]): Promise<MailSource[]> {
  const given = await readInputs(inputs);
  return [
    ...given.map(({ bytes }) => givenSource("the command line", bytes)),
    ...sources.map((source) => openSource(source, state)),
  ];
}

interface ReviewSetting {
  readonly packs: LoadedPacks;
  readonly settings: BotSettings;
}

export async function reviewOn(
  tree: string,
  selection: PatchSelection,
  { packs, settings }: ReviewSetting,
): Promise<SeriesReview> {
  const base = await resolveBase(tree, selection, { base: null });
  const paths = base.files.map(({ path }) => path);
  const beside = await filesBeside(packs, paths, base.tree.read);
  const { patches } = selection;
  return reviewSeries({ patches, base, beside, packs, profile: settings.profile, scope: "introduced" });
}

/** Switches by mail come on top of those of the file. */
async function modeFor(
  { settings, tree }: BotConfig,
  files: readonly string[],
  store: Store,
): Promise<Mode | "off"> {
  if (settings.sections === null) return settings.mode;
  const switches = new Map([...settings.sections, ...(await store.sections())]);
  const sections = parseMaintainers(await maintainersOf(tree));
  return modeOfPatch(files, { sections, switches, mode: settings.mode });
}

async function maintainersOf(tree: string): Promise<string> {
  const named = await openTree(tree);
  if (named.kind === "folder" || named.head === null) {
    const { tree: folder } = named.kind === "folder" ? named : { tree: named.folder };
    return (await folder.read(["MAINTAINERS"])).get("MAINTAINERS") ?? "";
  }
  return (await named.repository.readFiles(named.head, ["MAINTAINERS"])).get("MAINTAINERS") ?? "";
}
