/** The tables of a page: accesses, the order of locks, ways in, and what was not analysed. */
import type { Gap } from "../../base/index.ts";
import type { DriverReport, HiddenFinding, ReportedAccess, ReportedFunction } from "../../review/index.ts";
import { sortedGaps } from "../gap-order.ts";
import { countOf, freedomWords } from "../wording.ts";
import type { FileNames } from "./file-names.ts";
import { html, type Markup } from "./markup.ts";
import type { Version } from "./matter.ts";
import { orderGraph } from "./order-graph.ts";
import { placeLink, type StepsSetting } from "./steps.ts";
import { waysGrid } from "./ways-grid.ts";

/** Rows beyond this many are counted; the JSON documents have them all. */
const MOST_ROWS = 1000;

/** Places that are seen without being asked for. */
const MOST_PLACES = 4;

type TableSetting = Pick<StepsSetting, "version" | "anchors" | "files">;

/** What the model of one version says, beside its code. */
export function modelSections(
  model: DriverReport,
  version: Version,
  parts: Pick<StepsSetting, "anchors" | "files">,
): Markup {
  const setting = { ...parts, version };
  return html`${orderSection(model, setting)}${waysSection(model)}${accessSection(model, setting)}`;
}

/** The headings that a page has besides, for its table of contents. */
export function modelHeadings({ order, entryPoints, functions }: DriverReport): [string, string, number][] {
  const accesses = functions.reduce((sum, fn) => sum + fn.accesses.length, 0);
  const all: [string, string, number][] = [
    ["order", "Order of locks", order.length],
    ["ways", "Ways in", entryPoints.length],
    ["accesses", "Accesses", accesses],
  ];
  return all.filter(([, , count]) => count > 0);
}

function orderSection({ order }: DriverReport, setting: TableSetting): Markup {
  if (order.length === 0) return html``;
  const rows = order.map(
    ({ from, to, at }) =>
      html`<tr><td><code>${from}</code></td><td><code>${to}</code></td><td>${placesOf(at, setting)}</td></tr>\n`,
  );
  return html`<section id="order"><h2>Order of locks</h2>${orderGraph(order, setting.files)}${tableOf("Order of locks", ["While this is held", "this is taken", "Where"], rows)}</section>
`;
}

function placesOf(places: DriverReport["order"][number]["at"], setting: TableSetting): Markup {
  const rows = places.map(
    (place) => html`<div>${placeLink(place, setting)} in <code>${place.function}()</code></div>`,
  );
  const more = rows.length - MOST_PLACES;
  if (more <= 1) return html`${rows}`;
  return html`${rows.slice(0, MOST_PLACES)}<details><summary>${more} more</summary>${rows.slice(MOST_PLACES)}</details>`;
}

function waysSection(model: DriverReport): Markup {
  if (model.entryPoints.length === 0) return html``;
  const rows = model.entryPoints.map(
    ({ op, function: fn, subsystem, callerHolds }) =>
      html`<tr><td><code>${op}</code></td><td><code>${fn}()</code></td><td>${subsystem}</td><td>${callerHolds.join(", ") || "nothing known"}</td></tr>\n`,
  );
  return html`<section id="ways"><h2>Ways in</h2>${waysGrid(model)}${tableOf("Ways in", ["Operation", "Function", "Subsystem", "Its callers hold"], rows)}</section>
`;
}

function accessSection({ functions }: DriverReport, setting: TableSetting): Markup {
  const maybe = new Map(functions.map((fn) => [fn, maybeHeld(fn)]));
  const hasMaybe = [...maybe.values()].some((held) => held.size > 0);
  const rows = functions.flatMap((fn) =>
    fn.accesses.map(
      (access) =>
        html`<tr><td>${placeLink({ file: fn.file, line: access.line }, setting)}</td><td><code>${fn.name}()</code></td><td>${access.kind}</td><td><code>${access.object}</code></td><td>${access.type}</td><td>${freedomWords(access) ?? (access.held.join(", ") || "none")}</td>${hasMaybe ? html`<td>${freedomWords(access) !== null ? "" : (maybe.get(fn)?.get(access) ?? []).join(", ")}</td>` : null}<td>${fn.ways.join(", ")}</td></tr>\n`,
    ),
  );
  if (rows.length === 0) return html``;
  return html`<section id="accesses"><h2>Accesses</h2><p>Of guarded memory, with the locks that are held there on every path by what the function itself does.</p>${tableOf("Guarded accesses", ["Where", "Function", "Kind", "Object", "Type", "Held on every path", ...(hasMaybe ? ["Held on some paths"] : []), "Entered through"], rows)}</section>
`;
}

/** Of accesses on lines where some paths hold more than the access itself is sure to have. */
function maybeHeld({ accesses, lines }: ReportedFunction): Map<ReportedAccess, readonly string[]> {
  const byLine = new Map(lines.map((line) => [line.line, line.may]));
  return new Map(
    accesses.flatMap((access) => {
      const may = (byLine.get(access.line) ?? []).filter((lock) => !access.held.includes(lock));
      return may.length === 0 ? [] : [[access, may] as const];
    }),
  );
}

function tableOf(title: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  const more = rows.length - MOST_ROWS;
  return html`<details open><summary><b>${title}</b> <small>${rows.length}</small></summary><div class="scroll" tabindex="0" role="group" aria-label="${title}"><table class="facts"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows.slice(0, MOST_ROWS)}</tbody></table></div>${more > 0 ? html`<p>And ${countOf(more, "more row")}; --format json lists them all.</p>` : null}</details>
`;
}

export function gapList(gaps: readonly Gap[], files: FileNames): Markup {
  const listed = sortedGaps(gaps);
  if (listed.length === 0) return html`<p>Everything in these files was read.</p>`;
  const more = listed.length - MOST_ROWS;
  const rows = listed
    .slice(0, MOST_ROWS)
    .map(
      ({ file, line, endLine, why }) =>
        html`<li><span class="at">${files.short(file)}:${line}${endLine > line ? `-${endLine}` : ""}</span>: ${why}</li>\n`,
    );
  return html`<ul class="gaps">${rows}</ul>${more > 0 ? html`<p>And ${countOf(more, "more place")}; --format json lists them all.</p>` : null}`;
}

export function hiddenList(hidden: readonly HiddenFinding[], files: FileNames): Markup | null {
  if (hidden.length === 0) return null;
  const rows = hidden.map(
    ({ check, file, line, function: fn, reason }) =>
      html`<li>${check} in <code>${fn}()</code> <span class="at">${files.short(file)}:${line}</span>: ${reason}</li>\n`,
  );
  return html`<h3>Hidden by comments in the code</h3><ul>${rows}</ul>`;
}
