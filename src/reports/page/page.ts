/**
 * A review or an audit as one HTML file that needs nothing else.
 */
import { compareFindings, compareWeight, type Finding } from "../../findings/index.ts";
import type { Review } from "../../review/index.ts";
import { linesOf } from "../source-lines.ts";
import { verdict } from "../verdict.ts";
import { baseOf, countOf, sentence, togetherHeading, upperFirst } from "../wording.ts";
import { type CodeView, codeView, laneKey, leftOut, type Remark } from "./code-view.ts";
import { documentOf, filesTitle } from "./document.ts";
import { findingView } from "./finding-view.ts";
import { html, type Markup } from "./markup.ts";
import { Anchors, type PageMatter, versionOf } from "./matter.ts";
import { gapList, hiddenList, modelTables } from "./tables.ts";
import { viewsOf } from "./views.ts";

export { modelPageOf } from "./model-page.ts";

export function pageOf(matter: PageMatter): string {
  const { review } = matter;
  const anchors = new Anchors();
  const told = review.findings
    .filter(({ change }) => change !== "fixed")
    .sort((left, right) => compareWeight(left, right) || compareFindings(left, right));
  const appeared = [...(review.together?.appeared ?? [])].sort(compareFindings);
  const names = new Map([...told, ...appeared].map((finding) => [finding, anchorOf(finding, anchors)]));
  const views = viewsOf(matter, [...told, ...appeared]);
  // The code first: findings link to the lines that are there.
  const code = views.shown.map((view) => viewMarkup(view, matter, { anchors, names }));
  const findingsOf = (findings: readonly Finding[]) =>
    findings.map((finding) =>
      findingView(finding, {
        anchors,
        anchor: names.get(finding) ?? "",
        notes: review.notes.get(finding.fingerprint) ?? null,
      }),
    );
  const last = review.patches.at(-1)?.index ?? null;
  const tables = modelTables(matter.models("new", last), { side: "new", patch: last }, anchors);
  return documentOf(
    titleOf(review),
    html`<header><h1>${titleOf(review)}</h1><p class="verdict">${sentence(upperFirst(verdict(review)))}</p>
${aboutOf(review)}<nav aria-label="Parts of this page"><a href="#findings">Findings</a> <a href="#code">Code and locks</a> <a href="#tables">Tables</a> <a href="#unread">What was not analysed</a></nav></header>
<main><section id="findings"><h2>Findings</h2><p id="tools" hidden><label>Show findings that contain <input id="filter" type="search" autocomplete="off"></label> <span class="keys">j and k walk the steps</span> <span id="shown" role="status"></span></p>
${told.length === 0 ? html`<p>None.</p>` : findingsOf(told)}${fixedOf(review)}</section>
${togetherOf(review, findingsOf(appeared))}<section id="code"><h2>Code and locks</h2>${laneKey()}
${code}${leftOut(views.leftOut)}</section>
<section id="tables"><h2>Tables</h2>${tables}</section>
<section id="unread"><h2>What was not analysed</h2>${gapList(review.gaps)}${hiddenList(review.hidden)}${review.baseNotes.map((note) => html`<p>${sentence(upperFirst(note))}</p>`)}</section></main>
<footer><p>lockspan ${matter.version}, profile ${review.profile}.</p></footer>`,
  );
}

/** Short and the same wherever the finding is told; a second one of the same name takes all its digits. */
function anchorOf({ fingerprint }: Finding, anchors: Anchors): string {
  const digits = fingerprint.replace(/[^\w-]/g, "");
  for (const name of [`LD-${digits.slice(0, 8)}`, `LD-${digits}`]) if (anchors.give(name)) return name;
  let at = 2;
  while (!anchors.give(`LD-${digits}-${at}`)) at += 1;
  return `LD-${digits}-${at}`;
}

function titleOf({ kind, patches, analysed }: Review): string {
  const [first] = patches;
  if (kind === "review" && first !== undefined)
    return patches.length === 1
      ? first.subject
      : `${first.subject} and ${countOf(patches.length - 1, "more patch", "more patches")}`;
  return filesTitle(analysed.files);
}

