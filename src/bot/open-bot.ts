/** The bot put together from its configuration: store, sources, mail server, tree. */
import { join } from "node:path";
import {
  createTreeMemory,
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
  type TreeMemory,
} from "../adapters/index.ts";
import { NO_CACHE, type OnProgress, type ResultCache, ServiceError } from "../base/index.ts";
import type { PatchSelection } from "../patch/index.ts";
import {
  createSharedWork,
  filesBeside,
  keptInBounds,
  type MailSource,
  type Mode,
  type Review,
  reviewSeries,
  type SharedWork,
  type Store,
} from "../review/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { BotConfig } from "./config.ts";
import type { Log, Rounds } from "./cycle.ts";
import { keptReview } from "./kept-review.ts";
import { modeOfPatch, parseMaintainers } from "./maintainers.ts";
import type { BotSettings } from "./settings.ts";
import type { Checkpoint, Workshop } from "./workshop.ts";

export interface BotParts {
  readonly config: BotConfig;
  readonly version: string;
  readonly packs: LoadedPacks;
  /** For the program, the rules and the profile of the configuration. */
  readonly cache: ResultCache;
  readonly now: () => Date;
  readonly since: Date | null;
  readonly log: Log;
  readonly progress: OnProgress;
  readonly checkpoint: Checkpoint;
  readonly isEnding: () => boolean;
}

export interface OpenBot {
  readonly store: Store;
  readonly rounds: Rounds;
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
    const workshop = workshopOf(parts, store);
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
      progress: parts.progress,
      isEnding: parts.isEnding,
    };
    const close = async () => {
      for (const source of sources) await source.close();
      await store.close();
    };
    return { store, rounds, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

export function workshopOf(parts: BotParts, store: Store): Workshop {
  const { config, packs, cache, version, now, checkpoint } = parts;
  const { settings, tree } = config;
  const shared = sharing(packs);
  const memory = createTreeMemory();
  const sections = async () => parseMaintainers(await maintainersOf(tree, memory));
  return {
    store,
    settings,
    version,
    now,
    checkpoint,
    review: (selection) => reviewOn(tree, selection, { packs, cache, settings, shared, memory }),
    sections,
    modeFor: (files) => modeFor(files, settings, { store, sections }),
  };
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
  /** Left out: nothing is kept. */
  readonly cache?: ResultCache;
  readonly settings: Pick<BotSettings, "profile">;
  readonly shared?: () => SharedWork;
  readonly memory?: TreeMemory;
}

export async function reviewOn(
  tree: string,
  selection: PatchSelection,
  { packs, cache = NO_CACHE, settings, shared, memory }: ReviewSetting,
): Promise<Review> {
  const asked = { base: null, ...(memory !== undefined && { memory }) };
  const base = await resolveBase(tree, selection, asked).catch(async (cause: unknown) => {
    throw (await whyGone(tree)) ?? cause;
  });
  const paths = base.files.map(({ path }) => path);
  const beside = await filesBeside(packs, paths, base.tree.read);
  const { patches } = selection;
  const { profile } = settings;
  const input = { patches, base, beside, packs, profile, scope: "introduced" } as const;
  const ofShared = shared === undefined ? {} : { shared: shared() };
  return keptReview(cache, input, () => reviewSeries({ ...input, ...ofShared }).review);
}

/** The operator's tree is no fault of the patch: it is reviewed when the tree is there again. */
async function whyGone(tree: string): Promise<ServiceError | null> {
  const gone = (why: string, cause?: unknown) =>
    new ServiceError(`tree ${tree}: ${why}`, { hint: "Patches wait until it is there.", cause });
  try {
    const named = await openTree(tree);
    if (named.kind === "repository") return named.head === null ? gone("it has no commit") : null;
    return (await named.tree.list("", [""])).length === 0 ? gone("it is empty") : null;
  } catch (cause) {
    return gone(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Reviews of one process use what those before it read, as far as there is room for it. */
export function sharing(packs: LoadedPacks): () => SharedWork {
  let shared = createSharedWork(packs.platform);
  return () => {
    shared = keptInBounds(shared, packs.platform);
    return shared;
  };
}

/** Switches by mail come on top of those of the file, and count also where the file has none. */
export async function modeFor(
  files: readonly string[],
  settings: Pick<BotSettings, "sections" | "mode">,
  { store, sections }: Pick<Workshop, "store" | "sections">,
): Promise<Mode | "off"> {
  const switches = new Map([...(settings.sections ?? []), ...(await store.sections())]);
  const otherwise = settings.sections === null ? settings.mode : "off";
  if (switches.size === 0) return otherwise;
  return modeOfPatch(files, { sections: await sections(), switches, mode: settings.mode, otherwise });
}

export async function maintainersOf(tree: string, memory: TreeMemory | null = null): Promise<string> {
  const named = await openTree(tree, memory);
  if (named.kind === "folder" || named.head === null) {
    const { tree: folder } = named.kind === "folder" ? named : { tree: named.folder };
    return (await folder.read(["MAINTAINERS"])).get("MAINTAINERS") ?? "";
  }
  return (await named.repository.readFiles(named.head, ["MAINTAINERS"])).get("MAINTAINERS") ?? "";
}
