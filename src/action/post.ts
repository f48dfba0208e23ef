/**
 * Carries out the plan on the pull request, in one review and one summary.
 *
 * Everything that is said here stands in the job's own report already, so whatever
 * cannot be posted is not lost; the answer says what that was, and why.
 */
import {
  fixedBody,
  readMark,
  type SummaryFacts,
  shownHunks,
  summaryComment,
  summaryMark,
} from "../reports/index.ts";
import type { PullRequestHost, Written } from "../review/index.ts";
import type { CommentMode } from "./inputs.ts";
import type { Judgement } from "./judge.ts";
import { isSelf, MOST_COMMENTS, type Plan, planOf } from "./plan.ts";

export interface Posting {
  readonly host: PullRequestHost;
  readonly mode: CommentMode;
  readonly judgement: Judgement;
  readonly facts: SummaryFacts;
  readonly wait: (ms: number) => Promise<void>;
}

export interface Posted {
  /** One sentence each without a full stop: what was not posted, and why. */
  readonly remarks: readonly string[];
  /** GitHub failed: worth running again. A token that may not write is no failure. */
  readonly failed: boolean;
}

/** Of a job's token; where GitHub does not say whose token it is, it is taken to be one. */
const JOB_ACCOUNT = "github-actions[bot]";

export async function post(posting: Posting): Promise<Posted> {
  const { host, mode, judgement, facts } = posting;
  if (mode === "none") return { remarks: [], failed: false };
  if (await hasMoved(posting)) return { remarks: [MOVED], failed: false };
  const self = (await host.self()) ?? JOB_ACCOUNT;
  const remarks: string[] = [];
  let failed = false;
  if (mode === "review") {
    const { files, isWhole } = await host.files();
    if (!isWhole)
      remarks.push("GitHub lists no more than 3000 files of a pull request: lines of others have no comment");
    const there = await host.lineComments();
    const { targets } = facts;
    const plan = planOf({ judgement, targets, hunks: shownHunks(files), files, there, self });
    remarks.push(...leftOut(plan));
    const reviewed = await postReview(posting, plan, self);
    if (reviewed === "moved") return { remarks: [MOVED], failed: false };
    if (reviewed.kind === "forbidden") return { remarks: [READ_ONLY(reviewed.why)], failed: false };
    remarks.push(...complaint("the comments", reviewed));
    const onFiles = await postOnFiles(posting, plan, self);
    remarks.push(...complaint("comments on files", onFiles));
    const marked = await markFixed(posting, plan);
    remarks.push(...complaint("that comments are fixed", marked));
    failed = [reviewed, onFiles, marked].some(({ kind }) => kind === "failed");
  }
  const summary = await postSummary(posting, self, remarks);
  if (summary.kind === "forbidden") return { remarks: [...remarks, READ_ONLY(summary.why)], failed };
  remarks.push(...complaint("the summary", summary));
  return { remarks, failed: failed || summary.kind === "failed" };
}

const MOVED =
  "nothing was posted: the branch has moved on meanwhile, and the job of that push will say what is so";
const READ_ONLY = (why: string) =>
  `nothing was posted: the token may not write to the pull request (${why}), as is usual for forks; all findings are in the report of the job, in the SARIF document and in the log`;

function leftOut({ left, outside }: Plan): string[] {
  return [
    ...(left > 0
      ? [
          `${left} more ${left === 1 ? "finding has" : "findings have"} no comment: at most ${MOST_COMMENTS} are open at a time`,
        ]
      : []),
    ...(outside > 0
      ? [
          `${outside} ${outside === 1 ? "finding has" : "findings have"} no comment: GitHub shows no line of this change that has a part in ${outside === 1 ? "it" : "them"}`,
        ]
      : []),
  ];
}

function complaint(what: string, written: Written): string[] {
  switch (written.kind) {
    case "done":
      return [];
    case "forbidden":
      return [`${what} could not be posted: the token may not (${written.why})`];
    case "refused":
      return [`${what} could not be posted: GitHub refused (${written.why})`];
    case "failed":
      return [`${what} could not be posted: GitHub failed (${written.why})`];
  }
}