function aboutOf({ patches }: Review): Markup | null {
  if (patches.length === 0) return null;
  const rows = patches.map(
    (patch) =>
      html`<li>${patch.total > 1 ? `${patch.index} of ${patch.total}: ` : ""}${patch.subject}${patch.author === null ? "" : ` from ${patch.author}`}, on ${baseOf(patch)}; changes ${patch.files.join(", ")}</li>`,
  );
  return html`<ul class="patches">${rows}</ul>`;
}

function fixedOf({ findings, patches }: Review): Markup | null {
  const fixed = findings.filter(({ change }) => change === "fixed").sort(compareFindings);
  if (fixed.length === 0) return null;
  const rows = fixed.map((each) => html`<li>${each.check} in <code>${each.function}()</code></li>`);
  return html`<h3>Fixed by ${patches.length === 1 ? "the patch" : "the patches"}</h3><ul>${rows}</ul>`;
}

function togetherOf(review: Review, appeared: readonly Markup[]): Markup | null {
  const { together } = review;
  if (together === null) return null;
  const woken = review.findings.flatMap((finding) => {
    const then = together.woken.get(finding.fingerprint);
    return then === undefined
      ? []
      : [
          html`<li>${then.message}<ol>${then.conflict.map((step) => html`<li><code>${step.function}()</code>: ${step.what} <span class="at">${step.file}:${step.line}</span></li>`)}</ol></li>`,
        ];
  });
  return html`<section id="together"><h2>With other patches</h2><p>${sentence(upperFirst(togetherHeading(review, together)))}</p>${woken.length === 0 ? null : html`<ul>${woken}</ul>`}${appeared}${together.gaps.length === 0 ? null : gapList(together.gaps)}</section>
`;
}

function viewMarkup(
  view: CodeView,
  { review, sources }: PageMatter,
  { anchors, names }: { readonly anchors: Anchors; readonly names: ReadonlyMap<Finding, string> },
): Markup {
  const { version, file } = view;
  const { added, removed } = changesIn(review, view);
  const remarks = new Map<number, Remark[]>();
  const put = (line: number, remark: Remark) => remarks.set(line, [...(remarks.get(line) ?? []), remark]);
  for (const [finding, anchor] of names) {
    if (finding.patch !== version.patch) continue;
    if (finding.file === file && finding.side === version.side)
      put(finding.line, { finding, anchor, text: finding.message, isPlace: true });
    if (versionOf(finding).side !== version.side) continue;
    for (const [at, step] of finding.trace.entries()) {
      const isPlace = step.line === finding.line && finding.side === version.side;
      if (step.file === file && !(isPlace && finding.file === file))
        put(step.line, {
          finding,
          anchor,
          text: `${finding.check} in ${finding.function}(), step ${at + 1}: ${step.what}`,
          isPlace: false,
        });
    }
  }
  return codeView(view, {
    anchors,
    lines: linesOf(sources)(file, version.side, version.patch) ?? [],
    remarksAt: (line) => remarks.get(line) ?? [],
    isAdded: (line) => added.has(line),
    removedAt: (line) => removed.get(line) ?? [],
    isPatch: version.patch !== null && version.side === "new",
  });
}

interface ChangedLines {
  readonly added: ReadonlySet<number>;
  /** By the line of the new file that they stood before. */
  readonly removed: ReadonlyMap<number, readonly string[]>;
}

/** What its patch does to a file. */
function changesIn({ patches }: Review, { version, file }: CodeView): ChangedLines {
  const added = new Set<number>();
  const removed = new Map<number, string[]>();
  const patch = version.side === "old" ? undefined : patches.find(({ index }) => index === version.patch);
  const hunks = (patch?.diffs ?? []).filter(({ newPath }) => newPath === file).flatMap((diff) => diff.hunks);
  for (const { newStart, lines } of hunks) {
    let line = newStart;
    for (const { kind, text } of lines) {
      if (kind === "removed") removed.set(line, [...(removed.get(line) ?? []), text]);
      else line += 1;
      if (kind === "added") added.add(line - 1);
    }
  }
  return { added, removed };
}
