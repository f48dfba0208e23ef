/**
 * The JSON documents of a review, an audit and a driver model.
 *
 * Keys are written one by one: their order and their set are a promise to other
 * programs (`schema/`), and a new field of a type of ours must not leak out.
 */
import { type Gap, InvariantError } from "../base/index.ts";
import { compareFindings, type Finding, type TraceStep } from "../findings/index.ts";
import type { HiddenFinding, Order, Review, ReviewedPatch, Together } from "../review/index.ts";
import { sortedGaps } from "./gap-order.ts";

/** @returns the document with a line end; equal reviews give equal bytes. */
export function renderJson(review: Review): string {
  const isReview = review.kind === "review";
  const { together } = review;
  const findings = [...review.findings.map((each) => wokenBy(each, together)), ...(together?.appeared ?? [])];
  const document = {
    version: 1,
    profile: review.profile,
    ...(isReview ? { patches: patchesOf(review) } : {}),
    findings: findings.sort(compareFindings).map((each) => findingOf(each, isReview, together)),
    gaps: sortedGaps([...review.gaps, ...(together?.gaps ?? [])]).map(gapOf),
    ...(review.hidden.length === 0 ? {} : { hidden: review.hidden.map((each) => hiddenOf(each, isReview)) }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Those under review, then the others, whose entries say where they were applied. */
function patchesOf({ patches, together }: Review) {
  return [
    ...patches.map((patch) => patchOf(patch, null)),
    ...(together?.patches ?? []).map((patch) => patchOf(patch, together?.order ?? null)),
  ];
}

function patchOf(patch: ReviewedPatch, order: Order | null) {
  const { subject, messageId, author, index, total, revision, base, files } = patch;
  const own = { subject, messageId, author, index, total, revision, base, files };
  return order === null ? own : { ...own, with: order };
}

/** A finding as it is once the other patches are applied as well. */
export function wokenBy(finding: Finding, together: Together | null): Finding {
  const woken = together?.woken.get(finding.fingerprint);
  return woken === undefined ? finding : { ...finding, ...woken, status: "live" };
}

/** What the other patches have to do with a finding; null where it is as it is without them. */
function withOf({ fingerprint }: Finding, together: Together | null): "woken" | "appeared" | null {
  if (together === null) return null;
  if (together.woken.has(fingerprint)) return "woken";
  return together.appeared.some((one) => one.fingerprint === fingerprint) ? "appeared" : null;
}

function findingOf(finding: Finding, isReview: boolean, together: Together | null) {
  if (isReview && (finding.patch === null || finding.change === null)) {
    throw new InvariantError(`a finding of a review names no patch: ${finding.fingerprint}`);
  }
  const { check, rule, severity, confidence, status } = finding;
  const { file, line, column, endLine, endColumn, side } = finding;
  const { object, type, lock, held, message, fix, fingerprint } = finding;
  const by = withOf(finding, together);
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
    ...(by === null ? {} : { with: by }),
    fingerprint,
  };
}

function hiddenOf(
  { check, patch, file, line, function: name, reason, fingerprint }: HiddenFinding,
  isReview: boolean,
) {
  return { check, ...(isReview ? { patch } : {}), file, line, function: name, reason, fingerprint };
}

function stepOf(step: TraceStep) {
  return { file: step.file, line: step.line, function: step.function, what: step.what };
}

function gapOf({ file, line, endLine, why }: Gap) {
  return { file, line, endLine, why };
}
