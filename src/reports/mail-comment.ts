/**
 * What a reply says about one finding: what is wrong, the path, who runs against
 * it, and a question. Functions and files are named, lines are not: they are quoted.
 */
import type { CheckId, Finding, FindingNotes, TraceStep } from "../findings/index.ts";
import { safeText } from "./cells.ts";
import { listOf, NOTHING_YET, sentence, upperFirst } from "./wording.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 72;
/** Functions named behind "too" before the rest is only counted. */
const NAMED_ELSEWHERE = 6;
/** A longer path is cut in its middle: how it starts and how it ends is what proves it. */
const FIRST_STEPS = 3;
const LAST_STEPS = 5;

/** @param where named before the first sentence when the quoted line does not show it; null otherwise */
export function commentOf(finding: Finding, notes: FindingNotes | null, where: string | null): string[] {
  const paragraphs = [
    [sentence(opening(finding, where)), pathOf(finding), changeOf(finding), concurrencyOf(finding, notes)],
    [elsewhere(finding, notes)],
    [QUESTIONS[finding.check](finding), finding.fix === null ? "" : sentence(finding.fix)],
  ].map((sentences) => sentences.filter((each) => each !== "").join(" "));
  return paragraphs
    .filter((paragraph) => paragraph !== "")
    .flatMap((paragraph, index) => (index === 0 ? ownText(paragraph) : ["", ...ownText(paragraph)]));
}

/** Our own lines: wrapped, and none that starts as a quotation does. */
export function ownText(paragraph: string): string[] {
  const joined = safeText(paragraph, true).replace(/ >/g, "\u0000>");
  return wrap(joined, WIDTH).map((line) => line.replaceAll("\u0000", " "));
}

function opening(finding: Finding, where: string | null): string {
  return where === null ? finding.message : `${where}: ${finding.message}`;
}

/** The steps in order; a step in another function is introduced with that function's name. */
function pathOf({ trace, function: own, confidence }: Finding): string {
  if (trace.length < 2) return "";
  const certainty = confidence === "may" ? "One path that leads there" : "The path";
  return `${certainty}: ${stepsOf(trace, own)}.`;
}

export function stepsOf(trace: readonly TraceStep[], own: string): string {
  let current = own;
  const steps = trace.map((step) => {
    const entered = step.function === current ? "" : `in ${step.function}() `;
    current = step.function;
    return entered + step.what;
  });
  if (steps.length <= FIRST_STEPS + LAST_STEPS) return steps.join("; ");
  return [...steps.slice(0, FIRST_STEPS), "[...]", ...steps.slice(-LAST_STEPS)].join("; ");
}

function changeOf(finding: Finding): string {
  return finding.change === "exposed" ? "This code was there before; the patch makes it possible." : "";
}

function concurrencyOf({ status, conflict }: Finding, notes: FindingNotes | null): string {
  if (status === "latent") return sentence(upperFirst(notes?.statusReason ?? NOTHING_YET));
  const [first] = conflict;
  if (first === undefined) return "";
  return `At the same time this can run: in ${first.function}() ${stepsOf(conflict, first.function)}.`;
}

function elsewhere(finding: Finding, notes: FindingNotes | null): string {
  const functions = [...new Set((notes?.also ?? []).map((each) => `${each.function}()`))];
  const [first] = functions;
  // The advice may name them already.
  if (first === undefined || finding.fix?.includes(first) === true) return "";
  const named = functions.slice(0, NAMED_ELSEWHERE);
  const more = functions.length - named.length;
  const list = listOf(more > 0 ? [...named, `${more} more`] : named);
  return `The same kind of object is used without ${finding.lock} in ${list} too.`;
}

const objectOf = (finding: Finding) => finding.object ?? "it";

const QUESTIONS: Readonly<Record<CheckId, (finding: Finding) => string>> = {
  "guarded-access": ({ lock }) => `Should ${lock} be held here?`,
  "caller-must-hold": ({ lock }) => `Should ${lock} be taken before this call?`,
  "early-unlock": ({ lock }) => `Should ${lock} be held until after the last use?`,
  "stale-reference": (finding) =>
    `Should ${objectOf(finding)} be looked up again after ${finding.lock} is taken?`,
  escape: (finding) => `What keeps ${objectOf(finding)} valid once ${finding.lock} is released?`,
  "lock-leak": ({ lock }) => `Should this path release ${lock} first?`,
  "double-lock": ({ lock }) => `Is ${lock} meant to be taken again here?`,
  "unlock-not-held": ({ lock }) => `Is ${lock} held here on every path?`,
  "check-then-act": ({ lock }) => `Should the check and the action share one hold of ${lock}?`,
  "irq-unsafe": ({ lock }) => `Should interrupts be off while ${lock} is held here?`,
  "alloc-irq-off": () => "Can the allocation be done before interrupts are turned off?",
  "lock-contract-change": () => "Should the callers follow?",
  "lock-order": () => "Can the locks be taken in one order everywhere?",
  "new-nesting": () => "Is this nesting intended?",
};
