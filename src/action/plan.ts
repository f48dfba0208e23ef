/**
 * What a run has to say on the pull request, given what earlier runs said there.
 *
 * Pure: findings, the lines that GitHub shows, and the comments that are there. A comment
 * of ours that still holds stays where it is, also when its line has moved; one whose
 * finding is gone is marked; nobody's comment is ever deleted.
 */
import type { Finding } from "../findings/index.ts";
import {
  commentPlace,
  findingComment,
  type LinkTargets,
  type NumberedHunk,
  readMark,
  suggestionPlace,
} from "../reports/index.ts";
import type { LineComment, NewComment } from "../review/index.ts";
import type { Judgement } from "./judge.ts";

/** Open comments of ours that one request has at most: nobody reads more. */
export const MOST_COMMENTS = 30;

export interface Plan {
  /** What weighs most first. */
  readonly comments: readonly NewComment[];
  /** Comments of ours whose finding is gone. */
  readonly fixed: readonly LineComment[];
  /** Those of them that nobody has answered: they may be folded away. */
  readonly quiet: readonly LineComment[];
  /** Findings that could have been commented and were not, for their number. */
  readonly left: number;
  /** Findings that no line of the change has a part in. */
  readonly outside: number;
}

export interface Situation {
  readonly judgement: Judgement;
  readonly targets: LinkTargets;
  readonly hunks: readonly NumberedHunk[];
  /** All comments on lines of the request. */
  readonly there: readonly LineComment[];
  /** Our account's name. */
  readonly self: string;
}

export function planOf(situation: Situation): Plan {
  const { judgement, there } = situation;
  const own = there.filter((comment) => isOpenComment(comment, situation));
  const { told } = judgement;
  const said = new Set(own.map(fingerprintIn));
  const fixed = own.filter((comment) => !stillHolds(comment, situation));
  const places = told
    .filter(({ fingerprint }) => !said.has(fingerprint))
    .map((finding) => newComment(finding, situation));
  const placed = places.filter((comment) => comment !== null);
  const room = Math.max(0, MOST_COMMENTS - (own.length - fixed.length));
  return {
    comments: placed.slice(0, room),
    fixed,
    quiet: fixed.filter(
      ({ id }) => !there.some((reply) => reply.answers === id && !isSelf(reply, situation)),
    ),
    left: Math.max(0, placed.length - room),
    outside: places.length - placed.length,
  };
}

export function isSelf(
  { author }: { readonly author: string | null },
  { self }: Pick<Situation, "self">,
): boolean {
  // The two interfaces of GitHub write the name of a bot differently.
  const plain = (name: string) => name.replace(/\[bot\]$/, "").toLowerCase();
  return author !== null && plain(author) === plain(self);
}

function isOpenComment(comment: LineComment, situation: Situation): boolean {
  const mark = readMark(comment.body);
  if (mark?.kind !== "finding" || !isSelf(comment, situation)) return false;
  return mark.state === "open" && mark.profile === situation.judgement.review.profile;
}

function fingerprintIn(comment: LineComment): string {
  const mark = readMark(comment.body);
  return mark?.kind === "finding" ? mark.fingerprint : "";
}

/** Where there is doubt it does: what could not be read may still be so. */
function stillHolds(comment: LineComment, { judgement }: Situation): boolean {
  const fingerprint = fingerprintIn(comment);
  const { review, present, told } = judgement;
  const listed = [...review.findings, ...judgement.known].filter(({ change }) => change !== "fixed");
  if (listed.some((finding) => finding.fingerprint === fingerprint)) return true;
  if (review.gaps.some(({ file }) => file === comment.path)) return true;
  const identity = withoutOrdinal(fingerprint);
  // Found, but not listed: it has become one of before, or a part of another finding.
  return present.has(identity) && !told.some((finding) => withoutOrdinal(finding.fingerprint) === identity);
}

function withoutOrdinal(fingerprint: string): string {
  return fingerprint.replace(/-\d+$/, "");
}

function newComment(finding: Finding, { judgement, targets, hunks }: Situation): NewComment | null {
  const found = commentPlace(finding, hunks);
  if (found === null) return null;
  const fix = judgement.fixes.get(finding.fingerprint) ?? null;
  const place = fix === null ? null : suggestionPlace(fix, hunks);
  const body = findingComment(finding, {
    review: judgement.review,
    targets,
    isOnItsLine: found.isOnItsLine,
    suggestion: place === null || fix === null ? null : fix.lines,
  });
  return { ...(place ?? found.place), body };
}
