/**
 * The door to the language server library. It is built into a script of its own, which only
 * `lockspan lsp` reads.
 */
export {
  type CancellationToken,
  type Connection,
  createConnection,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  type InlayHint,
  InlayHintRefreshRequest,
  LSPErrorCodes,
  MarkupKind,
  MessageType,
  type Range,
  ResponseError,
  ShowMessageNotification,
  type ShowMessageParams,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
export { TextDocument } from "vscode-languageserver-textdocument";
