/**
 * One finding as a SARIF result: its place, its identity, the path that leads
 * there and the path on the other side, each a code flow of its own.
 */
import type { Finding, TraceStep } from "../findings/index.ts";
import { locationOf, physicalOf, plainMessage } from "./sarif-place.ts";
import { changeNote, conflictTitle, sentence, upperFirst } from "./wording.ts";

export interface ResultWithCut {
  readonly result: object;
  /** Steps of its paths that the limit left no room for. */
  readonly cutSteps: number;
}

export function resultOf(finding: Finding, ruleIndex: number, pathSteps: number): ResultWithCut {
  const { trace, conflict } = finding;
  // The path proves the finding; the other side gets what it leaves, but always its end.
  const own = withoutMiddle(trace, Math.max(pathSteps - Math.min(conflict.length, 2), 2));
  const other = withoutMiddle(conflict, Math.max(pathSteps - own.length, 2));
  const flows = [
    ...(own.length === 0 ? [] : [flowOf("The path that leads there.", own)]),
    ...(other.length === 0
      ? []
      : [flowOf(`${upperFirst(conflictTitle(finding.status)).replace(/:$/, "")}.`, other)]),
  ];
  const { place, related } = placesOf(finding);
  const result = {
    ruleId: finding.check,
    ruleIndex,
    level: finding.severity,
    message: { text: messageOf(finding) },
    locations: [
      {
        ...place,
        logicalLocations: [{ name: finding.function, kind: "function" }],
      },
    ],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    ...(flows.length === 0 ? {} : { codeFlows: flows }),
    partialFingerprints: fingerprintsOf(finding),
    properties: propertiesOf(finding),
  };
  return { result, cutSteps: trace.length - own.length + (conflict.length - other.length) };
}

/** The sentence, what a patch has to do with it, and the advice. */
function messageOf(finding: Finding): string {
  return [finding.message, changeNote(finding.change), finding.fix]
    .flatMap((text) => (text === null || text === "" ? [] : [sentence(upperFirst(text))]))
    .map(plainMessage)
    .join(" ");
}

/**
 * A finding whose cause is a deleted line has no such line in the tree that is shown: it stands
 * where its path ends, and says in which line of before it has its cause.
 */
function placesOf(finding: Finding) {
  const own = {
    startLine: finding.line,
    startColumn: finding.column,
    endLine: finding.endLine,
    endColumn: finding.endColumn + 1,
  };
  const last = finding.trace.at(-1);
  if (finding.side === "new" || last === undefined) {
    return { place: physicalOf(finding.file, own), related: [] };
  }
  const cause = `The cause: line ${finding.line} of ${finding.file} before the patch, which it deletes`;
  return {
    place: physicalOf(last.file, { startLine: last.line }),
    related: [{ ...locationOf(last, `${cause}.`), id: 1 }],
  };
}

/**
 * The fingerprint under our own name, and in the form of the one that GitHub makes of the line's text
 * where a tool gives none: with it an alert outlives an edit of its line.
 */
function fingerprintsOf({ fingerprint }: Finding) {
  const [hash = fingerprint, ordinal = "1"] = fingerprint.split("-");
  return { "lockspan/v1": fingerprint, primaryLocationLineHash: `${hash}:${ordinal}` };
}

function propertiesOf(finding: Finding) {
  const { rule, confidence, status, change, lock, held, object, type } = finding;
  return { rule, confidence, status, change, lock, held, object, type };
}

function flowOf(text: string, steps: readonly TraceStep[]) {
  return {
    message: { text },
    threadFlows: [
      {
        locations: steps.map((step) => ({
          location: locationOf(step, `${step.function}: ${step.what}`),
          importance: "essential",
        })),
      },
    ],
  };
}

/** How a path starts and how it ends is what proves it. */
function withoutMiddle(steps: readonly TraceStep[], most: number): readonly TraceStep[] {
  if (steps.length <= most) return steps;
  const head = Math.floor(most / 2);
  return [...steps.slice(0, head), ...steps.slice(steps.length - (most - head))];
}