async function hasMoved({ host, facts }: Posting): Promise<boolean> {
  return (await host.facts()).head !== facts.head;
}

const TRIES = 3;
const PAUSE_MS = 2_000;

/** After a failure nobody knows whether the text was taken: the comments that are there say so. */
async function writeOnce(
  { host, wait }: Posting,
  self: string,
  { bodies, write }: { readonly bodies: readonly string[]; readonly write: () => Promise<Written> },
): Promise<Written> {
  for (let tried = 1; ; tried += 1) {
    const written = await write();
    if (written.kind !== "failed" || tried === TRIES) return written;
    await wait(PAUSE_MS * tried);
    if (await areThere(host, bodies, self)) return { kind: "done" };
  }
}

async function areThere(host: PullRequestHost, bodies: readonly string[], self: string): Promise<boolean> {
  const there = (await host.lineComments()).filter((comment) => isSelf(comment, { self }));
  return bodies.every((body) => there.some((comment) => isSameFinding(comment.body, body)));
}

async function postReview(posting: Posting, { comments }: Plan, self: string): Promise<Written | "moved"> {
  if (comments.length === 0) return { kind: "done" };
  const { host, facts } = posting;
  const body = `${comments.length === 1 ? "One finding" : `${comments.length} findings`} of lockspan's, each with the path that proves it.`;
  const bodies = comments.map((comment) => comment.body);
  const write = () => host.review(facts.head, body, comments);
  const written = await writeOnce(posting, self, { bodies, write });
  return written.kind === "refused" && (await hasMoved(posting)) ? "moved" : written;
}

/** A review has comments on lines only. */
async function postOnFiles(posting: Posting, { onFiles }: Plan, self: string): Promise<Written> {
  for (const comment of onFiles) {
    const write = () => posting.host.commentOnFile(posting.facts.head, comment);
    const written = await writeOnce(posting, self, { bodies: [comment.body], write });
    if (written.kind !== "done") return written;
  }
  return { kind: "done" };
}

function isSameFinding(left: string, right: string): boolean {
  const [one, other] = [readMark(left), readMark(right)];
  if (one?.kind !== "finding" || other?.kind !== "finding") return false;
  return one.fingerprint === other.fingerprint && one.profile === other.profile && one.state === other.state;
}

/** The text says so for everybody; folding away and resolving is done where the token may, and nobody answered. */
async function markFixed({ host, facts }: Posting, { fixed, quiet }: Plan): Promise<Written> {
  for (const comment of fixed) {
    const written = await host.editLineComment(comment.id, fixedBody(comment.body, facts.head));
    if (written.kind !== "done" && written.kind !== "forbidden") return written;
  }
  await host.settle(quiet);
  return { kind: "done" };
}

/** Kept in one comment; where there is nothing to say and nothing was said, none is begun. */
async function postSummary(posting: Posting, self: string, remarks: readonly string[]): Promise<Written> {
  const { host, facts, wait } = posting;
  const mark = summaryMark(facts.review.profile);
  const body = summaryComment({ ...facts, remarks: [...facts.remarks, ...remarks] }, mark);
  const isOurs = (text: string) => {
    const read = readMark(text);
    return read?.kind === "summary" && read.profile === facts.review.profile;
  };
  const find = async () => (await host.remarks()).find((one) => isOurs(one.body) && isSelf(one, { self }));
  for (let tried = 1; ; tried += 1) {
    const known = await find();
    if (known === undefined && facts.told.length === 0 && remarks.length === 0) return { kind: "done" };
    if (known?.body === body) return { kind: "done" };
    const written = await (known === undefined ? host.remark(body) : host.editRemark(known.id, body));
    if (written.kind !== "failed" || tried === TRIES) return written;
    await wait(PAUSE_MS * tried);
  }
}
