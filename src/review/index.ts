/** The pipeline's results and ports. May not touch the outside. */

export { analysisSetting, settingForOne } from "./analyse-files.ts";
export { applyTogether, filesNamedBy, type TogetherResult, type TogetherSource } from "./apply-together.ts";
export {
  type AuditPlan,
  auditFiles,
  auditOfPlan,
  auditOfReports,
  type FilesBeside,
  planAudit,
} from "./audit-files.ts";
export type { AuditedDriver } from "./audited-drivers.ts";
export { filesBeside } from "./beside-files.ts";
export {
  type ClaimedEntry,
  type Conclusion,
  type Counts,
  type FindingState,
  type Job,
  type KnownMail,
  type KnownReview,
  MAIL_STATES,
  type MailMemory,
  type MailSource,
  type MailState,
  MODES,
  type Mode,
  type NewMail,
  type NewReview,
  OUTBOX_STATES,
  type Outbox,
  type OutboxEntry,
  type OutboxState,
  type Outgoing,
  type Outlet,
  type Parcel,
  type RawMail,
  type ReceivedBatch,
  type Reception,
  type ReviewMemory,
  type SourceBatch,
  type SourceQuestion,
  type Store,
  type ToldFinding,
  type Wishes,
  type WorkQueue,
} from "./bot-ports.ts";
export { readChange } from "./change-review.ts";
export { bindingComplaints, checkExamples } from "./check-packs.ts";
export {
  type CommitVerdict,
  commitVerdict,
  type HistoryFinding,
} from "./commit-verdict.ts";
export type { DocumentedObject } from "./documented-objects.ts";
export type { DocumentedUse, DocumentedWay } from "./documented-ways.ts";
export type {
  DriverReport,
  ReportedAccess,
  ReportedFunction,
  ReportedLine,
  ReportedLock,
  ReportedOrder,
  ReportedPair,
  ReportedSpan,
} from "./driver-report.ts";
export { headerFiles } from "./header-types.ts";
export {
  type CommitFacts,
  type FindingLife,
  type History,
  HistoryBook,
  type HistoryCommit,
} from "./history.ts";
export { inferGuards } from "./infer-guards.ts";
export type { InputFile } from "./input-file.ts";
export { createLiveAudit, type LiveAudit } from "./live-audit.ts";
export { type DocumentedLock, type LockDocument, lockDocumentsOf } from "./lock-document.ts";
export type { HeldView, LockView, SpanEnd, ViewedLock } from "./lock-view.ts";
export { modelOfFiles } from "./model-of-files.ts";
export type { BaseFile, BaseSource, SourceTree } from "./ports.ts";
export { type ProgramReport, reportOnProgram } from "./program-report.ts";
export type {
  ChangedFile,
  ChangeSource,
  CommentPlace,
  FileComment,
  LineComment,
  NewComment,
  PullRequestHost,
  Written,
} from "./pull-request-ports.ts";
export type {
  HiddenFinding,
  Order,
  Review,
  ReviewedDiff,
  ReviewedHunk,
  ReviewedHunkLine,
  ReviewedPatch,
  SourceLookup,
  Together,
} from "./review.ts";
export { reviewSeries, type SeriesInput, type SeriesReview } from "./review-series.ts";
export { createSharedWork, keptInBounds, type SharedWork } from "./shared-work.ts";
export { type Replacement, sureFixes } from "./sure-fix.ts";
export { versionModels } from "./version-models.ts";
