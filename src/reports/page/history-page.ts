/**
 * A history as one page: a line of time with a bar for each finding, and what each commit would
 * have been told. The bars are drawings beside the same facts in words.
 */
import type { FindingLife, History, HistoryCommit, HistoryFinding } from "../../review/index.ts";
import { commitName, historyCounts, livesByFile, rangeOf } from "../history-words.ts";
import { countOf, sentence, upperFirst } from "../wording.ts";
import { contentsBar, type Part } from "./contents.ts";
import { documentOf } from "./document.ts";
import { html, type Markup } from "./markup.ts";

export interface HistoryMatter {
  readonly history: History;
  /** Of the program. */
  readonly version: string;
}

/** Rows and commits beyond so many are counted; the JSON document has them all. */
const MOST_LIVES = 3_000;
const MOST_COMMITS = 2_000;

export function historyPageOf({ history, version }: HistoryMatter): string {
  const title = upperFirst(rangeOf(history));
  const told = history.commits.filter(({ told, failed }) => told.length > 0 || failed !== null);
  const parts: Part[] = [
    ["time", "Timeline", history.lives.length],
    ["commits", "Commits", told.length],
  ];
  return documentOf(
    title,
    html`<header><p class="brand">lockspan backtest</p><h1>${title}</h1>${historyCounts(history).map((count) => html`<p class="verdict">${sentence(upperFirst(count))}</p>`)}</header>
${contentsBar(parts, "commits and findings")}<main><section id="time"><h2>When each finding came and went</h2>${timelines(history)}</section>
<section id="commits"><h2>What each commit would have been told</h2>
${told.slice(0, MOST_COMMITS).map(commitView)}${more(told.length - MOST_COMMITS, "more commit")}</section></main>
<footer><p>lockspan ${version}, profile ${history.profile}. Merges are left out: what they bring was reviewed on its branch.</p></footer>`,
  );
}

function timelines(history: History): Markup {
  if (history.lives.length === 0) return html`<p>There is none.</p>`;
  const scale = scaleOf(history);
  let room = MOST_LIVES;
  const parts: Markup[] = [];
  for (const [file, lives] of livesByFile(history)) {
    if (room <= 0) break;
    parts.push(timeline(file, lives.slice(0, room), scale));
    room -= lives.length;
  }
  return html`${parts}${more(history.lives.length - MOST_LIVES, "more finding")}`;
}

function more(count: number, noun: string): Markup | null {
  return count > 0 ? html`<p>And ${countOf(count, noun)}; --format json lists them all.</p>` : null;
}

/** Days since 1970 at the two ends of the drawing. */
interface Scale {
  readonly first: number;
  readonly last: number;
}

const WIDTH = 600;
const HEIGHT = 14;

function scaleOf({ commits }: History): Scale {
  const days = commits.map(dayOf);
  const first = days.reduce((low, day) => Math.min(low, day), Number.POSITIVE_INFINITY);
  const last = days.reduce((high, day) => Math.max(high, day), Number.NEGATIVE_INFINITY);
  return { first, last: Math.max(last, first + 1) };
}

function dayOf({ date }: Pick<HistoryCommit, "date">): number {
  return Date.parse(date) / 86_400_000;
}

function timeline(file: string, lives: readonly FindingLife[], scale: Scale): Markup {
  return html`<details open><summary><h3><code>${file}</code> <small>${lives.length}</small></h3></summary><div class="scroll" tabindex="0" role="region" aria-label="${file}"><table class="facts"><thead><tr><th scope="col">Came</th><th scope="col">Went</th><th scope="col">Finding</th><th scope="col">${yearOf(scale.first)} to ${yearOf(scale.last)}</th></tr></thead><tbody>
${lives.map((life) => lifeRow(life, scale))}</tbody></table></div></details>
`;
}

function yearOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 4);
}

function lifeRow(life: FindingLife, scale: Scale): Markup {
  const { finding, from, woken, to } = life;
  const said = woken === null ? null : html` <small>possible since ${linked(woken)}</small>`;
  return html`<tr><td>${from === null ? "there before" : linked(from)}</td><td>${to === null ? "still there" : linked(to)}</td><td>${from === null ? "" : `${finding.severity} `}${finding.check}: <code>${finding.function}()</code>, <code>${finding.lock}</code>${said}</td><td>${bar(life, scale)}</td></tr>\n`;
}

/** What the words beside it say, for the eye. The part before a race became possible is paler. */
function bar({ from, woken, to, finding }: FindingLife, { first, last }: Scale): Markup {
  const at = (day: number) => Math.round(((day - first) / (last - first)) * (WIDTH - 2));
  const start = from === null ? 0 : at(dayOf(from));
  const end = (to === null ? WIDTH : at(dayOf(to))) + 2;
  const waking = woken === null ? start : Math.min(Math.max(at(dayOf(woken)), start), end);
  const strength = finding.severity === "error" || finding.severity === "warning" ? "1" : ".55";
  return html`<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH + 2} ${HEIGHT}" aria-hidden="true"><rect x="0" y="6" width="${WIDTH}" height="1" fill="currentColor" opacity=".3"/><rect x="${start}" y="3" width="${waking - start}" height="8" fill="currentColor" opacity=".25"/><rect x="${waking}" y="2" width="${Math.max(end - waking, 2)}" height="10" fill="currentColor" opacity="${strength}"/></svg>`;
}

function anchorOf({ id }: HistoryCommit): string {
  return `c-${id}`;
}

function linked(commit: HistoryCommit): Markup {
  return html`<a href="#${anchorOf(commit)}">${commitName(commit)}</a>`;
}

function commitView(commit: HistoryCommit): Markup {
  const { told, touched, failed } = commit;
  const worst = (["error", "warning"] as const).find((severity) =>
    told.some((one) => one.severity === severity),
  );
  return html`<article class="finding commit ${worst ?? "note"}" id="${anchorOf(commit)}"><a class="self" href="#${anchorOf(commit)}">${commitName(commit)}</a>
<h3>${commit.subject} <small>${commit.author}</small></h3>
<ul>${told.map(toldItem)}</ul>${touched === 0 ? null : html`<p>And ${countOf(touched, "older finding")} that its lines take part in.</p>`}${failed === null ? null : html`<p>Not reviewed: ${failed}</p>`}</article>
`;
}

function toldItem({ change, severity, check, status, file, line, message }: HistoryFinding): Markup {
  const what = change === "fixed" ? "mended" : status === "latent" ? `${severity}, latent` : severity;
  return html`<li><strong>${what}</strong> ${check} <span class="at">${file}:${line}</span>: ${message}</li>\n`;
}
