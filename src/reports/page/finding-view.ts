/** One finding of a page: the sentence, the path, the other side, the advice. */
import type { Finding, FindingNotes, TraceStep } from "../../findings/index.ts";
import { changeNote, conflictTitle, sentence, statusNote, upperFirst } from "../wording.ts";
import { html, type Markup } from "./markup.ts";
import { type Anchors, type Version, versionOf } from "./matter.ts";

const CONFIDENCE_WORDS = { must: "on every path", may: "on the path shown" } as const;

export interface FindingSetting {
  readonly anchors: Anchors;
  readonly anchor: string;
  readonly notes: FindingNotes | null;
}

export function findingView(finding: Finding, { anchors, anchor, notes }: FindingSetting): Markup {
  const version = versionOf(finding);
  const change = changeNote(finding.change);
  const place: Version = { side: finding.side, patch: finding.patch };
  const cause = { file: finding.file, line: finding.line, function: finding.function };
  const also = (notes?.also ?? []).map((step) => html`<li>${stepText(step, version, anchors)}</li>`);
  return html`<article class="finding ${finding.severity}" id="${anchor}"><h3><a class="self" href="#${anchor}">${finding.severity} · ${finding.check}</a> ${sentence(finding.message)}</h3>
<dl><div><dt>Where</dt><dd>${linked(cause, place, anchors)} in <code>${finding.function}()</code>${finding.side === "old" ? ", a line that the patch deletes" : ""}</dd></div>
<div><dt>Confidence</dt><dd>${CONFIDENCE_WORDS[finding.confidence]}</dd></div>${statusOf(finding, notes)}
<div><dt>Lock</dt><dd><code>${finding.lock}</code>${finding.held.length === 0 ? "; none is held there" : html`; held there: <code>${finding.held.join(", ")}</code>`}</dd></div>${finding.rule === null ? null : html`<div><dt>Rule</dt><dd><code>${finding.rule}</code></dd></div>`}</dl>
${sidesOf(finding, version, anchors)}
${change === null ? null : html`<p>${sentence(upperFirst(change))}</p>`}${also.length === 0 ? null : html`<p>Also without the lock:</p><ul>${also}</ul>`}${finding.fix === null ? null : html`<p class="fix"><b>Advice:</b> ${sentence(finding.fix)}</p>`}
</article>
`;
}

/** Null where nothing is to be said: of a lock that leaks there is no other side. */
function statusOf({ status }: Finding, notes: FindingNotes | null): Markup | null {
  const said =
    status === "live" ? "live: it can happen in this tree" : statusNote(status, notes?.statusReason);
  return said === null ? null : html`<div><dt>Status</dt><dd>${said}</dd></div>`;
}

function sidesOf(finding: Finding, version: Version, anchors: Anchors): Markup | null {
  const { trace, conflict, status } = finding;
  if (conflict.length === 0)
    return trace.length === 0 ? null : html`<h4>The path</h4>${stepsOf(trace, version, anchors)}`;
  return html`<div class="sides"><div><h4>CPU A <small>the path</small></h4>${stepsOf(trace, version, anchors)}</div><div><h4>CPU B <small>${conflictTitle(status).replace(/:$/, "")}</small></h4>${stepsOf(conflict, version, anchors)}</div></div>`;
}

function stepsOf(steps: readonly TraceStep[], version: Version, anchors: Anchors): Markup {
  return html`<ol>${steps.map((step) => html`<li>${stepText(step, version, anchors)}</li>`)}</ol>`;
}

function stepText(step: TraceStep, version: Version, anchors: Anchors): Markup {
  return html`<code>${step.function}()</code>: ${step.what} ${linked(step, version, anchors)}`;
}

/** A link where the page has the line. */
function linked(
  { file, line }: Pick<TraceStep, "file" | "line">,
  version: Version,
  anchors: Anchors,
): Markup {
  const name = anchors.line(version, file, line);
  const text = `${file}:${line}`;
  return anchors.isGiven(name)
    ? html`<a class="step" href="#${name}">${text}</a>`
    : html`<span class="at">${text}</span>`;
}
