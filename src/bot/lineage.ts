/** Which earlier review a series is a new revision of: what was told then is not told again. */
import type { KnownReview, ReviewMemory } from "../review/index.ts";
import type { FoundSeries } from "./find-series.ts";

/** @returns the lineage of the earlier revision, or the series' own id when it is the first */
export async function lineageOf(found: FoundSeries, ownId: string, memory: ReviewMemory): Promise<string> {
  const reviews = await memory.reviewsBy(found.series.sender);
  return reviews.find((review) => isEarlier(review, found))?.lineage ?? ownId;
}

function isEarlier(review: KnownReview, { series, older, messages }: FoundSeries): boolean {
  if (review.revision > series.revision) return false;
  const refs = new Set([
    ...older,
    ...messages.flatMap(({ references, inReplyTo }) => [...references, inReplyTo ?? ""]),
  ]);
  if (review.parts.some((part) => refs.has(part))) return true;
  if (review.parts.some((part) => messages.some(({ messageId }) => messageId === part))) return true;
  return (
    review.revision < series.revision &&
    series.subject !== "" &&
    review.subject.toLowerCase() === series.subject.toLowerCase()
  );
}
