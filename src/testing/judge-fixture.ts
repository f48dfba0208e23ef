/**
 * Compares what a fixture expects with what was found.
 *
 * In:  expectations, findings and gaps of one file.
 * Out: one sentence for each difference; none when the fixture holds.
 */
import type { Gap } from "../base/index.ts";
import type { Finding } from "../findings/index.ts";
import type { Expectation, ExpectedFinding, KnownFault } from "./expectations.ts";

export type Reported = Pick<
  Finding,
  | "check"
  | "line"
  | "confidence"
  | "severity"
  | "status"
  | "function"
  | "message"
  | "held"
  | "trace"
  | "conflict"
  | "fix"
>;

export interface Observed {
  readonly findings: readonly Reported[];
  readonly gaps: readonly Gap[];
  /** Locks surely held before each line that asks, as written in the fixture, sorted. */
  readonly heldBefore: (line: number) => readonly string[];
}

export function judgeFixture(expectations: readonly Expectation[], observed: Observed): string[] {
  const verdicts = expectations.filter((item): item is ExpectedFinding | KnownFault => "check" in item);
  return [
    ...expectations.flatMap((item) => judge(item, observed)),
    ...observed.findings
      .filter(
        (finding) =>
          !verdicts.some((verdict) => verdict.line === finding.line && verdict.check === finding.check),
      )
      .map(
        (finding) => `line ${finding.line}: reported, not expected: ${phrase(finding)}: ${finding.message}`,
      ),
    ...observed.gaps
      .filter((gap) => !expectations.some((item) => item.kind === "gap" && isInside(item.line, gap)))
      .map((gap) => `lines ${gap.line}-${gap.endLine}: a gap that was not expected: ${gap.why}`),
  ];
}

function judge(item: Expectation, { findings, gaps, heldBefore }: Observed): string[] {
  const here = findings.filter((finding) => finding.line === item.line);
  switch (item.kind) {
    case "expect":
      return judgeExpected(item, here);
    case "miss":
      return isReported(item, here)
        ? [`line ${item.line}: ${item.check} is no longer missed: make it \`expect\``]
        : [];
    case "noise":
      return isReported(item, here)
        ? []
        : [`line ${item.line}: ${item.check} is gone: make it \`expect-none\``];
    case "says":
      return here.some((finding) => saysWords(finding, item.words))
        ? []
        : [
            `line ${item.line}: no finding says "${item.words}": ${here.map(({ message }) => message).join("; ")}`,
          ];
    case "says-miss":
      return here.some((finding) => saysWords(finding, item.words))
        ? [`line ${item.line}: "${item.words}" is said now: make it \`says\``]
        : [];
    case "held": {
      const held = heldBefore(item.line);
      const same = held.length === item.locks.length && held.every((lock, at) => lock === item.locks[at]);
      return same ? [] : [`line ${item.line}: held ${list(held)}, expected ${list(item.locks)}`];
    }
    case "gap":
      return gaps.some((gap) => isInside(item.line, gap)) ? [] : [`line ${item.line}: no gap was admitted`];
    case "none":
      // What is reported on such a line is named by the search for unexpected findings.
      return [];
  }
}

function judgeExpected(wanted: ExpectedFinding, here: readonly Reported[]): string[] {
  const same = here.filter((finding) => finding.check === wanted.check);
  if (same.length === 0) return [`line ${wanted.line}: missing: ${wanted.check} ${wanted.confidence}`];
  const fits = same.some(
    (finding) =>
      finding.confidence === wanted.confidence &&
      (wanted.severity === null || finding.severity === wanted.severity) &&
      (wanted.status === null || finding.status === wanted.status),
  );
  const asked = [wanted.check, wanted.confidence, wanted.severity, wanted.status]
    .filter((word) => word !== null)
    .join(" ");
  return fits ? [] : [`line ${wanted.line}: expected ${asked}, reported ${same.map(phrase).join(", ")}`];
}

/** Whether a finding's sentence, one of its steps, a lock held there or its advice holds the words. */
export function saysWords(finding: Reported, words: string): boolean {
  const steps = [...finding.trace, ...finding.conflict].map((step) => `${step.function}: ${step.what}`);
  return [finding.message, finding.fix ?? "", finding.held.join(", "), ...steps].some((text) =>
    text.includes(words),
  );
}

function isReported(known: KnownFault, here: readonly Reported[]): boolean {
  return here.some(
    (finding) =>
      finding.check === known.check &&
      (known.confidence === null || finding.confidence === known.confidence) &&
      (known.severity === null || finding.severity === known.severity) &&
      (known.status === null || finding.status === known.status),
  );
}

function isInside(line: number, gap: Gap): boolean {
  return gap.line <= line && line <= gap.endLine;
}

function phrase(finding: Reported): string {
  return `${finding.check} ${finding.confidence} ${finding.severity} ${finding.status}`;
}

function list(locks: readonly string[]): string {
  return locks.length === 0 ? "nothing" : locks.join(", ");
}
