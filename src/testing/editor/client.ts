/** An editor without a screen: starts `lockspan lsp` and speaks to it through the protocol's own client library. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeParams,
  type InitializeResult,
  type ProtocolConnection,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** What an editor of today says of itself. */
const ABILITIES: InitializeParams["capabilities"] = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    hover: { contentFormat: ["markdown", "plaintext"] },
    inlayHint: {},
  },
};

export class EditorClient {
  readonly process: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  readonly published: Published[] = [];
  /** What the user was shown. */
  readonly messages: string[] = [];
  #waiting: (() => void)[] = [];
  #versions = new Map<string, number>();

  constructor(script: string, args: readonly string[] = ["--stdio"]) {
    this.process = spawn(process.execPath, [script, "lsp", ...args], { stdio: "pipe" });
    const { stdout, stdin } = this.process;
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", (published: Published) => {
      this.published.push(published);
      this.#wake();
    });
    this.connection.onNotification("window/showMessage", ({ message }: { message: string }) => {
      this.messages.push(message);
      this.#wake();
    });
    this.connection.listen();
  }

  async initialize(more: Partial<InitializeParams> = {}): Promise<InitializeResult> {
    const base = { processId: process.pid, rootUri: null, capabilities: ABILITIES };
    const result = await this.connection.sendRequest<InitializeResult>("initialize", { ...base, ...more });
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  async open(uri: string, text: string, languageId = "c"): Promise<void> {
    this.#versions.set(uri, 1);
    const textDocument = { uri, languageId, version: 1, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** @returns the version that the document has now */
  async edit(uri: string, changes: readonly { range?: Range; text: string }[]): Promise<number> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const params = { textDocument: { uri, version }, contentChanges: changes };
    await this.connection.sendNotification("textDocument/didChange", params);
    return version;
  }

  /** Resolves with what is published of a version, when it is. */
  async diagnosticsOf(uri: string, version = 1): Promise<readonly Diagnostic[]> {
    const found = await this.until(() =>
      this.published.find((one) => one.uri === uri && (one.version ?? 0) >= version),
    );
    return found.diagnostics;
  }

  /** Looks again after each message. The test's own time limit is the limit. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((done) => this.#waiting.push(done));
    }
  }

  request<T>(method: string, params: object): Promise<T> {
    return this.connection.sendRequest<T>(method, params);
  }

  /** @returns the process's exit status */
  async end(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    return this.leave();
  }

  /** Without asking for a shutdown first. */
  async leave(): Promise<number | null> {
    const ended = once(this.process, "exit");
    await this.connection.sendNotification("exit");
    const [status] = await ended;
    this.connection.dispose();
    return status;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }
}
