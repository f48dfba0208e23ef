/** Functions of a page: the code with a lane for each lock beside the line numbers. */
import type { Highlight } from "../../c/index.ts";
import type { Finding } from "../../findings/index.ts";
import type { ReportedAccess, ReportedFunction } from "../../review/index.ts";
import type { Lane } from "../lanes.ts";
import { countOf, freedomWords, listOf } from "../wording.ts";
import type { Anchors } from "./anchors.ts";
import type { CodeBook } from "./code-book.ts";
import { codeText, isWrittenAt } from "./code-text.ts";
import type { FileNames } from "./file-names.ts";
import { laneColor, laneLegend, laneMarks, lanesWidth, laneWords } from "./lane-marks.ts";
import { html, type Markup } from "./markup.ts";
import type { Version } from "./matter.ts";

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

/** What all parts of a page share. */
export interface PageParts {
  readonly anchors: Anchors;
  readonly files: FileNames;
  readonly book: CodeBook;
}

export interface Remark {
  readonly finding: Finding;
  /** The finding's anchor. */
  readonly anchor: string;
  /** From 1; null for the finding's own place. */
  readonly step: number | null;
  readonly text: string;
}

/** What findings say of a line. */
export type RemarksAt = (version: Version, file: string, line: number) => readonly Remark[];

export interface CodeSetting extends PageParts {
  readonly remarksAt: RemarksAt;
  /** Whether the patch adds a line. */
  readonly isAdded: (line: number) => boolean;
  /** Whether lines have a sign before them. */
  readonly isPatch: boolean;
}

export function codeView(view: CodeView, setting: CodeSetting): Markup {
  const { fn, from, to, version } = view;
  const before = version.side === "old" && version.patch !== null ? " before the patch" : "";
  const half = halfOf(view, setting);
  const numbers = Array.from({ length: Math.max(to - from + 1, 0) }, (_, at) => from + at);
  const rows = numbers.map((line) =>
    lineOf(line, half, { sign: setting.isPatch && setting.isAdded(line) ? "+" : "" }),
  );
  return functionFrame(view, {
    setting,
    before,
    above: html`${contractOf(fn)}${laneLegend(half.lanes)}`,
    code: html`<div class="code la${lanesWidth(half.lanes)}"><div class="line heads">${laneHeads(half.lanes)}</div>
${rows}</div>`,
  });
}

/** The section around a function's code. */
export function functionFrame(
  { file, name, from }: CodeView,
  {
    setting: { files },
    before,
    above,
    code,
  }: { readonly setting: PageParts; readonly before: string; readonly above: Markup; readonly code: Markup },
): Markup {
  const heading = `${name}()`;
  return html`<section class="fn"><h3><code>${heading}</code>${before} <small>${files.short(file)}:${from}</small></h3>
${above}<div class="scroll" tabindex="0" role="group" aria-label="Code of ${heading}${before}">${code}</div></section>
`;
}

export function contractOf(fn: ReportedFunction | null): Markup | null {
  if (fn === null) return null;
  const parts = [
    ["entered through", fn.ways],
    ["callers must hold", fn.requires],
    ["returns with", fn.acquires],
    ["releases for its caller", fn.releases],
  ] as const;
  const said = parts.filter(([, locks]) => locks.length > 0);
  if (said.length === 0) return null;
  return html`<p class="contract">${said.map(([what, locks]) => html`${what} <code>${listOf(locks)}</code>. `)}</p>`;
}

/** One version of a function, with what is asked for each of its lines. */
export interface Half {
  readonly view: CodeView;
  readonly lanes: readonly Lane[];
  readonly lines: readonly string[];
  readonly highlights: ReadonlyMap<number, readonly Highlight[]>;
  readonly setting: PageParts & Pick<CodeSetting, "remarksAt">;
}

export function halfOf(view: CodeView, setting: Half["setting"]): Half {
  const { book } = setting;
  const { version, file, fn } = view;
  return {
    view,
    setting,
    lanes: fn === null ? [] : book.lanes(fn),
    lines: book.lines(version, file),
    highlights: book.highlights(version, file, view),
  };
}

export function laneHeads(lanes: readonly Lane[]): Markup | null {
  if (lanes.length === 0) return null;
  return html`<span class="l" aria-hidden="true">${lanes.map(({ letter }, at) => html`<i class="${laneColor(at)}">${letter}</i>`)}</span>`;
}

const SIGNS = { "+": "added", "-": "gone", "": "" } as const;
const SIGN_WORDS = { "+": "added ", "-": "removed ", "": "" } as const;

