/** The kinds of report that a job can ask for, by the ending of the file's name. */
import { highlighterOf } from "../c/index.ts";
import {
  jobPage,
  PLAIN_STYLE,
  renderJson,
  renderPage,
  renderText,
  type SummaryFacts,
} from "../reports/index.ts";
import type { SeriesReview, versionModels } from "../review/index.ts";

/** All that a report may be made from. */
export interface ReportMatter extends Pick<SeriesReview, "review" | "sourceOf"> {
  readonly models: ReturnType<typeof versionModels>;
  /** The query for the colours of C. */
  readonly highlights: () => Promise<string>;
  /** Of the program. */
  readonly version: string;
  readonly facts: SummaryFacts;
  readonly sarif: string;
}

const KINDS = {
  txt: ({ review, sourceOf }) => renderText(review, sourceOf, { ...PLAIN_STYLE, unicode: true }),
  md: ({ facts }) => jobPage(facts),
  json: ({ review }) => renderJson(review),
  sarif: ({ sarif }) => sarif,
  html: async ({ review, sourceOf, models, highlights, version }) =>
    renderPage({
      review,
      sources: sourceOf,
      models,
      highlighter: highlighterOf(await highlights()),
      version,
    }),
} satisfies Readonly<Record<string, (matter: ReportMatter) => string | Promise<string>>>;

export type ReportKind = keyof typeof KINDS;

export const REPORT_KINDS = Object.keys(KINDS) as ReportKind[];

export async function reportText(kind: ReportKind, matter: ReportMatter): Promise<string> {
  return KINDS[kind](matter);
}
