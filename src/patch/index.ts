/**
 * Mail and diff text to patches and series; patches applied in memory; line maps.
 * Pure: knows no C, reads no file.
 */

export { applyFileDiff, type PlacedHunk } from "./apply.ts";
export {
  type AppliedStep,
  applyChain,
  describeRejection,
  type FileChain,
  fileChains,
} from "./apply-series.ts";

export { diffTexts } from "./diff-texts.ts";
export { unsafeNameReason } from "./file-name.ts";

export {
  type MessageEntry,
  mailboxDocument,
  type SeriesEntry,
} from "./mailbox-document.ts";
export { mboxBounds } from "./mbox-bounds.ts";
export { type Message, readMessages } from "./message.ts";
export {
  type FileDiff,
  pathOf,
} from "./patch.ts";
export { mailInMbox, mailsOfMbox, type RawMailText } from "./raw-mails.ts";
export { type Patch, type PatchSelection, readingsOf, selectPatches, withRerolls } from "./select-patches.ts";
export { assembleSeries, type Mailbox, type Series } from "./series.ts";

export { bytesOf, decodeText } from "./text-codec.ts";
export { textFileOf, textOf } from "./text-file.ts";
export { parseUnifiedDiff } from "./unified-diff.ts";
export { unmailedPatch } from "./unmailed-patch.ts";
