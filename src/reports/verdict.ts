/** How a report for people ends: one line that never claims more than was read. */
import type { Review } from "../review/index.ts";
import { sortedGaps } from "./gap-order.ts";
import { countOf, hiddenCount, severityCounts } from "./wording.ts";

export function verdict(review: Review): string {
  const gaps = sortedGaps(review.gaps);
  const { files, functions } = review.analysed;
  const kept = review.hidden.length === 0 ? "" : `, ${hiddenCount(review)}`;
  const read = `${countOf(files.length, "file")}, ${countOf(functions, "function")}, profile ${review.profile}${kept}`;
  const told = [...review.findings, ...(review.together?.appeared ?? [])];
  const open = told.filter((finding) => finding.change !== "fixed");
  if (open.length > 0) {
    const unread = gaps.length === 0 ? "" : `; ${countOf(gaps.length, "place")} not analysed`;
    return `${severityCounts(open)} (${read}${unread})`;
  }
  if (gaps.length === 0) return `no finding (${read})`;
  return `no finding in what was read (${read}); not known for ${countOf(gaps.length, "place")} that could not be read`;
}
