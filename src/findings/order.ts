/** The order of findings in every document: by patch, then by place, then by what they say. */
import { comparePlaces, compareText } from "../base/index.ts";
import type { Finding } from "./finding.ts";

/** Total over everything that a document prints first, so that equal input gives equal bytes. */
export function compareFindings(left: Finding, right: Finding): number {
  return (
    (left.patch ?? 0) - (right.patch ?? 0) ||
    comparePlaces(left, right) ||
    // A deleted line stands before the line that took its place.
    compareText(right.side, left.side) ||
    compareText(left.check, right.check) ||
    compareText(left.rule ?? "", right.rule ?? "") ||
    left.endLine - right.endLine ||
    left.endColumn - right.endColumn ||
    compareText(left.function, right.function) ||
    compareText(left.object ?? "", right.object ?? "") ||
    compareText(left.lock, right.lock) ||
    compareText(left.change ?? "", right.change ?? "") ||
    compareText(left.fingerprint, right.fingerprint) ||
    compareText(left.message, right.message)
  );
}

const SEVERITIES: readonly Finding["severity"][] = ["error", "warning", "note"];

/** What a reader wants to see first: new before old, worse before better, proven before possible, writes before reads. */
export function compareWeight(left: Finding, right: Finding): number {
  return (
    (left.patch ?? 0) - (right.patch ?? 0) ||
    Number(isOld(left)) - Number(isOld(right)) ||
    SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
    Number(left.confidence === "may") - Number(right.confidence === "may") ||
    Number(isRead(left)) - Number(isRead(right))
  );
}

function isOld({ change }: Finding): boolean {
  return change === "pre-existing" || change === "fixed";
}

function isRead({ message }: Finding): boolean {
  return /\bis read\b/.test(message);
}