interface LineLooks {
  readonly sign?: "+" | "-" | "";
  /** Of which half of a comparison it is. */
  readonly side?: "old" | "new" | "";
  /** What else is to be said to those who do not see the lanes. */
  readonly more?: string;
}

export function lineOf(
  line: number,
  { view, lanes, lines, highlights, setting }: Half,
  { sign = "", side = "", more = "" }: LineLooks = {},
): Markup {
  const { version, file, fn } = view;
  const remarks = setting.remarksAt(version, file, line);
  const accesses = (fn?.accesses ?? []).filter((access) => access.line === line);
  const text = lines[line - 1] ?? "";
  const classes = [side, SIGNS[sign], remarks.some(({ step }) => step === null) ? "place" : ""];
  const words = [laneWords(lanes, line), more].filter((each) => each !== "").join("; ");
  const spoken =
    words === "" && sign === ""
      ? null
      : html`<span class="vh">${SIGN_WORDS[sign]}line ${line}: ${words} </span>`;
  return html`<div${idOf(line, view, setting)} class="${["line", ...classes].filter((each) => each !== "").join(" ")}">${laneMarks(lanes, line)}<span class="n">${line}</span><span class="s" aria-hidden="true">${sign}</span><div class="t">${spoken}<code>${codeText(text, highlights.get(line) ?? [], accesses)}</code>${accessNotes(text, accesses, lanes)}${remarksOf(remarks)}</div></div>
`;
}

/** A line that stands in the other half of a comparison too, where all is said that is to be said of it. */
export function mutedLine(line: number, { view, lanes, lines, highlights, setting }: Half): Markup {
  return html`<div${idOf(line, view, setting)} class="line old" aria-hidden="true">${laneMarks(lanes, line)}<span class="n">${line}</span><span class="s"></span><div class="t"><code>${codeText(lines[line - 1] ?? "", highlights.get(line) ?? [])}</code></div></div>`;
}

function idOf(line: number, { version, file }: CodeView, { anchors }: PageParts): Markup | null {
  const name = anchors.line(version, file, line);
  return anchors.give(name) ? html` id="${name}"` : null;
}

const KIND_WORDS = { read: "read", write: "written", call: "called on" } as const;

function accessNotes(
  text: string,
  accesses: readonly ReportedAccess[],
  lanes: readonly Lane[],
): Markup | null {
  if (accesses.length === 0) return null;
  const isOne = new Set(accesses.map(({ object }) => object)).size === 1;
  const words = accesses.map((access) => {
    const { kind, object, column, held } = access;
    // What is underlined need not be named again.
    const subject = isOne && isWrittenAt(text, object, column - 1) ? "" : `${object} `;
    const letters = held.map((lock) => lanes.find((lane) => lane.lock === lock)?.letter ?? lock);
    const freedom = freedomWords(access);
    const taken = letters.length > 0 ? ` under ${listOf(letters)}` : ", no lock taken here";
    const under = freedom === null ? taken : `, ${freedom}`;
    return `${subject}${KIND_WORDS[kind]}${under}`;
  });
  const isOpen = accesses.some((access) => freedomWords(access) === null && access.held.length === 0);
  return html` <span class="access${isOpen ? " open" : ""}">${[...new Set(words)].join("; ")}</span>`;
}

const REMARK_SIGNS = { error: "✕", warning: "▲", note: "●" } as const;

/** What several findings say alike is said once, with a link to each. */
function remarksOf(remarks: readonly Remark[]): Markup[] {
  const groups = new Map<string, Remark[]>();
  for (const remark of remarks) {
    const key = `${remark.step} ${remark.finding.severity} ${remark.text}`;
    groups.set(key, [...(groups.get(key) ?? []), remark]);
  }
  return [...groups.values()].map(([first, ...others]) =>
    first === undefined ? html`` : remarkOf(first, others),
  );
}

function remarkOf(first: Remark, others: readonly Remark[]): Markup {
  const { step, text, finding } = first;
  const { severity } = finding;
  const badge =
    step === null ? html`<b aria-hidden="true">${REMARK_SIGNS[severity]}</b>` : html`<b>${step}</b>`;
  const links = [first, ...others].map(
    ({ anchor, finding: { check } }) => html` <a href="#${anchor}">${check}</a>`,
  );
  return html`<div class="remark ${severity}${step === null ? " own" : ""}">${badge} ${text}${links}</div>`;
}

export function leftOut(count: number): Markup | null {
  return count === 0
    ? null
    : html`<p>${countOf(count, "more function")} with locks or guarded accesses: too long for one page.</p>`;
}
