/** One finding of a page: the sentence, the path, the other side, the advice. */
import type { Finding, FindingNotes } from "../../findings/index.ts";
import { changeNote, conflictTitle, sentence, statusNote, upperFirst } from "../wording.ts";
import type { PageParts } from "./code-view.ts";
import { html, type Markup } from "./markup.ts";
import { type Version, versionOf } from "./matter.ts";
import { placeLink, stepsView } from "./steps.ts";

const CONFIDENCE_WORDS = { must: "on every path", may: "on the path shown" } as const;
const SEVERITY_SIGNS = { error: "✕", warning: "▲", note: "●" } as const;

export interface FindingSetting extends PageParts {
  readonly anchor: string;
  readonly notes: FindingNotes | null;
}

export function findingView(finding: Finding, setting: FindingSetting): Markup {
  const { anchor, notes } = setting;
  const { severity, check, status } = finding;
  const version = versionOf(finding);
  const change = changeNote(finding.change);
  const tags = [finding.change, status === "unknown" ? null : status].filter((tag) => tag !== null);
  return html`<article class="finding ${severity}" id="${anchor}" aria-labelledby="${anchor}-says">
<p class="tags"><b class="severity"><span aria-hidden="true">${SEVERITY_SIGNS[severity]}</span> ${severity}</b> <code class="check">${check}</code>${tags.map((tag) => html` <span class="tag">${tag}</span>`)} <a class="self" href="#${anchor}"><span class="vh">Link to this finding: </span>#${anchor}</a></p>
<h3 id="${anchor}-says">${sentence(finding.message)}</h3>
${factsOf(finding, setting)}${sidesOf(finding, version, setting)}
${change === null ? null : html`<p>${sentence(upperFirst(change))}</p>`}${alsoOf(notes, { ...setting, version })}${finding.fix === null ? null : html`<p class="fix"><b>Advice:</b> ${sentence(finding.fix)}</p>`}
</article>
`;
}

function factsOf(finding: Finding, setting: FindingSetting): Markup {
  const place: Version = { side: finding.side, patch: finding.patch };
  const deleted = finding.side === "old" ? ", a line that the patch deletes" : "";
  const held = finding.held.length === 0 ? "nothing" : finding.held.join(", ");
  const facts = [
    [
      "Where",
      html`${placeLink(finding, { ...setting, version: place })} in <code>${finding.function}()</code>${deleted}`,
    ],
    ["Lock", html`<code>${finding.lock}</code>`],
    ["Held there", html`<code>${held}</code>`],
    ["Confidence", html`${CONFIDENCE_WORDS[finding.confidence]}`],
    ["Status", statusOf(finding, setting.notes)],
    ["Rule", finding.rule === null ? null : html`<code>${finding.rule}</code>`],
  ] as const;
  return html`<dl>${facts.map(([name, value]) => (value === null ? html`` : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>
`;
}

/** Null where nothing is to be said: of a lock that leaks there is no other side. */
function statusOf({ status }: Finding, notes: FindingNotes | null): Markup | null {
  const said =
    status === "live" ? "live: it can happen in this tree" : statusNote(status, notes?.statusReason);
  return said === null ? null : html`${said}`;
}

function sidesOf(finding: Finding, version: Version, setting: FindingSetting): Markup | null {
  const { trace, conflict, status, lock } = finding;
  const steps = { ...setting, version, lock };
  if (conflict.length === 0) {
    if (trace.length === 0) return null;
    return html`<div class="path"><h4>The path${laneNote(lock)}</h4>${stepsView(trace, steps)}</div>`;
  }
  return html`<div class="sides"><div class="path"><h4>CPU A <small>the path</small></h4>${stepsView(trace, steps)}</div><div class="path"><h4>CPU B <small>${conflictTitle(status).replace(/:$/, "")}</small></h4>${stepsView(conflict, steps)}</div></div>`;
}

function laneNote(lock: string): Markup {
  return html` <small>the bar is where <code>${lock}</code> is held</small>`;
}

function alsoOf(
  notes: FindingNotes | null,
  setting: FindingSetting & { readonly version: Version },
): Markup | null {
  const also = notes?.also ?? [];
  if (also.length === 0) return null;
  const rows = also.map(
    (place) => html`<li><code>${place.function}()</code>: ${place.what} ${placeLink(place, setting)}</li>`,
  );
  return html`<div class="also"><h4>Also without the lock</h4><ul>${rows}</ul></div>`;
}
