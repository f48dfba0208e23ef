/**
 * Lock spans and accesses of one function as bars: its first line at the left, its last at the
 * right, a cell for one line or for a few.
 */
import type { ReportedAccess } from "../review/index.ts";
import type { Lane, LaneMark } from "./lanes.ts";
import { paint, type Style, type Tone } from "./style.ts";

export interface Ruler {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/** What a cell can show, in the order of the legend. */
const SIGNS = ["acquire", "must", "quiet", "may", "release", "both", "kept"] as const;
type Sign = (typeof SIGNS)[number];

const WORDS: Readonly<Record<Sign, string>> = {
  acquire: "acquired",
  must: "held",
  quiet: "held, interrupts off",
  may: "held on some paths",
  release: "released",
  both: "acquired and released",
  kept: "returns holding it",
};
const UNICODE: Readonly<Record<Sign, string>> = {
  acquire: "●",
  must: "━",
  quiet: "═",
  may: "╌",
  release: "○",
  both: "◉",
  kept: "✕",
};
const ASCII: Readonly<Record<Sign, string>> = {
  acquire: "[",
  must: "=",
  quiet: "#",
  may: "-",
  release: "]",
  both: "|",
  kept: "!",
};
const TONES: Readonly<Record<Sign, Tone>> = {
  acquire: "help",
  must: "help",
  quiet: "help",
  may: "warning",
  release: "help",
  both: "help",
  kept: "warning",
};

const ACCESS_LETTERS = { read: "r", write: "w", call: "c" } as const;
const ACCESS_WORDS = "r read, w written, c used by a call";

/** A cell a line, or as many as there is room for. */
export function rulerOf({ line, endLine }: { line: number; endLine: number }, most: number): Ruler {
  const to = Math.max(line, endLine);
  return { from: line, to, cells: Math.min(to - line + 1, most) };
}

/** What the bars of these lanes are made of, in words; empty without bars. */
export function barLegend(
  lanes: readonly (readonly [readonly Lane[], Ruler])[],
  hasAccesses: boolean,
  style: Style,
): string[] {
  const used = new Set(lanes.flatMap(([each, ruler]) => each.flatMap((lane) => signsOf(lane, ruler))));
  const glyphs = style.unicode ? UNICODE : ASCII;
  const signs = SIGNS.filter((sign) => used.has(sign)).map((sign) => `${glyphs[sign]} ${WORDS[sign]}`);
  return hasAccesses ? [...signs, ACCESS_WORDS] : signs;
}

export function spanBar(lane: Lane, ruler: Ruler, style: Style): string {
  const glyphs = style.unicode ? UNICODE : ASCII;
  let bar = "";
  let run = "";
  let tone: Tone = "gutter";
  for (const sign of signsOf(lane, ruler)) {
    const next = sign === null ? "gutter" : TONES[sign];
    if (next !== tone) {
      bar += paint(style, tone, run);
      run = "";
      tone = next;
    }
    run += sign === null ? empty(style) : glyphs[sign];
  }
  return bar + paint(style, tone, run);
}

/** One letter a cell; of several accesses the heaviest. */
export function accessBar(accesses: readonly ReportedAccess[], ruler: Ruler, style: Style): string {
  const cells = new Array<string>(ruler.cells).fill("");
  for (const kind of ["read", "call", "write"] as const) {
    for (const access of accesses) {
      const at = cellOf(access.line, ruler);
      if (access.kind === kind && at !== null) cells[at] = ACCESS_LETTERS[kind];
    }
  }
  return cells.map((cell) => (cell === "" ? paint(style, "gutter", empty(style)) : cell)).join("");
}

function empty(style: Style): string {
  return style.unicode ? "·" : ".";
}

/** A cell each; null where the lock is not held. */
function signsOf(lane: Lane, ruler: Ruler): (Sign | null)[] {
  const cells = Array.from({ length: ruler.cells }, (): LaneMark[] => []);
  for (const [line, mark] of lane.lines) {
    const at = cellOf(line, ruler);
    if (at !== null) cells[at]?.push(mark);
  }
  return cells.map(signOf);
}

/** What happens outweighs what lasts, and less held outweighs more. */
function signOf(marks: readonly LaneMark[]): Sign | null {
  if (marks.length === 0) return null;
  const happens = (event: LaneMark["event"]) => marks.some((mark) => mark.event === event);
  if (happens("kept")) return "kept";
  if (happens("acquire")) return happens("release") ? "both" : "acquire";
  if (happens("release")) return "release";
  if (marks.some(({ held }) => held === "may")) return "may";
  return marks.every(({ isQuiet }) => isQuiet) ? "quiet" : "must";
}

function cellOf(line: number, { from, to, cells }: Ruler): number | null {
  if (line < from || line > to) return null;
  return Math.floor(((line - from) * cells) / (to - from + 1));
}
