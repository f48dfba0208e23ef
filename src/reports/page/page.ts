/**
 * A review or an audit as one HTML file that needs nothing else.
 */
import { compareFindings, compareWeight, type Finding } from "../../findings/index.ts";
import type { DriverReport, Review } from "../../review/index.ts";
import { verdict } from "../verdict.ts";
import { baseOf, countOf, sentence, togetherHeading, upperFirst } from "../wording.ts";
import { Anchors } from "./anchors.ts";
import { CodeBook } from "./code-book.ts";
import { leftOut, type PageParts } from "./code-view.ts";
import { contentsBar, type Part } from "./contents.ts";
import { documentOf, filesTitle } from "./document.ts";
import { FileNames } from "./file-names.ts";
import { findingView } from "./finding-view.ts";
import { functionIndex, functionsOf } from "./functions.ts";
import { laneKey } from "./lane-marks.ts";
import { html, type Markup } from "./markup.ts";
import type { PageMatter } from "./matter.ts";
import { filesOfModel, footerOf } from "./page-parts.ts";
import { gapList, hiddenList, modelHeadings, modelSections } from "./tables.ts";
import { viewsOf } from "./views.ts";

export { historyPageOf } from "./history-page.ts";
export { modelPageOf } from "./model-page.ts";

export function pageOf(matter: PageMatter): string {
  const { review } = matter;
  const told = review.findings
    .filter(({ change }) => change !== "fixed")
    .sort((left, right) => compareWeight(left, right) || compareFindings(left, right));
  const appeared = [...(review.together?.appeared ?? [])].sort(compareFindings);
  const last = review.patches.at(-1)?.index ?? null;
  const model = matter.models("new", last);
  const parts: PageParts = {
    anchors: new Anchors(),
    files: new FileNames(filesNamed(review, model)),
    book: new CodeBook(matter),
  };
  const names = new Map([...told, ...appeared].map((finding) => [finding, anchorOf(finding, parts.anchors)]));
  const views = viewsOf(matter, parts.book, [...told, ...appeared]);
  // The code first: findings link to the lines that are there.
  const functions = functionsOf(views.shown, { ...parts, review, names });
  const findingsOf = (findings: readonly Finding[]) =>
    findings.map((finding) =>
      findingView(finding, {
        ...parts,
        anchor: names.get(finding) ?? "",
        notes: review.notes.get(finding.fingerprint) ?? null,
      }),
    );
  return documentOf(
    titleOf(review),
    html`<header><p class="brand">lockspan ${review.kind}</p><h1>${titleOf(review)}</h1><p class="verdict">${sentence(upperFirst(verdict(review)))}</p>
${aboutOf(review)}</header>
${contentsBar(partsOf(review, model, { findings: told.length, functions: functions.length }), "findings, functions and rows")}<main><section id="findings"><h2>Findings</h2>${told.length === 0 ? html`<p>None.</p>` : html`<p class="keys">The keys j and k walk the steps, / goes to the filter.</p>${findingsOf(told)}`}${fixedOf(review)}</section>
${togetherOf(review, findingsOf(appeared), parts.files)}<section id="code"><h2>Code and locks</h2>${laneKey()}${functionIndex(functions)}
${functions.map(({ markup }) => markup)}${leftOut(views.leftOut)}</section>
${modelSections(model, { side: "new", patch: last }, parts)}<section id="unread"><h2>What was not analysed</h2>${gapList(review.gaps, parts.files)}${hiddenList(review.hidden, parts.files)}${review.baseNotes.map((note) => html`<p>${sentence(upperFirst(note))}</p>`)}</section></main>
${footerOf(matter.version, review.profile, parts.files)}`,
  );
}

function partsOf(
  review: Review,
  model: DriverReport,
  counts: { readonly findings: number; readonly functions: number },
): Part[] {
  return [
    ["findings", "Findings", counts.findings],
    ...(review.together === null ? [] : [["together", "With other patches", null] as const]),
    ["code", "Code", counts.functions],
    ...modelHeadings(model),
    ["unread", "Not analysed", review.gaps.length],
  ];
}

function filesNamed(
  { findings, analysed, gaps, hidden, together, notes }: Review,
  model: DriverReport,
): string[] {
  const also = [...notes.values()].flatMap((note) => note.also);
  const woken = [...(together?.woken.values() ?? [])].flatMap(({ conflict }) => conflict);
  const all = [...findings, ...(together?.appeared ?? [])].flatMap((each) => [
    each,
    ...each.trace,
    ...each.conflict,
  ]);
  const places = [...all, ...gaps, ...(together?.gaps ?? []), ...hidden, ...also, ...woken];
  return [...analysed.files, ...places.map(({ file }) => file), ...filesOfModel(model)];
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
      html`<li>${patch.total > 1 ? `${patch.index} of ${patch.total}: ` : ""}${patches.length > 1 ? patch.subject : ""}${patch.author === null ? "" : ` from ${patch.author}`}, on ${baseOf(patch)}; changes <code>${patch.files.join(", ")}</code></li>`,
  );
  return html`<ul class="patches">${rows}</ul>`;
}

function fixedOf({ findings, patches }: Review): Markup | null {
  const fixed = findings.filter(({ change }) => change === "fixed").sort(compareFindings);
  if (fixed.length === 0) return null;
  const rows = fixed.map((each) => html`<li>${each.check} in <code>${each.function}()</code></li>`);
  return html`<div class="fixed"><h3>Fixed by ${patches.length === 1 ? "the patch" : "the patches"}</h3><ul>${rows}</ul></div>`;
}

function togetherOf(review: Review, appeared: readonly Markup[], files: FileNames): Markup | null {
  const { together } = review;
  if (together === null) return null;
  const woken = review.findings.flatMap((finding) => {
    const then = together.woken.get(finding.fingerprint);
    return then === undefined
      ? []
      : [
          html`<li>${then.message}<ol>${then.conflict.map((step) => html`<li><code>${step.function}()</code>: ${step.what} <span class="at">${files.short(step.file)}:${step.line}</span></li>`)}</ol></li>`,
        ];
  });
  return html`<section id="together"><h2>With other patches</h2><p>${sentence(upperFirst(togetherHeading(review, together)))}</p>${woken.length === 0 ? null : html`<ul>${woken}</ul>`}${appeared}${together.gaps.length === 0 ? null : gapList(together.gaps, files)}</section>
`;
}
