/** The review itself, and which of its findings a reader of this change is told. */
import { countsForExit, type Finding } from "../findings/index.ts";
import { byWeight } from "../reports/index.ts";
import {
  type ChangeSource,
  type Replacement,
  readChange,
  reviewSeries,
  type SeriesReview,
  sureFixes,
  versionModels,
} from "../review/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { Job } from "./job.ts";

export interface Judgement extends SeriesReview {
  /** What the change brings or makes possible and no baseline has, in order of weight. */
  readonly told: readonly Finding[];
  /** What was there before and has a line of the change on its path. */
  readonly older: readonly Finding[];
  readonly known: readonly Finding[];
  readonly fixes: ReadonlyMap<string, Replacement>;
  /** For a page of the review alone. */
  readonly models: ReturnType<typeof versionModels>;
  readonly fails: boolean;
  /** Whether all files of the change were there to be looked at. */
  readonly isWhole: boolean;
}

export interface Question {
  readonly change: ChangeSource;
  readonly packs: LoadedPacks;
  readonly baseline: ReadonlySet<string>;
}

/** @throws {ServiceError} when the texts cannot be read */
export async function judge(job: Job, { change, packs, baseline }: Question): Promise<Judgement> {
  const { profile, scope, failOn } = job.inputs;
  const read = await readChange(change, packs, aboutOf(job));
  const input = { ...read.input, packs, profile, scope };
  const done = reviewSeries(input);
  const review = { ...done.review, gaps: [...read.gaps, ...done.review.gaps] };
  const isKnown = ({ fingerprint }: Finding) => baseline.has(fingerprint);
  const open = byWeight(review.findings.filter(({ change: how }) => how !== "fixed"));
  const isBrought = ({ change: how }: Finding) => how === "introduced" || how === "exposed";
  const told = open.filter((finding) => isBrought(finding) && !isKnown(finding));
  const known = open.filter((finding) => isKnown(finding));
  return {
    ...done,
    review: { ...review, findings: review.findings.filter((finding) => !isKnown(finding)) },
    told,
    older: open.filter((finding) => !isBrought(finding) && !isKnown(finding)),
    known,
    fixes: sureFixes(input, done, told),
    models: versionModels(review, done.sourceOf, { packs, beside: input.beside ?? {} }),
    isWhole: change.isWhole,
    fails: failOn !== "never" && told.some((finding) => countsForExit(finding, failOn)),
  };
}

function aboutOf({ event }: Job) {
  return event.kind === "pull-request"
    ? { subject: event.title, author: event.author }
    : { subject: "a group of the merge queue", author: "" };
}
