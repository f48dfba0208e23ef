/**
 * Which files of a change are analysed: all of them, unless that would take too long.
 *
 * Files are one program, and the time of its analysis grows faster than its length. Of a long
 * change the files of drivers that a pack speaks of are analysed, then those that call them or are
 * called by them, then others, the short ones first, while there is room. What is left is told.
 */
import { compareText } from "../base/index.ts";
import { type LoadedPacks, packForFile } from "../rules/index.ts";

export interface ChangedText {
  readonly path: string;
  /** The longer one of the versions before and after. */
  readonly text: string;
}

/** So many characters are analysed in some seconds, twice, wherever they stand. */
const MOST_TEXT = 600_000;

/** @returns paths of the files that are left out, none for a change of ordinary length */
export function leftOutOf(
  files: readonly ChangedText[],
  { drivers }: Pick<LoadedPacks, "drivers">,
  most: number = MOST_TEXT,
): ReadonlySet<string> {
  if (lengthOf(files) <= most) return new Set();
  const covered = files.filter(({ path }) => packForFile(drivers, path) !== null);
  const others = files.filter((file) => !covered.includes(file));
  const isNear = nearTo(covered);
  const ranked = others
    .map((file) => ({ ...file, rank: isNear(file) ? 0 : 1 }))
    .sort(
      (left, right) =>
        left.rank - right.rank || left.text.length - right.text.length || compareText(left.path, right.path),
    );
  let room = most - lengthOf(covered);
  return new Set(
    ranked.flatMap(({ path, text }) => {
      room -= text.length;
      return room < 0 ? [path] : [];
    }),
  );
}

function lengthOf(files: readonly ChangedText[]): number {
  return files.reduce((sum, { text }) => sum + text.length, 0);
}

/** Whether a call leads from one of the files to another, or back, as far as names tell. */
function nearTo(files: readonly ChangedText[]): (file: ChangedText) => boolean {
  const defined = new Set(files.flatMap(({ text }) => functionsIn(text)));
  const used = new Set(files.flatMap(({ text }) => wordsIn(text)));
  return ({ text }) =>
    functionsIn(text).some((name) => used.has(name)) || wordsIn(text).some((word) => defined.has(word));
}

/** Functions that other files may call, by the line that they start on. */
function functionsIn(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (!/^[A-Za-z_]/.test(line) || /^static\b/.test(line) || line.trimEnd().endsWith(";")) return [];
    const [, name] = /(\w+)\s*\(/.exec(line) ?? [];
    return name === undefined ? [] : [name];
  });
}

function wordsIn(text: string): string[] {
  return text.match(/[A-Za-z_]\w*(?=\s*\()/g) ?? [];
}
