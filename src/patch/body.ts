/**
 * The diff of a mail, out of all its parts.
 *
 * In:  the leaves of the mail. Out: one reading of the diff, the other readings
 * that are just as whole, and the text that people wrote.
 * A patch that is both inline and attached counts once. Parts that contradict
 * each other are damage: which one was meant cannot be known.
 */
import { flowedCandidates } from "./flowed.ts";
import type { Leaf } from "./mime.ts";
import { type DiffReading, type FileDiff, pathOf } from "./patch.ts";
import { decodeCharset } from "./text-codec.ts";
import { hasDiff, parseUnifiedDiff } from "./unified-diff.ts";

export interface MailBody {
  /** The text of all parts that are text, in the mail's order, from the scissors line on. */
  readonly text: string;
  readonly reading: DiffReading;
  /** Other whole readings of a flowed text: to be tried when the first does not apply. */
  readonly alternatives: readonly (readonly FileDiff[])[];
}

const EMPTY: DiffReading = { files: [], damage: [] };

/** @param leaves of one mail; those that hold no text are passed over. */
export function readBody(leaves: readonly Leaf[]): MailBody {
  const parts = leaves.filter(mayHoldDiff).map(readPart);
  const readings = parts
    .map((part) => part.reading)
    .filter((reading) => reading.files.length + reading.damage.length > 0);
  const reading = mergeReadings(readings);
  return {
    text: parts.map((part) => part.text).join("\n"),
    reading,
    alternatives: readings.length === 1 ? parts.flatMap((part) => part.alternatives) : [],
  };
}

/** Attached patches come under all sorts of types; HTML, images and signatures never hold one. */
function mayHoldDiff(leaf: Leaf): boolean {
  if (leaf.type === "text/html") return false;
  return leaf.type.startsWith("text/") || /^application\/(octet-stream|.*(patch|diff|mbox))$/.test(leaf.type);
}

interface PartReading {
  readonly text: string;
  readonly reading: DiffReading;
  readonly alternatives: readonly (readonly FileDiff[])[];
}

function readPart(leaf: Leaf): PartReading {
  const decoded = belowScissors(decodeCharset(leaf.content, leaf.charset));
  if (!leaf.isFlowed) return { text: decoded, reading: parseUnifiedDiff(decoded), alternatives: [] };
  const candidates = flowedCandidates(decoded, leaf.deletesSpace).map((text) => ({
    text,
    reading: parseUnifiedDiff(text),
  }));
  const whole = candidates.filter(({ text, reading }) => isWhole(reading) && hasDiff(text));
  const best = whole[0] ?? candidates[0] ?? { text: decoded, reading: EMPTY };
  const others = distinctFiles(whole.map(({ reading }) => reading)).slice(1);
  return { ...best, alternatives: others.map((reading) => reading.files) };
}

function isWhole(reading: DiffReading): boolean {
  return reading.files.length > 0 && reading.damage.length === 0;
}

function mergeReadings(readings: readonly DiffReading[]): DiffReading {
  const whole = distinctFiles(readings.filter(isWhole));
  const broken = readings.filter((reading) => !isWhole(reading));
  const names = whole.flatMap((reading) => reading.files.map(pathOf));
  const isCovered = (reading: DiffReading) =>
    reading.damage.every(({ kind }) => kind !== "unsafe") &&
    reading.files.every((file) => names.includes(pathOf(file)));
  const uncovered = whole.length === 0 ? broken[0] : broken.find((reading) => !isCovered(reading));
  if (uncovered !== undefined) return uncovered;
  const files = whole.flatMap((reading) => reading.files);
  if (new Set(names).size === names.length) return { files, damage: [] };
  const twice = names.find((name, index) => names.indexOf(name) !== index) ?? null;
  const why = "two parts of the mail hold different diffs of this file";
  return { files, damage: [{ kind: "ambiguous", file: twice, hunk: null, why }] };
}

function distinctFiles(readings: readonly DiffReading[]): readonly DiffReading[] {
  const seen = new Map(readings.map((reading) => [JSON.stringify(reading.files), reading]));
  return [...seen.values()];
}

/** What stands above a scissors line is a remark; git drops it too. A line inside the diff is not one. */
function belowScissors(text: string): string {
  if (!/8<|>8|%<|>%/.test(text)) return text;
  const lines = text.split("\n");
  const diff = lines.findIndex((line) => line.startsWith("diff --git ") || line.startsWith("--- "));
  const prose = diff === -1 ? lines : lines.slice(0, diff);
  const cut = prose.findLastIndex((line) => line.length < 200 && isScissors(line));
  return cut === -1 ? text : lines.slice(cut + 1).join("\n");
}

/** Mostly dashes and scissors, with at most a few words such as "cut here". */
function isScissors(line: string): boolean {
  const marks = line.match(/8<|>8|%<|>%/g) ?? [];
  const dashes = line.replace(/[^-]/g, "").length;
  const rest = line.replace(/8<|>8|%<|>%|[-\s]/g, "").replace(/cuthere|cut|here/gi, "");
  return marks.length > 0 && dashes >= 2 && rest === "";
}
