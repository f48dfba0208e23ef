/** Functions of a page: the code with a lane for each lock beside the line numbers. */
import type { Finding } from "../../findings/index.ts";
import type { ReportedAccess, ReportedFunction } from "../../review/index.ts";
import { cellsOf } from "../cells.ts";
import { countOf, listOf } from "../wording.ts";
import { type Lane, type LaneMark, lanesOf } from "./lanes.ts";
import { html, type Markup } from "./markup.ts";
import type { Anchors, Version } from "./matter.ts";

/** A function, or some lines of one whose bounds are not known. */
export interface CodeView {
  readonly version: Version;
  readonly file: string;
  /** The function's. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Null where the model says nothing of the function. */
  readonly fn: ReportedFunction | null;
}

export interface CodeSetting {
  readonly anchors: Anchors;
  readonly lines: readonly string[];
  /** What findings say of a line. */
  readonly remarksAt: (line: number) => readonly Remark[];
  readonly isAdded: (line: number) => boolean;
  /** Lines that the patch takes away from before a line. */
  readonly removedAt: (line: number) => readonly string[];
  readonly isPatch: boolean;
}

export interface Remark {
  readonly finding: Finding;
  /** The finding's anchor. */
  readonly anchor: string;
  readonly text: string;
  readonly isPlace: boolean;
}

const GLYPHS = { acquire: "●", release: "○", kept: "✕" } as const;
const COLORS = 6;

export function codeView(view: CodeView, setting: CodeSetting): Markup {
  const { fn, file, name, from, to, version } = view;
  const lanes = fn === null ? [] : lanesOf(fn);
  const numbers = Array.from({ length: Math.max(to - from + 1, 0) }, (_, at) => from + at);
  const before = version.side === "old" && version.patch !== null ? " before the patch" : "";
  const heading = `${name}()`;
  return html`<section class="fn"><h3>${heading}${before} <small>${file}:${from}</small></h3>
${contractOf(fn)}${legendOf(lanes)}<div class="scroll" tabindex="0" role="region" aria-label="Code of ${heading}${before}"><table class="code"><thead><tr><th scope="col" class="l"><span class="vh">Locks</span><span aria-hidden="true">${lanes.map(({ letter }, at) => html`<i class="c${at % COLORS}">${letter}</i>`)}</span></th><th scope="col"><span class="vh">Line</span></th><th scope="col"><span class="vh">Code</span></th></tr></thead><tbody>
${numbers.map((line) => html`${setting.removedAt(line).map(removedRow)}${rowOf(line, view, { ...setting, lanes })}`)}</tbody></table></div></section>
`;
}

function contractOf(fn: ReportedFunction | null): Markup | null {
  if (fn === null) return null;
  const parts = [
    ["callers must hold", fn.requires],
    ["returns with", fn.acquires],
    ["releases for its caller", fn.releases],
  ] as const;
  const said = parts.filter(([, locks]) => locks.length > 0);
  if (said.length === 0) return null;
  return html`<p class="contract">${said.map(([what, locks]) => html`${what} <code>${listOf(locks)}</code>. `)}</p>`;
}

function legendOf(lanes: readonly Lane[]): Markup | null {
  if (lanes.length === 0) return null;
  const rows = lanes.map(
    ({ letter, lock }, at) =>
      html`<li><b class="key c${at % COLORS}">${letter}</b> <code>${lock}</code></li>`,
  );
  return html`<ul class="lanes">${rows}</ul>`;
}

