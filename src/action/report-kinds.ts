/** The kinds of report that a job can ask for, by the ending of the file's name. */
import { jobPage, PLAIN_STYLE, renderJson, renderText, type SummaryFacts } from "../reports/index.ts";
import type { SeriesReview } from "../review/index.ts";

/** All that a report may be made from. */
export interface ReportMatter extends Pick<SeriesReview, "review" | "sourceOf"> {
  readonly facts: SummaryFacts;
  readonly sarif: string;
}

const KINDS = {
  txt: ({ review, sourceOf }) => renderText(review, sourceOf, { ...PLAIN_STYLE, unicode: true }),
  md: ({ facts }) => jobPage(facts),
  json: ({ review }) => renderJson(review),
  sarif: ({ sarif }) => sarif,
} satisfies Readonly<Record<string, (matter: ReportMatter) => string>>;

export type ReportKind = keyof typeof KINDS;

export const REPORT_KINDS = Object.keys(KINDS) as ReportKind[];

export function reportText(kind: ReportKind, matter: ReportMatter): string {
  return KINDS[kind](matter);
}
