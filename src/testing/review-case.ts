/**
 * What a review of `fixtures/reviews/<case>` must say, as its `expect.json` writes it.
 *
 * In:  the document, the findings of the review, the source lines that they point at.
 * Out: one sentence for each difference; none when the case holds. Every finding of the
 *      review is in one of the lists; the lists are described in fixtures/README.md.
 */
import type { CheckId, Finding } from "../findings/index.ts";
import { saysWords } from "./judge-fixture.ts";

/** A finding, by what matters of it; what is left out is not asked for. */
export interface WantedFinding {
  readonly change: Finding["change"];
  readonly check: CheckId;
  readonly function: string;
  /** Part of the source line that it points at, on its side of the patch. */
  readonly at: string;
  readonly confidence?: Finding["confidence"];
  readonly severity?: Finding["severity"];
  readonly status?: Finding["status"];
  readonly side?: Finding["side"];
  readonly patch?: number;
  /** Words of its sentence, path, conflict or advice. */
  readonly says?: readonly string[];
  /** Words that it must not hold. */
  readonly saysNot?: readonly string[];
}

interface KnownFault extends WantedFinding {
  readonly reason: string;
}

export interface ReviewCase {
  /** One sentence: what is shown. */
  readonly fixture: string;
  readonly situation: readonly string[];
  readonly profile?: string;
  readonly scope?: "introduced" | "touched" | "all";
  readonly pack?: string;
  /** Exactly these are reported, beside what `missed` and `noise` name. */
  readonly findings: readonly WantedFinding[];
  /** Known misses: not reported today. */
  readonly missed?: readonly KnownFault[];
  /** Known false alarms: reported today. */
  readonly noise?: readonly KnownFault[];
  /** Reported, and known to lack these words. */
  readonly silentOn?: readonly { readonly at: string; readonly words: string; readonly reason: string }[];
  /** Exactly these are hidden by comments in the code; left out, none is. */
  readonly hidden?: readonly { readonly check: CheckId; readonly at: string; readonly reason: string }[];
  /** Words of notes that the review closes with. */
  readonly notes?: readonly string[];
  /** Part of the first source line of each gap. */
  readonly gaps?: readonly string[];
  /** What `with.patch` does to the review; there is one where this is. */
  readonly with?: WantedTogether;
}

export type WantedTogether =
  /** Words of the reason why it is not applied. */
  | { readonly refused: readonly string[] }
  | {
      readonly order: "after" | "before";
      /** Exactly these become live. */
      readonly wakes: readonly WantedFinding[];
      /** Exactly these neither side has alone. */
      readonly brings: readonly WantedFinding[];
    };

export interface LocatedFinding {
  readonly finding: Finding;
  /** The source line that it points at. */
  readonly code: string;
}

export function judgeReview(wanted: ReviewCase, found: readonly LocatedFinding[]): string[] {
  const { findings, missed = [], noise = [], silentOn = [] } = wanted;
  const reported = (item: WantedFinding) => found.filter((one) => isAbout(item, one));
  return [
    ...findings.flatMap((item) => judge(item, reported(item))),
    ...missed.flatMap((item) =>
      reported(item).some((one) => fits(item, one.finding))
        ? [`${title(item)} is no longer missed: move it to "findings"`]
        : [],
    ),
    ...noise.flatMap((item) =>
      reported(item).length > 0 ? [] : [`${title(item)} is gone: take it out of "noise"`],
    ),
    ...silentOn.flatMap(({ at, words }) =>
      found.some((one) => one.code.includes(at) && saysWords(one.finding, words))
        ? [`"${words}" is said now at ${at}: move it to "says"`]
        : [],
    ),
    ...found
      .filter((one) => ![...findings, ...missed, ...noise].some((item) => isAbout(item, one)))
      .map(
        ({ finding, code }) =>
          `reported, not expected: ${finding.change} ${finding.check} in ${finding.function} at "${code.trim()}": ${finding.message}`,
      ),
  ];
}

/** What the case is known not to get right, one line each. */
export function pendingInReview(
  name: string,
  { missed = [], noise = [], silentOn = [] }: ReviewCase,
): string[] {
  return [
    ...missed.map((item) => `pending: ${name}: miss of ${title(item)}: ${item.reason}`),
    ...noise.map((item) => `pending: ${name}: noise of ${title(item)}: ${item.reason}`),
    ...silentOn.map((item) => `pending: ${name}: does not say "${item.words}" at ${item.at}: ${item.reason}`),
  ];
}

function isAbout(item: WantedFinding, { finding, code }: LocatedFinding): boolean {
  return (
    finding.change === item.change &&
    finding.check === item.check &&
    finding.function === item.function &&
    (item.patch === undefined || finding.patch === item.patch) &&
    code.includes(item.at)
  );
}

function judge(item: WantedFinding, reported: readonly LocatedFinding[]): string[] {
  if (reported.length === 0) return [`missing: ${title(item)}`];
  if (reported.length > 1) return [`reported ${reported.length} times: ${title(item)}`];
  return reported.flatMap(({ finding }) => differences(item, finding).map((one) => `${title(item)}: ${one}`));
}

function fits(item: WantedFinding, finding: Finding): boolean {
  return differences(item, finding).length === 0;
}

function differences(item: WantedFinding, finding: Finding): string[] {
  const fields = ["confidence", "severity", "status", "side"] as const;
  return [
    ...fields.flatMap((field) =>
      item[field] === undefined || item[field] === finding[field]
        ? []
        : [`${field} ${finding[field]}, expected ${item[field]}`],
    ),
    ...(item.says ?? []).flatMap((words) => (saysWords(finding, words) ? [] : [`does not say "${words}"`])),
    ...(item.saysNot ?? []).flatMap((words) => (saysWords(finding, words) ? [`says "${words}"`] : [])),
  ];
}

function title({ change, check, function: name, at }: WantedFinding): string {
  return `${change} ${check} in ${name} at "${at}"`;
}
