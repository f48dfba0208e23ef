/**
 * Keeps the audits of open documents up to date: soon after an edit, at once when something is asked.
 *
 * In:  the open documents, packs and a profile, both of which may change.
 * Out: an audit for each version of a document that stood still for a moment.
 *
 * Each document is audited by itself, as `lockspan audit FILE` does it, with the headers and callers
 * that its pack names; where these are open, their buffers count.
 */
import { placeOfSource, readBeside } from "../adapters/index.ts";
import {
  createLiveAudit,
  type FilesBeside,
  filesBeside,
  type LiveAudit,
  type LockView,
  type Review,
} from "../review/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import type { PlacedDocument } from "./placed-document.ts";
import { isCDocument, pathOfUri, uriOfFile } from "./places.ts";
import { TextDocument } from "./protocol.ts";

export interface AuditedDocument {
  readonly placed: PlacedDocument;
  readonly review: Review;
  readonly locks: LockView;
}

export interface DocumentAudits {
  /** Packs and profile for all audits from now on. */
  readonly use: (packs: LoadedPacks, profile: Profile) => void;
  /** A document was opened or edited. */
  readonly changed: (uri: string) => void;
  /** Files were written by somebody: documents that are analysed with one of them are audited again. */
  readonly written: (uris: readonly string[]) => void;
  readonly closed: (uri: string) => void;
  /** The audit of the document as it is; null for one that is not open or no C. */
  readonly current: (uri: string) => Promise<AuditedDocument | null>;
}

interface DocumentAuditsSetting {
  readonly documents: { readonly get: (uri: string) => TextDocument | undefined };
  /** `--tree`; null to find the checkout of each file. */
  readonly tree: string | null;
  readonly onAudited: (audited: AuditedDocument) => void;
  readonly onFailure: (error: unknown) => void;
}

/** What is known of an open document; its version is in `audited`. */
interface Entry {
  place: Promise<Omit<PlacedDocument, "document">> | null;
  beside: Promise<FilesBeside> | null;
  /** Addresses of the files that `beside` was asked for. */
  besideUris: ReadonlySet<string>;
  audited: AuditedDocument | null;
  running: Promise<void> | null;
  timer: NodeJS.Timeout | null;
  lastMs: number;
}

/** Shorter than a person notices, longer than the pieces of one edit are apart. */
const LEAST_DELAY_MS = 10;
/** A document that takes long is audited when its author pauses. */
const MOST_DELAY_MS = 500;
/** Nobody types: the time to forget old versions. */
const IDLE_MS = 3000;

export function createDocumentAudits(setting: DocumentAuditsSetting): DocumentAudits {
  const { documents, tree, onAudited, onFailure } = setting;
  const entries = new Map<string, Entry>();
  let rules: { readonly packs: LoadedPacks; readonly live: LiveAudit } | null = null;
  let idle: NodeJS.Timeout | null = null;

  const entryOf = (uri: string): Entry => {
    const known = entries.get(uri) ?? newEntry();
    entries.set(uri, known);
    return known;
  };
  const schedule = (uri: string): void => {
    const entry = entryOf(uri);
    if (entry.timer !== null) clearTimeout(entry.timer);
    const delay = Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, entry.lastMs / 2));
    entry.timer = setTimeout(() => {
      entry.timer = null;
      current(uri).catch(onFailure);
    }, delay);
  };
  const again = (uri: string, entry: Entry): void => {
    entry.beside = null;
    entry.audited = null;
    schedule(uri);
  };
  const renewWhenIdle = (uri: string): void => {
    if (idle !== null) clearTimeout(idle);
    idle = setTimeout(() => {
      idle = null;
      if (rules?.live.isWornOut() !== true) return;
      rules.live.renew();
      const entry = entries.get(uri);
      if (entry !== undefined) again(uri, entry);
    }, IDLE_MS);
  };

  const audit = async (uri: string, entry: Entry): Promise<void> => {
    const { packs, live } = rules ?? {};
    if (packs === undefined || live === undefined) return;
    entry.place ??= placeOf(uri, tree);
    const { path, top } = await entry.place;
    entry.beside ??= besideOf(entry, { path, top, packs, documents });
    const beside = await entry.beside;
    const document = documents.get(uri);
    if (document === undefined || rules?.live !== live) return;
    const started = performance.now();
    const { review, locks } = live.audit([{ path, text: document.getText() }], beside);
    entry.lastMs = performance.now() - started;
    // The editor's object changes with the next edit.
    const placed = { document: frozen(document), path, top };
    entry.audited = { placed, review, locks };
    onAudited(entry.audited);
    renewWhenIdle(uri);
  };

  const current = async (uri: string): Promise<AuditedDocument | null> => {
    for (;;) {
      const document = documents.get(uri);
      if (document === undefined || !isCDocument(document) || rules === null) return null;
      const entry = entryOf(uri);
      if (entry.audited?.placed.document.version === document.version) return entry.audited;
      if (entry.timer !== null) clearTimeout(entry.timer);
      entry.timer = null;
      entry.running ??= audit(uri, entry).finally(() => {
        entry.running = null;
      });
      await entry.running;
    }
  };

  return {
    use: (packs, profile) => {
      rules = { packs, live: createLiveAudit(packs, profile) };
      for (const [uri, entry] of entries) again(uri, entry);
    },
    changed: (uri) => {
      const document = documents.get(uri);
      if (document !== undefined && isCDocument(document)) schedule(uri);
      for (const [other, entry] of entries) if (entry.besideUris.has(uri)) again(other, entry);
    },
    written: (uris) => {
      for (const [uri, entry] of entries)
        if (uris.some((one) => entry.besideUris.has(one))) again(uri, entry);
    },
    closed: (uri) => {
      const timer = entries.get(uri)?.timer ?? null;
      if (timer !== null) clearTimeout(timer);
      entries.delete(uri);
      for (const [other, entry] of entries) if (entry.besideUris.has(uri)) again(other, entry);
    },
    current,
  };
}

function newEntry(): Entry {
  const nothing = { place: null, beside: null, audited: null, running: null, timer: null };
  return { ...nothing, besideUris: new Set(), lastMs: 0 };
}

async function placeOf(uri: string, tree: string | null): Promise<Omit<PlacedDocument, "document">> {
  const absolute = pathOfUri(uri);
  if (absolute !== null) return placeOfSource(absolute, absolute, tree);
  // A buffer without a file has the name that the editor gave it.
  return { path: decodeURIComponent(uri.replace(/^[a-z+.-]+:\/*/i, "")), top: null };
}

async function besideOf(
  entry: Entry,
  {
    path,
    top,
    packs,
    documents,
  }: Omit<PlacedDocument, "document"> &
    Pick<DocumentAuditsSetting, "documents"> & { readonly packs: LoadedPacks },
): Promise<FilesBeside> {
  if (top === null) return {};
  return filesBeside(packs, [path], async (names) => {
    entry.besideUris = new Set(names.map((name) => uriOfFile(top, name)));
    const open = names.flatMap((name): [string, string][] => {
      const text = documents.get(uriOfFile(top, name))?.getText();
      return text === undefined ? [] : [[name, text]];
    });
    return new Map([...(await readBeside(names, [{ top }])), ...open]);
  });
}

function frozen(document: TextDocument): TextDocument {
  return TextDocument.create(document.uri, document.languageId, document.version, document.getText());
}
