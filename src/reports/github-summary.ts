/**
 * The whole of a review as one page of GitHub's Markdown: for the summary comment
 * that is kept up to date, and, with every path, for the page of the job.
 */
import { compareWeight, type Finding } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import { sortedGaps } from "./gap-order.ts";
import { findingText } from "./github-comment.ts";
import { folded, githubWords, type LinkTargets, placeLink, withinLimit } from "./github-text.ts";
import { code, tableOf } from "./markdown.ts";
import { countOf, hiddenCount, severityCounts, shortCommit, upperFirst } from "./wording.ts";

export interface SummaryFacts {
  readonly review: Review;
  readonly targets: LinkTargets;
  /** What the change brings, in order of weight; of these the reader is told. */
  readonly told: readonly Finding[];
  /** What was there before and has a line of the change on its path. */
  readonly older: readonly Finding[];
  /** How many findings the baseline has already. */
  readonly known: number;
  readonly base: string;
  readonly head: string;
  /** One sentence each, without a full stop: what could not be posted or had to be left out, and why. */
  readonly remarks: readonly string[];
}

const LISTED_GAPS = 20;
/** Rows of one table; more is counted. */
const LISTED_FINDINGS = 100;

/** @param mark stands at the end, so that the next run finds the comment */
export function summaryComment(facts: SummaryFacts, mark: string): string {
  return withinLimit(pageOf(facts, false).join("\n"), mark);
}

/** Bytes: a mebibyte is what GitHub takes of one step, and of more it takes nothing. */
const LONGEST_PAGE = 1_000_000;

export function jobPage(facts: SummaryFacts): string {
  const whole = pageOf(facts, true).join("\n");
  let page = withinLimit(whole, "", LONGEST_PAGE);
  for (let limit = LONGEST_PAGE; bytesOf(page) > LONGEST_PAGE; page = withinLimit(whole, "", limit))
    limit = Math.floor((limit * LONGEST_PAGE) / bytesOf(page)) - 1;
  return page;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** `2 errors and 1 note`, or that there is none; never more than was read. */
export function verdictOf({ told, review }: Pick<SummaryFacts, "told" | "review">): string {
  const gaps = review.gaps.length;
  if (told.length > 0) return severityCounts(told);
  return gaps === 0
    ? "no finding"
    : `no finding in what was read; ${countOf(gaps, "place")} could not be read`;
}

function pageOf(facts: SummaryFacts, withPaths: boolean): string[] {
  const { review, told, older, known, base, head, remarks } = facts;
  const { files, functions } = review.analysed;
  return [
    `### lockspan: ${verdictOf(facts)}`,
    "",
    `${countOf(files.length, "file")} and ${countOf(functions, "function")} read at ${code(shortCommit(head))}, compared with ${code(shortCommit(base))}; profile ${code(review.profile)}.`,
    ...remarks.flatMap((text) => ["", `> ${githubWords(upperFirst(text))}.`]),
    ...listed(told, facts),
    ...(withPaths ? told.flatMap((finding) => ["", "---", "", ...detailsOf(finding, facts)]) : []),
    ...folded(
      `${countOf(older.length, "older finding")} that this change touches`,
      listed(older, facts).slice(1),
    ),
    ...fixedLine(review),
    ...(known === 0 ? [] : ["", `${countOf(known, "finding")} in the baseline not told again.`]),
    ...folded(hiddenCount(review), hiddenList(facts)),
    ...gapLines(review),
  ];
}

function listed(findings: readonly Finding[], facts: SummaryFacts): string[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, LISTED_FINDINGS).map((finding) => [
    finding.severity,
    code(finding.check),
    // A bar in a name would end the cell.
    placeLink(finding.file, finding.line, { targets: facts.targets, side: finding.side }).replaceAll(
      "|",
      "\\|",
    ),
    githubWords(finding.message),
  ]);
  const more = findings.length - rows.length;
  return [
    "",
    ...tableOf(["", "check", "where", "what"], rows),
    ...(more === 0 ? [] : ["", `And ${countOf(more, "more finding")}.`]),
  ];
}

function detailsOf(finding: Finding, { review, targets }: SummaryFacts): string[] {
  return findingText(finding, { review, targets, isOnItsLine: false, suggestion: null });
}

function fixedLine({ findings }: Review): string[] {
  const fixed = findings.filter(({ change }) => change === "fixed");
  if (fixed.length === 0) return [];
  const names = [...new Set(fixed.map((each) => `${each.check} in ${each.function}()`))];
  return ["", `Fixed by this change: ${names.map(code).join(", ")}.`];
}

/** What a branch hides in its own code is for its reviewers to see. */
function hiddenList({ review, targets }: SummaryFacts): string[] {
  const rows = review.hidden
    .slice(0, LISTED_FINDINGS)
    .map(
      ({ check, function: fn, file, line, reason }) =>
        `- ${code(check)} in ${code(`${fn}()`)}, ${placeLink(file, line, { targets, side: "new" })}: ${githubWords(reason)}`,
    );
  const more = review.hidden.length - rows.length;
  return more === 0 ? rows : [...rows, `- and ${countOf(more, "more finding")}`];
}

function gapLines(review: Review): string[] {
  const gaps = sortedGaps(review.gaps);
  const rows = gaps
    .slice(0, LISTED_GAPS)
    .map(({ file, line, why }) => `- ${code(`${file}:${line}`)}: ${githubWords(why)}`);
  const more = gaps.length - rows.length;
  return folded(`${countOf(gaps.length, "place")} not analysed`, [
    ...rows,
    ...(more > 0 ? [`- and ${countOf(more, "more place")}`] : []),
  ]);
}

/** In order of weight, over all patches. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(compareWeight);
}
