/**
 * Findings as an editor shows them: each with the steps that lead to it and, where one is known,
 * the way on the other side of the race. What could not be read is shown as well, faintly:
 * silence there means nothing.
 */
import type { Finding, Severity, TraceStep } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import type { PlacedDocument } from "./placed-document.ts";
import { Places, uriOfFile, wholeLine } from "./places.ts";
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Range,
} from "./protocol.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

/** @param showsRelated whether the editor can show places that belong to a finding */
export function diagnosticsOf(review: Review, placed: PlacedDocument, showsRelated: boolean): Diagnostic[] {
  const places = new Places(placed.document);
  const findings = review.findings
    .filter(({ file }) => file === placed.path)
    .map((finding) => diagnosticOf(finding, { placed, places, showsRelated }));
  const gaps = review.gaps
    .filter(({ file }) => file === placed.path)
    .map(
      ({ line, endLine, why }): Diagnostic => ({
        range: places.rangeOfLines(line, endLine),
        severity: DiagnosticSeverity.Hint,
        source: "lockspan",
        code: "gap",
        message: `not analysed: ${why}`,
      }),
    );
  return [...findings, ...gaps];
}

interface Shown {
  readonly placed: PlacedDocument;
  readonly places: Places;
  readonly showsRelated: boolean;
}

function diagnosticOf(finding: Finding, shown: Shown): Diagnostic {
  const { check, severity, message, fix, line, column, endLine, endColumn, fingerprint } = finding;
  const steps = [
    ...finding.trace.map((step) => ({ step, what: step.what })),
    ...finding.conflict.map((step) => ({
      step,
      what: `at the same time, in ${step.function}(): ${step.what}`,
    })),
  ];
  const said = [message, ...(fix === null ? [] : [fix])];
  const related = shown.showsRelated ? steps.flatMap(({ step, what }) => relatedOf(step, what, shown)) : [];
  if (!shown.showsRelated) said.push(...steps.map(({ step, what }) => `${step.file}:${step.line}: ${what}`));
  return {
    range: shown.places.range({ line, column }, { line: endLine, column: endColumn }),
    severity: SEVERITIES[severity],
    source: "lockspan",
    code: check,
    message: said.join("\n"),
    data: { fingerprint },
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

function relatedOf(
  step: TraceStep,
  message: string,
  { placed, places }: Shown,
): DiagnosticRelatedInformation[] {
  const location = locationOf(step, placed, places);
  return location === null ? [] : [{ location, message }];
}

function locationOf(
  { file, line }: TraceStep,
  { document, path, top }: PlacedDocument,
  places: Places,
): { uri: string; range: Range } | null {
  if (file === path) return { uri: document.uri, range: places.rangeOfLines(line) };
  return top === null ? null : { uri: uriOfFile(top, file), range: wholeLine(line) };
}
