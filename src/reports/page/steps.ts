/** A path as numbered steps: each with its line of code, and where the finding's lock is held on the way. */
import type { TraceStep } from "../../findings/index.ts";
import type { LaneMark } from "../lanes.ts";
import { codeText } from "./code-text.ts";
import type { PageParts } from "./code-view.ts";
import { laneMark } from "./lane-marks.ts";
import { html, type Markup } from "./markup.ts";
import type { Version } from "./matter.ts";

/** Words that have no room beside the code. */
const LONG = 70;

export interface StepsSetting extends PageParts {
  readonly version: Version;
  /** The lock that the finding is about. */
  readonly lock: string;
}

export function stepsView(steps: readonly TraceStep[], setting: StepsSetting): Markup {
  const rows = steps.map((step, at) => {
    const before = steps[at - 1];
    const isThere = before?.function === step.function && before.file === step.file;
    return html`<li>${isThere ? null : functionLine(step, setting)}${stepRow(step, at + 1, setting)}</li>`;
  });
  return html`<ol class="steps" role="list">${rows}</ol>`;
}

function functionLine({ function: fn, file }: TraceStep, { files }: StepsSetting): Markup {
  return html`<div class="in"><code>${fn}()</code> <span class="at">${files.short(file)}</span></div>`;
}

function stepRow(step: TraceStep, number: number, setting: StepsSetting): Markup {
  const { version, book, files } = setting;
  const { file, line } = step;
  const text = book.lines(version, file)[line - 1]?.trim() ?? "";
  return html`<div class="step"><b class="no">${number}</b>${laneOf(step, setting)}${lineLink(step, setting, html`<span class="vh">step ${number}, ${files.short(file)}:</span>${line}`)}${text === "" ? null : sourceOf(step, text, setting)}<span class="what${step.what.length > LONG ? " long" : ""}">${step.what}</span></div>`;
}

function sourceOf({ file, line }: TraceStep, text: string, { version, book }: StepsSetting): Markup {
  const whole = book.lines(version, file)[line - 1] ?? "";
  const indent = whole.length - whole.trimStart().length;
  const highlights = book.highlights(version, file, { from: line, to: line }).get(line) ?? [];
  const moved = highlights.map(({ start, end, kind }) => ({
    start: start - indent,
    end: end - indent,
    kind,
  }));
  return html`<code class="src">${codeText(text, moved)}</code>`;
}

/** The lane of the lock at the step; what the steps say tells the rest to those who do not see it. */
function laneOf({ file, line }: TraceStep, { version, book, lock }: StepsSetting): Markup {
  const fn = book.functionAt({ version, file, line });
  const lane = fn === null ? undefined : book.lanes(fn).find((each) => each.lock === lock);
  const mark: LaneMark | null = lane?.lines.get(line) ?? null;
  return html`<span class="l" aria-hidden="true">${laneMark(mark, 0)}</span>`;
}

/** Of a step, or of one place that is named. */
export function lineLink(
  { file, line }: Pick<TraceStep, "file" | "line">,
  { version, anchors }: Pick<StepsSetting, "version" | "anchors">,
  text: Markup,
  looks = "step",
): Markup {
  const name = anchors.line(version, file, line);
  return anchors.isGiven(name)
    ? html`<a class="${looks}" href="#${name}">${text}</a>`
    : html`<span class="${looks} at">${text}</span>`;
}

/** `smmu.c:12`, a link where the page has the line. */
export function placeLink(
  place: Pick<TraceStep, "file" | "line">,
  setting: Pick<StepsSetting, "version" | "anchors" | "files">,
): Markup {
  return lineLink(place, setting, html`${setting.files.short(place.file)}:${place.line}`, "where");
}
