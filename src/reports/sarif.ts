/**
 * A review or an audit in SARIF 2.1.0, as GitHub's code scanning and other
 * programs read it.
 *
 * In:  a review, the pages of the checks, and how large a document may become.
 * Out: the document, and a sentence for each thing that had to be left out: what
 *      weighs least goes first, and the document says the same.
 */
import { compareFindings, compareWeight, type Finding } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import { safeText } from "./cells.ts";
import { sortedGaps } from "./gap-order.ts";
import { wokenBy } from "./json.ts";
import { artifactOf, SOURCE_ROOT } from "./sarif-place.ts";
import { resultOf } from "./sarif-result.ts";
import { ruleOf } from "./sarif-rule.ts";
import { countOf } from "./wording.ts";

export interface SarifOptions {
  readonly version: string;
  /** Where the tool lives; null where nobody knows. */
  readonly home: string | null;
  /** Markdown by check id. */
  readonly pages: ReadonlyMap<string, string>;
  readonly limits?: Partial<SarifLimits>;
  /** How many bytes a document takes on its way; left out, any size will do. */
  readonly packedSize?: (document: string) => number;
}

/** What GitHub keeps of an upload; more is dropped there in silence, or refused. */
export interface SarifLimits {
  readonly results: number;
  /** Of one result, over all its paths. */
  readonly pathSteps: number;
  readonly bytes: number;
  /** Places that could not be read, each a notification. */
  readonly gaps: number;
}

const GITHUB_LIMITS: SarifLimits = {
  results: 5_000,
  pathSteps: 1_000,
  bytes: 10 * 1024 * 1024,
  gaps: 200,
};

export interface SarifReport {
  readonly text: string;
  /** One sentence each without a full stop; empty when everything is in. */
  readonly trimmed: readonly string[];
}

export function renderSarif(review: Review, options: SarifOptions): SarifReport {
  const limits = { ...GITHUB_LIMITS, ...options.limits };
  const ranked = toldFindings(review).sort(
    (left, right) => compareRank(left, right) || compareFindings(left, right),
  );
  const size = options.packedSize ?? (() => 0);
  let kept = Math.min(ranked.length, limits.results);
  for (;;) {
    const report = reportOf(review, { ranked, kept, limits, options });
    if (kept === 0 || size(report.text) <= limits.bytes) return report;
    kept = Math.floor(kept / 2);
  }
}

/** As they are once all patches are applied; what is repaired is no result. */
function toldFindings(review: Review): Finding[] {
  const own = review.findings.map((finding) => wokenBy(finding, review.together));
  return [...own, ...(review.together?.appeared ?? [])].filter(({ change }) => change !== "fixed");
}

/** Over all patches: which of them brings a finding says nothing about its weight. */
function compareRank(left: Finding, right: Finding): number {
  return compareWeight({ ...left, patch: null }, { ...right, patch: null });
}

interface Selection {
  /** What weighs most first. */
  readonly ranked: readonly Finding[];
  readonly kept: number;
  readonly limits: SarifLimits;
  readonly options: SarifOptions;
}

function reportOf(review: Review, { ranked, kept, limits, options }: Selection): SarifReport {
  const findings = ranked.slice(0, kept).sort(compareFindings);
  const checks = [...new Set(findings.map(({ check }) => check))].sort();
  const results = findings.map((finding) =>
    resultOf(finding, checks.indexOf(finding.check), limits.pathSteps),
  );
  const cut = results.filter(({ cutSteps }) => cutSteps > 0);
  const trimmed = [
    ...(kept < ranked.length
      ? [`${countOf(ranked.length - kept, "finding")} of ${ranked.length} left out, those that weigh least`]
      : []),
    ...(cut.length > 0 ? [`the paths of ${countOf(cut.length, "finding")} cut in their middle`] : []),
  ];
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "lockspan",
            semanticVersion: options.version,
            ...(options.home === null ? {} : { informationUri: options.home }),
            rules: checks.map((check) => ruleOf(check, options)),
          },
        },
        automationDetails: { id: `lockspan/${review.profile}/` },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: "The top of the tree." } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [...trimmed.map(trimNote), ...gapNotes(review, limits.gaps)],
          },
        ],
        results: results.map(({ result }) => result),
      },
    ],
  };
  return { text: `${JSON.stringify(document, null, 1)}\n`, trimmed };
}

const trimNote = (text: string) => ({ level: "warning", message: { text: `${text}.` } });

function gapNotes(review: Review, most: number) {
  const gaps = sortedGaps([...review.gaps, ...(review.together?.gaps ?? [])]);
  const listed = gaps.slice(0, most).map((gap) => ({
    level: "note",
    message: { text: `Not analysed: ${safeText(gap.why, true)}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(gap.file),
          region: { startLine: gap.line, endLine: gap.endLine },
        },
      },
    ],
  }));
  const more = gaps.length - listed.length;
  return more === 0 ? listed : [...listed, trimNote(`${countOf(more, "more place")} not analysed`)];
}