function rowOf(
  line: number,
  { fn, file, version }: CodeView,
  setting: CodeSetting & { lanes: readonly Lane[] },
) {
  const name = setting.anchors.line(version, file, line);
  const id = setting.anchors.give(name) ? html` id="${name}"` : null;
  const remarks = setting.remarksAt(line);
  const accesses = (fn?.accesses ?? []).filter((access) => access.line === line);
  const added = setting.isAdded(line);
  const marks = setting.lanes.map(({ lines }) => lines.get(line) ?? null);
  const isPlace = remarks.some((remark) => remark.isPlace);
  const sign = setting.isPatch ? html`<span class="sign">${added ? "+" : " "}</span>` : null;
  const drawn = marks.map(
    (mark, at) => html`<i class="${laneClass(mark, at)}">${mark?.event ? GLYPHS[mark.event] : ""}</i>`,
  );
  return html`<tr${id} class="${isPlace ? "place" : ""}${added ? " added" : ""}"><td class="l"><span aria-hidden="true">${drawn}</span>${spoken(line, setting.lanes)}</td><th scope="row">${line}</th><td class="t">${sign}<code>${codeOf(setting.lines[line - 1] ?? "", accesses)}</code>${accessNotes(accesses)}${remarks.map(remarkOf)}</td></tr>
`;
}

function removedRow(text: string): Markup {
  return html`<tr class="removed"><td class="l"></td><td></td><td class="t"><span class="sign"><span aria-hidden="true">-</span><span class="vh">removed: </span></span><code>${cellsOf(text, true).text}</code></td></tr>
`;
}

function laneClass(mark: LaneMark | null, at: number): string {
  return mark === null ? "" : `c${at % COLORS} ${mark.held}${mark.isQuiet ? " quiet" : ""}`;
}

const EVENT_WORDS = { acquire: "acquires", release: "releases", kept: "returns holding" } as const;

/** What the lanes show, for those who do not see them. */
function spoken(line: number, lanes: readonly Lane[]): Markup | null {
  const words = lanes.flatMap(({ lock, lines }) => {
    const mark = lines.get(line);
    if (mark === undefined) return [];
    const verb = mark.event === null ? "holds" : EVENT_WORDS[mark.event];
    const how = mark.held === "may" ? " on some paths" : "";
    return [`${verb} ${lock}${how}${mark.isQuiet ? " with interrupts off" : ""}`];
  });
  return words.length === 0 ? null : html`<span class="vh">line ${line}: ${words.join(", ")}</span>`;
}

/** The line with its accesses marked where they stand as the model has them written. */
function codeOf(text: string, accesses: readonly ReportedAccess[]): Markup {
  const cells = cellsOf(text, true);
  const pieces: Markup[] = [];
  let done = 0;
  for (const { object, column, kind } of [...accesses].sort((left, right) => left.column - right.column)) {
    const start = column - 1;
    if (start < done || !text.startsWith(object, start)) continue;
    pieces.push(
      html`${shown(text, done, start)}<mark class="${kind}">${shown(text, start, start + object.length)}</mark>`,
    );
    done = start + object.length;
  }
  return html`${pieces}${done === 0 ? cells.text : shown(text, done, text.length)}`;
}

/** A part of a line, its tabs as wide as they are in the whole line. */
function shown(text: string, from: number, to: number): string {
  return cellsOf(text.slice(0, to), true).text.slice(cellsOf(text.slice(0, from), true).text.length);
}

const KIND_WORDS = { read: "reads", write: "writes", call: "calls on" } as const;

function accessNotes(accesses: readonly ReportedAccess[]): Markup | null {
  if (accesses.length === 0) return null;
  const words = accesses.map(
    ({ kind, object, held, private: own }) =>
      `${KIND_WORDS[kind]} ${object}${own ? ", not shared yet" : held.length === 0 ? " with no lock taken here" : ` under ${listOf(held)}`}`,
  );
  return html`<span class="access">${[...new Set(words)].join("; ")}</span>`;
}

function remarkOf({ finding, anchor, text, isPlace }: Remark): Markup {
  const sign = isPlace ? "▲" : "↳";
  return html`<a class="remark ${finding.severity}" href="#${anchor}"><span aria-hidden="true">${sign} </span>${text}</a>`;
}

export function laneKey(): Markup {
  return html`<p class="laneskey">Beside the code stands a lane for each lock: ● acquired, ○ released, a full bar where it is held on every path, a hatched bar where it is held on some, ✕ where the function returns with it. A double edge: interrupts are off.</p>`;
}

export function leftOut(count: number): Markup | null {
  return count === 0
    ? null
    : html`<p>${countOf(count, "more function")} with locks or guarded accesses: too long for one page.</p>`;
}
