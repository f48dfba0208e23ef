/** Findings, their identity and what they owe to a patch. May not format text for people. */
export {
  classifyChanges,
  countsForExit,
  matchFindings,
  SCOPES,
  type Scope,
  selectByScope,
} from "./change.ts";
export {
  CHECK_IDS,
  type Change,
  type CheckId,
  type Finding,
  type Severity,
  STEP_CHECKS,
  type TraceStep,
} from "./finding.ts";
export {
  baseFingerprintOf,
  fingerprintOf,
  numberFingerprints,
  sortedFingerprints,
} from "./fingerprint.ts";
export { hashOfAll } from "./hash.ts";
export type { AlsoPlace, FindingLabel, FindingNotes, NotedFinding } from "./notes.ts";
export { compareFindings, compareWeight } from "./order.ts";
export {
  type FunctionBody,
  type HunkLine,
  isPatchLine,
  type PatchLines,
  pairRenamed,
  type RenamedFunction,
  rewordedLines,
  type Side,
} from "./patch-lines.ts";
export { mergeRegions } from "./regions.ts";
