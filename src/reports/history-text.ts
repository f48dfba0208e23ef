/** A history as a table: what each commit would have been told, and how long each finding was there. */
import type { FindingLife, History, HistoryCommit, HistoryFinding } from "../review/index.ts";
import { safeText } from "./cells.ts";
import { columnsOf } from "./columns.ts";
import { commitName, historyCounts, livesByFile, rangeOf } from "./history-words.ts";
import { paint, type Style } from "./style.ts";
import { countOf, sentence, upperFirst } from "./wording.ts";

/** @param isBrief only what was found: no counts, no older findings */
export function renderHistoryText(history: History, style: Style, isBrief: boolean): string {
  const commits = history.commits.flatMap((commit) => commitLines(commit, style, isBrief));
  const lives = livesByFile(history);
  const summary = [
    paint(style, "strong", upperFirst(rangeOf(history))),
    ...historyCounts(history).map((count) => sentence(upperFirst(count))),
  ];
  const table = [...lives].flatMap(([file, own]) => [
    "",
    safeText(file, style.unicode),
    ...lifeRows(own, style),
  ]);
  const parts = [
    ...(commits.length === 0 ? [] : [...commits]),
    ...(table.length === 0 ? [] : [paint(style, "strong", "When each finding came and went"), ...table, ""]),
    ...(isBrief ? [] : summary),
  ];
  return parts.length === 0 ? "" : `${parts.join("\n")}\n`;
}

function commitLines(commit: HistoryCommit, style: Style, isBrief: boolean): string[] {
  const { told, touched, leftAside, failed } = commit;
  if (isBrief && told.length === 0) return [];
  const title = `${safeText(commit.subject, style.unicode)} (${safeText(commit.author, style.unicode)})`;
  const rows = [...told].sort(newFirst).map((finding) => toldRow(finding, style));
  return [
    `${paint(style, "strong", commitName(commit))}  ${title}`,
    ...rows.flat(),
    ...(isBrief || touched === 0
      ? []
      : [`    and ${countOf(touched, "older finding")} that its lines take part in`]),
    ...(isBrief
      ? []
      : leftAside.map(({ file, why }) => `    not analysed: ${safeText(file, style.unicode)}: ${why}`)),
    ...(failed === null ? [] : [`    not reviewed: ${safeText(failed, style.unicode)}`]),
    "",
  ];
}

const MARKS = { introduced: "+", exposed: "!", fixed: "-", "pre-existing": " " } as const;

function toldRow(
  { change, severity, check, file, line, message, status }: HistoryFinding,
  style: Style,
): string[] {
  const place = safeText(`${file}:${line}`, style.unicode);
  const isGone = change === "fixed";
  const title = isGone ? paint(style, "help", "mended") : paint(style, severity, severity);
  const kept = status === "latent" && !isGone ? ", latent" : "";
  return [
    `  ${MARKS[change ?? "pre-existing"]} ${title}[${check}${kept}] ${place}`,
    `      ${safeText(message, style.unicode)}`,
  ];
}

function newFirst(left: HistoryFinding, right: HistoryFinding): number {
  return Number(left.change === "fixed") - Number(right.change === "fixed");
}

function lifeRows(lives: readonly FindingLife[], style: Style): string[] {
  const rows = lives.map(({ finding, from, woken, to }) => [
    from === null ? "there before" : commitName(from),
    to === null ? "still there" : commitName(to),
    from === null ? "" : finding.severity,
    finding.check,
    `${safeText(finding.function, style.unicode)}(): ${safeText(finding.lock, style.unicode)}`,
    woken === null ? "" : `possible since ${commitName(woken)}`,
  ]);
  return columnsOf(rows, "  ");
}
