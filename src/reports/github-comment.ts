/**
 * The comment on one finding: the sentence, the path that proves it, who runs
 * against it, the advice, and a suggestion where the mending is sure.
 */
import type { Finding, FindingNotes } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import { notesOf } from "./finding-drawing.ts";
import { findingMark } from "./github-mark.ts";
import { folded, githubWords, type LinkTargets, placeLink, stepList, withinLimit } from "./github-text.ts";
import { code } from "./markdown.ts";
import { changeNote, conflictTitle, sentence, statusNote, upperFirst } from "./wording.ts";

export interface CommentContext {
  readonly review: Review;
  readonly targets: LinkTargets;
  /** True where the comment stands on the finding's own line. */
  readonly isOnItsLine: boolean;
  /** The lines that take the place of the commented ones; null where nothing is sure. */
  readonly suggestion: readonly string[] | null;
}

/** One comment's text with its mark, within what GitHub takes. */
export function findingComment(finding: Finding, context: CommentContext): string {
  const mark = findingMark(context.review.profile, finding.fingerprint, "open");
  return withinLimit(findingText(finding, context).join("\n"), mark);
}

export function findingText(finding: Finding, context: CommentContext): string[] {
  const { targets, suggestion } = context;
  const notes = notesOf(context.review, finding);
  return [
    titleOf(finding),
    ...whereOf(finding, context),
    ...remarksOf(finding, notes).flatMap((text) => ["", githubWords(text)]),
    ...(suggestion === null ? [] : ["", ...suggestionBlock(suggestion)]),
    ...folded("The path that leads there", stepList(finding.trace, targets)),
    ...folded(
      upperFirst(conflictTitle(finding.status)).replace(/:$/, ""),
      stepList(finding.conflict, targets),
    ),
    ...folded("Also without the lock", alsoList(notes, targets)),
    "",
    `<sub>${factsOf(finding, context.review).join(" · ")}</sub>`,
  ];
}

export function titleOf(finding: Finding): string {
  return `**${finding.severity}: ${finding.check}**: ${githubWords(finding.message)}`;
}

function whereOf(finding: Finding, { targets, isOnItsLine }: CommentContext): string[] {
  // The deleted line is where the comment stands; what it left without a lock is elsewhere.
  const last = finding.trace.at(-1);
  if (finding.side === "old" && last !== undefined) {
    return ["", `The access: ${placeLink(last.file, last.line, { targets, side: "new" })}`];
  }
  if (isOnItsLine) return [];
  return [
    "",
    `In ${code(`${finding.function}()`)}, ${placeLink(finding.file, finding.line, { targets, side: finding.side })}`,
  ];
}

function remarksOf(finding: Finding, notes: FindingNotes | null): string[] {
  return [changeNote(finding.change), statusNote(finding.status, notes?.statusReason), finding.fix].flatMap(
    (text) => (text === null || text === "" ? [] : [sentence(upperFirst(text))]),
  );
}

/** A fence longer than any in the code, so that the code cannot end the block. */
function suggestionBlock(lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}suggestion`, ...lines, fence];
}

function alsoList(notes: FindingNotes | null, targets: LinkTargets): string[] {
  return (notes?.also ?? []).map(
    ({ function: fn, what, file, line }) =>
      `- ${code(`${fn}()`)}: ${githubWords(what)} (${placeLink(file, line, { targets, side: "new" })})`,
  );
}

function factsOf(finding: Finding, review: Review): string[] {
  const proof = finding.confidence === "must" ? "on every path" : "on the path shown";
  return [
    ...(finding.rule === null ? [] : [`rule ${code(finding.rule)}`]),
    `profile ${code(review.profile)}`,
    proof,
    code(finding.fingerprint),
  ];
}
