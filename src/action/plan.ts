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
import type { ChangedFile, FileComment, LineComment, NewComment } from "../review/index.ts";
import type { Judgement } from "./judge.ts";

/** Open comments of ours that one request has at most: nobody reads more. */
export const MOST_COMMENTS = 30;

/** Each of these is sent, and mailed to everybody, by itself. */
const MOST_ON_FILES = 5;

export interface Plan {
  /** What weighs most first. */
  readonly comments: readonly NewComment[];
  /** Of findings in a file of the change that GitHub shows no line of. */
  readonly onFiles: readonly FileComment[];
  /** Comments of ours whose finding is gone. */
  readonly fixed: readonly LineComment[];
  /** Those of them that nobody has answered: they may be folded away. */
  readonly quiet: readonly LineComment[];
  /** Findings that could have been commented and were not, for their number. */
  readonly left: number;
  /** Findings that no line of the change has a part in, and that have no comment for it. */
  readonly outside: number;
}

export interface Situation {
  readonly judgement: Judgement;
  readonly targets: LinkTargets;
  readonly hunks: readonly NumberedHunk[];
  /** The files that GitHub lists. */
  readonly files: readonly ChangedFile[];
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
  const news = told
    .filter(({ fingerprint }) => !said.has(fingerprint))
    .map((finding) => newComment(finding, situation));
  const placed = news.filter((comment) => comment !== null);
  const room = Math.max(0, MOST_COMMENTS - (own.length - fixed.length));
  const chosen = placed.slice(0, room);
  const onFiles = chosen.filter((comment) => !("line" in comment));
  return {
    comments: chosen.filter((comment) => "line" in comment),
    onFiles: onFiles.slice(0, MOST_ON_FILES),
    fixed,
    quiet: fixed.filter(
      ({ id }) => !there.some((reply) => reply.answers === id && !isSelf(reply, situation)),
    ),
    left: Math.max(0, placed.length - room),
    outside: news.length - placed.length + Math.max(0, onFiles.length - MOST_ON_FILES),
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
  if (!judgement.isWhole) return true;
  const fingerprint = fingerprintIn(comment);
  const { review, present, told } = judgement;
  const listed = [...review.findings, ...judgement.known].filter(({ change }) => change !== "fixed");
  if ([...listed, ...review.hidden].some((finding) => finding.fingerprint === fingerprint)) return true;
  if (review.gaps.some(({ file }) => file === comment.path)) return true;
  const identity = withoutOrdinal(fingerprint);
  // Found, but not listed: it has become one of before, or a part of another finding.
  return present.has(identity) && !told.some((finding) => withoutOrdinal(finding.fingerprint) === identity);
}

function withoutOrdinal(fingerprint: string): string {
  return fingerprint.replace(/-\d+$/, "");
}

function newComment(finding: Finding, situation: Situation): NewComment | FileComment | null {
  const { judgement, targets, hunks } = situation;
  const { review } = judgement;
  const found = commentPlace(finding, hunks);
  if (found === null) {
    const path = listedPath(finding, situation);
    const body = findingComment(finding, { review, targets, isOnItsLine: false, suggestion: null });
    return path === null ? null : { path, body };
  }
  const fix = judgement.fixes.get(finding.fingerprint) ?? null;
  const place = fix === null ? null : suggestionPlace(fix, hunks);
  const body = findingComment(finding, {
    review,
    targets,
    isOnItsLine: found.isOnItsLine,
    suggestion: place === null || fix === null ? null : fix.lines,
  });
  return { ...(place ?? found.place), body };
}

/** The finding's file as GitHub lists it; null where it is no part of the change. */
function listedPath({ file, side }: Finding, { files }: Situation): string | null {
  const listed = files.find(({ oldPath, newPath }) => (side === "old" ? oldPath : newPath) === file);
  return listed?.newPath ?? listed?.oldPath ?? null;
}
