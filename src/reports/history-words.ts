/** What the reports of a history say alike. */
import { compareText } from "../base/index.ts";
import type { FindingLife, History, HistoryCommit, HistoryFinding } from "../review/index.ts";
import { countOf, listOf, severityCounts, shortCommit } from "./wording.ts";

/** Sentences without a full stop. */
export function historyCounts({ counts, commits, lives }: History): string[] {
  const isNew = ({ change }: HistoryFinding) => change !== "fixed";
  const told = commits.filter((commit) => commit.told.some(isNew));
  const came = told.flatMap((commit) => commit.told.filter(isNew));
  const mended = lives.filter(({ to }) => to !== null);
  const failed = commits.filter((commit) => commit.failed !== null).length;
  const aside = commits.reduce((sum, { leftAside }) => sum + leftAside.length, 0);
  return [
    `${countOf(counts.commits, "commit")}, ${counts.reviewed} with C files; ${told.length} would have been told of something new`,
    came.length === 0
      ? "no finding came in"
      : `${countOf(came.length, "finding")} came in (${severityCounts(came)}), ${mended.length} went out`,
    ...(aside > 0 ? [`${countOf(aside, "file")} of long commits left aside`] : []),
    ...(failed > 0 ? [`${countOf(failed, "commit")} could not be reviewed`] : []),
  ];
}

/** `commits 0123456789ab..ba9876543210 of xen/drivers`. */
export function rangeOf({ range: { since, until, paths } }: History): string {
  const commits = since === null ? shortCommit(until) : `${shortCommit(since)}..${shortCommit(until)}`;
  return `history of ${commits}${paths.length === 0 ? "" : `, ${listOf(paths)}`}`;
}

/** The lives of each file, in the order in which its first one came. */
export function livesByFile({ lives }: History): ReadonlyMap<string, readonly FindingLife[]> {
  const files = [...new Set(lives.map(({ finding }) => finding.file))].sort(compareText);
  return new Map(files.map((file) => [file, lives.filter(({ finding }) => finding.file === file)]));
}

/** `0123456789ab 2026-11-27`. */
export function commitName({ id, date }: Pick<HistoryCommit, "id" | "date">): string {
  return `${shortCommit(id)} ${date}`;
}
