/**
 * A pull request as large as they come: 300 files and 20,000 changed lines, spread over the
 * functions of a Xen tree where there is one, else over files made for it.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { depot } from "../testing/github/samples.ts";
import { NAMED_FILES, readXenFile } from "../testing/xen/xen-tree.ts";

export interface LargeChange {
  readonly what: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly files: number;
  readonly lines: number;
}

const FILES = 300;
const LINES = 20_000;

/** @param tree null where there is none */
export function largeChange(tree: string | null): LargeChange {
  return tree === null ? madeChange() : xenChange(tree);
}

function xenChange(tree: string): LargeChange {
  const names = readdirSync(path.join(tree, "xen"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => `xen/${name.split(path.sep).join("/")}`)
    .sort();
  const before = Object.fromEntries(names.map((name) => [name, readXenFile(tree, name)]));
  const others = names.filter((name) => name.endsWith(".c") && !NAMED_FILES.includes(name));
  const wanted = FILES - NAMED_FILES.length;
  const spread = Array.from(
    { length: wanted },
    (_, at) => others[Math.floor((at * others.length) / wanted)] ?? "",
  );
  const changed = [...NAMED_FILES, ...spread].filter((name) => name in before);
  return changeOf("Xen's tree, its drivers and files all over it", before, changed);
}

function madeChange(): LargeChange {
  const functions = Array.from({ length: 30 }, (_, at) => `put_${at}`);
  const names = Array.from({ length: FILES }, (_, at) => `xen/common/depot-${at}.c`);
  const before = Object.fromEntries(
    names.map((name, at) => [name, depot(functions.map((fn) => `${fn}_of_${at}`))]),
  );
  return changeOf("files made for it", before, names);
}

function changeOf(
  what: string,
  before: Readonly<Record<string, string>>,
  changed: readonly string[],
): LargeChange {
  const [first] = changed;
  // What short files have no room for falls to the long ones.
  const byLength = [...changed].sort(
    (one, other) => (before[one]?.length ?? 0) - (before[other]?.length ?? 0),
  );
  let left = LINES;
  const texts = byLength.map((name, at) => {
    const { text, count } = withStatements(before[name] ?? "", Math.ceil(left / (byLength.length - at)));
    left -= count;
    // So that there is something to say.
    return [name, name === first ? text.replace(/^.*\bspin_unlock.*\n/m, "") : text] as const;
  });
  return { what, before, after: Object.fromEntries(texts), files: changed.length, lines: LINES - left };
}

/** A statement more behind each statement of a function, up to so many. */
function withStatements(text: string, most: number): { text: string; count: number } {
  let count = 0;
  const lines = text.split("\n").flatMap((line, at) => {
    const [, indent] = /^( {4,12}|\t{1,3})\w[^:{}\\]*;$/.exec(line) ?? [];
    if (indent === undefined || count === most || /^\s*(?:return|goto|break|continue)\b/.test(line))
      return [line];
    count += 1;
    return [line, `${indent}count_step(${at});`];
  });
  return { text: lines.join("\n"), count };
}
