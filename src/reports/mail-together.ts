/**
 * What a reply says of other patches on their way: one paragraph, with who then
 * runs against what. It answers "there is already a series on the list".
 */
import { compareFindings, type Finding, sortedFingerprints } from "../findings/index.ts";
import type { Review, ReviewedPatch, Together } from "../review/index.ts";
import { stepsOf } from "./mail-comment.ts";
import { countOf, listOf, subjectsOf } from "./wording.ts";

interface TogetherParagraph {
  readonly text: string;
  /** What makes another reply of it: the other patches, and what they bring to light. */
  readonly identity: readonly string[];
}

/** Findings named one by one; further ones are counted. */
const NAMED = 3;

/**
 * @param findings what the reply speaks of
 * @returns null where the other patches change nothing; what needs both sides is told on the last patch
 */
export function togetherParagraph(
  { together, patches }: Review,
  patch: ReviewedPatch,
  findings: readonly Finding[],
): TogetherParagraph | null {
  if (together === null) return null;
  const woken = findings.filter(({ fingerprint }) => together.woken.has(fingerprint));
  const appeared = patches.at(-1) === patch ? [...together.appeared].sort(compareFindings) : [];
  if (woken.length + appeared.length === 0) return null;
  const sentences = [
    ...wokenSentences(woken, together, findings.length),
    ...appearedSentences(
      appeared,
      woken.length > 0 ? "Both together also have" : `With ${namesOf(together)} applied as well, there is`,
    ),
  ];
  return {
    text: sentences.join(" "),
    identity: [
      ...together.patches.map(({ messageId, subject }) => messageId ?? subject),
      ...sortedFingerprints([...woken, ...appeared]),
    ],
  };
}

/** @param told how many findings the reply speaks of */
function wokenSentences(woken: readonly Finding[], together: Together, told: number): string[] {
  if (woken.length === 0) return [];
  const places = [...new Set(woken.map((finding) => `${finding.function}()`))];
  const which = told === 1 ? "the above becomes live" : `what is said of ${listOf(places)} becomes live`;
  const paths = [
    ...new Set(woken.map((finding) => pathText(together.woken.get(finding.fingerprint)?.conflict ?? []))),
  ];
  return [`With ${namesOf(together)} applied as well, ${which}: ${listOf(paths.slice(0, NAMED))}.`];
}

function pathText(conflict: Finding["conflict"]): string {
  const [first] = conflict;
  if (first === undefined) return "another path then runs against it";
  return `in ${first.function}() ${stepsOf(conflict, first.function)}`;
}

function appearedSentences(appeared: readonly Finding[], opening: string): string[] {
  if (appeared.length === 0) return [];
  const named = appeared.slice(0, NAMED).map(({ function: name, message }) => `in ${name}() ${message}`);
  const more = appeared.length - named.length;
  const rest = more > 0 ? `; and there ${more === 1 ? "is" : "are"} ${countOf(more, "more place")}` : "";
  return [`${opening} what neither side has alone: ${named.join("; ")}${rest}.`];
}

/** The subject, and the mail's id where there is one, so that a reader finds it. */
function namesOf(together: Together): string {
  const id = together.patches[0]?.messageId ?? null;
  return id === null ? subjectsOf(together) : `${subjectsOf(together)} (${id})`;
}
