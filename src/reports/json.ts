/**
 * The JSON documents of a review, an audit and a driver model.
 *
 * Keys are written one by one: their order and their set are a promise to other
 * programs (`schema/`), and a new field of a type of ours must not leak out.
 */
import { type Gap, InvariantError } from "../base/index.ts";
import { compareFindings, type Finding, type TraceStep } from "../findings/index.ts";
import type { Review, ReviewedPatch } from "../review/index.ts";
import { sortedGaps } from "./gap-order.ts";

/** @returns the document with a line end; equal reviews give equal bytes. */
export function renderJson(review: Review): string {
  const isReview = review.kind === "review";
  const document = {
    version: 1,
    profile: review.profile,
    ...(isReview ? { patches: review.patches.map(patchOf) } : {}),
    findings: [...review.findings].sort(compareFindings).map((each) => findingOf(each, isReview)),
    gaps: sortedGaps(review.gaps).map(gapOf),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function patchOf(patch: ReviewedPatch) {
  const { subject, messageId, author, index, total, revision, base, files } = patch;
  return { subject, messageId, author, index, total, revision, base, files };
}

function findingOf(finding: Finding, isReview: boolean) {
  if (isReview && (finding.patch === null || finding.change === null)) {
    throw new InvariantError(`a finding of a review names no patch: ${finding.fingerprint}`);
  }
  const { check, rule, severity, confidence, status } = finding;
  const { file, line, column, endLine, endColumn, side } = finding;
  const { object, type, lock, held, message, fix, fingerprint } = finding;
  return {
    check,
    rule,
    severity,
    confidence,
    status,
    ...(isReview ? { patch: finding.patch } : {}),
    file,
    line,
    column,
    endLine,
    endColumn,
    side,
    function: finding.function,
    object,
    type,
    lock,
    held,
    message,
    trace: finding.trace.map(stepOf),
    conflict: finding.conflict.map(stepOf),
    fix,
    ...(isReview ? { change: finding.change } : {}),
    fingerprint,
  };
}

function stepOf(step: TraceStep) {
  return { file: step.file, line: step.line, function: step.function, what: step.what };
}

function gapOf({ file, line, endLine, why }: Gap) {
  return { file, line, endLine, why };
}
