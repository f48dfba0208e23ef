/** The tables of a page: accesses, the order of locks, ways in, and what was not analysed. */
import type { Gap } from "../../base/index.ts";
import type { DriverReport, HiddenFinding } from "../../review/index.ts";
import { sortedGaps } from "../gap-order.ts";
import { countOf } from "../wording.ts";
import { html, type Markup } from "./markup.ts";
import type { Anchors, Version } from "./matter.ts";

/** Rows beyond this many are counted; the JSON documents have them all. */
const MOST_ROWS = 1000;

interface Place {
  readonly file: string;
  readonly line: number;
}

export function modelTables(model: DriverReport, version: Version, anchors: Anchors): Markup {
  const link = (place: Place) => linked(place, version, anchors);
  return html`${accessTable(model, link)}${orderTable(model, link)}${entryTable(model)}${pairTable(model)}`;
}

function accessTable({ functions }: DriverReport, link: (place: Place) => Markup): Markup {
  const rows = functions.flatMap((fn) =>
    fn.accesses.map(
      (access) =>
        html`<tr><td>${link({ file: fn.file, line: access.line })}</td><td><code>${fn.name}()</code></td><td>${access.kind}</td><td><code>${access.object}</code></td><td>${access.type}</td><td>${access.private ? "not shared yet" : access.held.length === 0 ? "none" : access.held.join(", ")}</td></tr>\n`,
    ),
  );
  return tableOf(
    "Guarded accesses",
    ["Where", "Function", "Kind", "Object", "Type", "Held on every path"],
    rows,
  );
}

function orderTable({ order }: DriverReport, link: (place: Place) => Markup): Markup {
  const rows = order.map(
    ({ from, to, at }) =>
      html`<tr><td><code>${from}</code></td><td><code>${to}</code></td><td>${at.map((place) => html`${link(place)} in <code>${place.function}()</code> `)}</td></tr>\n`,
  );
  return tableOf("Order of locks", ["While this is held", "this is taken", "Where"], rows);
}

function entryTable({ entryPoints }: DriverReport): Markup {
  const rows = entryPoints.map(
    ({ op, function: fn, subsystem, callerHolds }) =>
      html`<tr><td><code>${op}</code></td><td><code>${fn}()</code></td><td>${subsystem}</td><td>${callerHolds.join(", ") || "nothing known"}</td></tr>\n`,
  );
  return tableOf("Ways in", ["Operation", "Function", "Subsystem", "Its callers hold"], rows);
}

function pairTable({ concurrency }: DriverReport): Markup {
  const rows = concurrency.map(
    ({ a, b, commonLocks }) =>
      html`<tr><td><code>${a}</code></td><td><code>${b}</code></td><td>${commonLocks.join(", ") || "none"}</td></tr>\n`,
  );
  return tableOf("What may run at the same time", ["This", "beside this", "Locks that both hold"], rows);
}

/** Empty where there is nothing to list. */
function tableOf(title: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  if (rows.length === 0) return html``;
  const more = rows.length - MOST_ROWS;
  return html`<details open><summary><h3>${title} <small>${rows.length}</small></h3></summary><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="facts"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows.slice(0, MOST_ROWS)}</tbody></table></div>${more > 0 ? html`<p>And ${countOf(more, "more row")}; --format json lists them all.</p>` : null}</details>
`;
}

export function gapList(gaps: readonly Gap[]): Markup {
  const listed = sortedGaps(gaps);
  if (listed.length === 0) return html`<p>Everything in these files was read.</p>`;
  const more = listed.length - MOST_ROWS;
  const rows = listed
    .slice(0, MOST_ROWS)
    .map(
      ({ file, line, endLine, why }) =>
        html`<li><span class="at">${file}:${line}${endLine > line ? `-${endLine}` : ""}</span>: ${why}</li>\n`,
    );
  return html`<ul class="gaps">${rows}</ul>${more > 0 ? html`<p>And ${countOf(more, "more place")}; --format json lists them all.</p>` : null}`;
}

export function hiddenList(hidden: readonly HiddenFinding[]): Markup | null {
  if (hidden.length === 0) return null;
  const rows = hidden.map(
    ({ check, file, line, function: fn, reason }) =>
      html`<li>${check} in <code>${fn}()</code> <span class="at">${file}:${line}</span>: ${reason}</li>\n`,
  );
  return html`<h3>Hidden by comments in the code</h3><ul>${rows}</ul>`;
}

function linked({ file, line }: Place, version: Version, anchors: Anchors): Markup {
  const name = anchors.line(version, file, line);
  const text = `${file}:${line}`;
  return anchors.isGiven(name) ? html`<a href="#${name}">${text}</a>` : html`<span class="at">${text}</span>`;
}
