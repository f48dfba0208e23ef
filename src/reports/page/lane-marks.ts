/** The lanes beside one line of code, drawn and in words. */
import type { Lane, LaneMark } from "../lanes.ts";
import { html, type Markup } from "./markup.ts";

const GLYPHS = { acquire: "●", release: "○", kept: "✕" } as const;
const COLORS = 6;
/** With more, the lanes are drawn narrower than the style sheet has a place for. */
const MOST_LANES = 9;

/** The class of a lane's colour. */
export function laneColor(at: number): string {
  return `c${at % COLORS}`;
}

/** How wide the lanes are, for the style sheet, which may not be told in the markup. */
export function lanesWidth(lanes: readonly Lane[]): string {
  return String(Math.min(lanes.length, MOST_LANES));
}

/** @param line null for one that is not in this version */
export function laneMarks(lanes: readonly Lane[], line: number | null): Markup {
  const drawn = lanes.map(({ lines }, at) => laneMark(line === null ? null : (lines.get(line) ?? null), at));
  return html`<span class="l" aria-hidden="true">${drawn}</span>`;
}

export function laneMark(mark: LaneMark | null, at: number): Markup {
  if (mark === null) return html`<i></i>`;
  const event = mark.event === null ? "" : ` ${mark.event}`;
  return html`<i class="${laneColor(at)} ${mark.held}${mark.isQuiet ? " quiet" : ""}${event}">${mark.event ? GLYPHS[mark.event] : ""}</i>`;
}

const EVENT_WORDS = { acquire: "acquires", release: "releases", kept: "returns holding" } as const;

/** What the lanes show, for those who do not see them: `acquires a, holds b on some paths`. */
export function laneWords(lanes: readonly Lane[], line: number | null): string {
  const words = lanes.flatMap(({ lock, lines }) => {
    const mark = line === null ? undefined : lines.get(line);
    if (mark === undefined) return [];
    const verb = mark.event === null ? "holds" : EVENT_WORDS[mark.event];
    const how = mark.held === "may" ? " on some paths" : "";
    return [`${verb} ${lock}${how}${mark.isQuiet ? " with interrupts off" : ""}`];
  });
  return words.join(", ");
}

/** The letters over the lanes with the locks that they stand for. */
export function laneLegend(lanes: readonly Lane[]): Markup | null {
  if (lanes.length === 0) return null;
  const rows = lanes.map(
    ({ letter, lock }, at) =>
      html`<li><b class="key ${laneColor(at)}">${letter}</b> <code>${lock}</code></li>`,
  );
  return html`<ul class="lanes">${rows}</ul>`;
}

export function laneKey(): Markup {
  const samples = [
    ["must acquire", "●", "acquired"],
    ["must", "", "held on every path"],
    ["may", "", "held on some"],
    ["must release", "○", "released"],
    ["must kept", "✕", "the function returns with it"],
    ["must quiet", "", "interrupts are off"],
  ].map(
    ([looks = "", glyph = "", words = ""]) =>
      html`<li><span class="l" aria-hidden="true"><i class="c0 ${looks}">${glyph}</i></span> ${words}</li>`,
  );
  return html`<div class="lanekey"><p>Beside the code stands a lane for each lock:</p><ul>${samples}</ul></div>`;
}
