/**
 * Reviews that a bot made before: a replay of what was reviewed when it came, a second replay, a
 * series whose worker was killed before it had kept its verdict.
 *
 * A review is kept by all that it was made from: the patches as they were read, the texts that
 * they apply to and what they leave behind, the files beside. Rules, profile and program are the
 * cache's own.
 */
import { deserialize, serialize } from "node:v8";
import type { ResultCache } from "../base/index.ts";
import type { InputFile, Review, SeriesInput } from "../review/index.ts";

type ReviewContent = Pick<SeriesInput, "patches" | "base" | "beside" | "scope">;

export function keptReview(cache: ResultCache, input: ReviewContent, make: () => Review): Review {
  const content = contentOf(input);
  const bytes = cache.get(KIND, content);
  if (bytes !== null) return deserialize(bytes) as Review;
  const review = make();
  cache.set(KIND, content, serialize(review));
  return review;
}

const KIND = "review of a series";

function contentOf({ patches, base, beside, scope }: ReviewContent): string[] {
  const { headers = [], callers = [] } = beside ?? {};
  return [
    scope,
    JSON.stringify([patches, base.commit, base.how, base.applied]),
    ...listed(base.files.flatMap(({ path, text, how }) => [path, how, text === null ? "none" : `=${text}`])),
    ...listed(headers.flatMap(pathAndText)),
    ...listed(callers.flatMap(pathAndText)),
  ];
}

function pathAndText({ path, text }: InputFile): string[] {
  return [path, text];
}

/** With its length, so that no two lists are one when others follow. */
function listed(texts: readonly string[]): string[] {
  return [`${texts.length}`, ...texts];
}
