/**
 * The language server: findings while code is written, the locks held where the pointer is, and
 * the ends of lock spans behind their lines.
 */
import { dirname } from "node:path";
import { Failure } from "../base/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { createDocumentAudits, type DocumentAudits } from "./document-audits.ts";
import { hintsOf, hoverAt } from "./marks.ts";
import { pathOfUri } from "./places.ts";
import {
  type CancellationToken,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  InlayHintRefreshRequest,
  LSPErrorCodes,
  MarkupKind,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  type ShowMessageParams,
  TextDocument,
  TextDocumentSyncKind,
  TextDocuments,
} from "./protocol.ts";
import { type EditorSettings, readSettings } from "./settings.ts";

export interface EditorSetting {
  readonly version: string;
  /** @throws {InputError} for a folder that is not there or a pack that is wrong */
  readonly packs: (folders: readonly string[]) => Promise<LoadedPacks>;
  /** What the command line says; the editor's settings go before. */
  readonly profile: Profile;
  readonly rules: readonly string[];
  readonly tree: string | null;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** What the editor can do, of that which matters here. */
interface Abilities {
  readonly related: boolean;
  readonly markdown: boolean;
  readonly watching: boolean;
  readonly refreshing: boolean;
}

/** Serves one editor; the process ends with the connection, with status 0 after an orderly shutdown and 1 without one. */
export function serveEditor(setting: EditorSetting): void {
  const connection = createConnection(setting.input, setting.output);
  new EditorServer(connection, setting).listen();
}

class EditorServer {
  readonly #connection: Connection;
  readonly #setting: EditorSetting;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #audits: DocumentAudits;
  readonly #shown = new Set<string>();
  #settings: EditorSettings;
  #abilities: Abilities = { related: false, markdown: false, watching: false, refreshing: false };
  #folder = ".";
  #isInitialised = false;

  constructor(connection: Connection, setting: EditorSetting) {
    this.#connection = connection;
    this.#setting = setting;
    this.#settings = { profile: setting.profile, rules: setting.rules, hints: true };
    this.#audits = createDocumentAudits({
      documents: this.#documents,
      tree: setting.tree,
      onAudited: ({ placed, review }) => {
        const { uri, version } = placed.document;
        const diagnostics = diagnosticsOf(review, placed, this.#abilities.related);
        void connection.sendDiagnostics({ uri, version, diagnostics });
      },
      onFailure: (error) => this.#say(error),
    });
  }

  listen(): void {
    const connection = this.#connection;
    const documents = this.#documents;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#watch());
    documents.onDidChangeContent(({ document }) => this.#audits.changed(document.uri));
    documents.onDidSave(({ document }) => this.#written([document.uri]));
    documents.onDidClose(({ document }) => {
      this.#audits.closed(document.uri);
      void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    });
    connection.onDidChangeWatchedFiles(({ changes }) => this.#written(changes.map(({ uri }) => uri)));
    connection.onDidChangeConfiguration(({ settings }) => this.#configure(settingsIn(settings)));
    connection.onHover(({ textDocument, position }, token) =>
      this.#answer(textDocument.uri, token, (audited) =>
        hoverAt(audited, position, this.#abilities.markdown ? MarkupKind.Markdown : MarkupKind.PlainText),
      ),
    );
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.#answer(textDocument.uri, token, (audited) =>
        this.#settings.hints ? hintsOf(audited, range) : [],
      ),
    );
    documents.listen(connection);
    connection.listen();
  }

  async #initialize({
    capabilities,
    initializationOptions,
    ...params
  }: InitializeParams): Promise<InitializeResult> {
    const { textDocument, workspace } = capabilities;
    this.#abilities = {
      related: textDocument?.publishDiagnostics?.relatedInformation === true,
      markdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true,
      watching: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      refreshing: workspace?.inlayHint?.refreshSupport === true,
    };
    const root = params.workspaceFolders?.[0]?.uri ?? params.rootUri ?? null;
    this.#folder = (root === null ? null : pathOfUri(root)) ?? process.cwd();
    await this.#configure(initializationOptions);
    this.#isInitialised = true;
    return {
      serverInfo: { name: "lockspan", version: this.#setting.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        inlayHintProvider: true,
      },
    };
  }

  /** Takes what is usable of the settings, and says what is not. */
  async #configure(given: unknown): Promise<void> {
    const { settings, complaints } = readSettings(given, this.#settings, this.#folder);
    for (const complaint of complaints) this.#say(new Error(complaint));
    this.#settings = settings;
    await this.#loadPacks();
  }

  async #loadPacks(): Promise<void> {
    const { profile, rules } = this.#settings;
    const packs = await this.#setting.packs(rules).catch((error: unknown) => {
      this.#say(error);
      return this.#setting.packs([]);
    });
    this.#audits.use(packs, profile);
    if (this.#abilities.refreshing && this.#isInitialised)
      void this.#connection.sendRequest(InlayHintRefreshRequest.type).catch(() => {});
  }

  /** Rule packs, and the files that documents are analysed with, are changed by other programs too. */
  #watch(): void {
    if (!this.#abilities.watching) return;
    void this.#connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: "**/*.{c,h,yaml,yml}" }],
    });
  }

  #written(uris: readonly string[]): void {
    const isPack = (uri: string) => {
      const path = /\.ya?ml$/.test(uri) ? pathOfUri(uri) : null;
      return (
        path !== null && this.#settings.rules.some((folder) => `${dirname(path)}/`.startsWith(`${folder}/`))
      );
    };
    if (uris.some(isPack)) void this.#loadPacks();
    else this.#audits.written(uris);
  }

  async #answer<T>(
    uri: string,
    token: CancellationToken,
    say: (audited: NonNullable<Awaited<ReturnType<DocumentAudits["current"]>>>) => T,
  ): Promise<T | null | ResponseError<void>> {
    if (!this.#isInitialised)
      return new ResponseError(ErrorCodes.ServerNotInitialized, "not initialized yet");
    // Lets a cancellation that follows at once arrive before the work.
    await new Promise((done) => setImmediate(done));
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    const audited = await this.#audits.current(uri);
    return audited === null ? null : say(audited);
  }

  /** Each trouble once: what is wrong now is wrong with every key. */
  #say(error: unknown): void {
    const line = lineOf(error);
    if (this.#shown.has(line)) return;
    this.#shown.add(line);
    this.#connection.console.error(error instanceof Failure ? line : stackOf(error));
    // The library's own function asks for an answer, which not every editor gives.
    const shown: ShowMessageParams = { type: MessageType.Error, message: `lockspan: ${line}` };
    void this.#connection.sendNotification(ShowMessageNotification.type, shown);
  }
}

/** Editors send all of a section, or the section's content. */
function settingsIn(sent: unknown): unknown {
  const isObject = typeof sent === "object" && sent !== null;
  return isObject && "lockspan" in sent ? sent.lockspan : sent;
}

function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof Failure ? error.hint : null;
  return [error.message, hint ?? ""].filter((part) => part !== "").join(". ");
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
