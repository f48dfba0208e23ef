/** Which ways in may run at the same time, with the locks that both hold. */
import { compareText } from "../base/index.ts";
import type { ReportedPair } from "../review/index.ts";
import { code, tableOf, words } from "./markdown.ts";
import { listOf } from "./wording.ts";

/** Ways by name; several callers of one way count as the pair that shares least. */
export function concurrencyLines(pairs: readonly ReportedPair[]): string[] {
  const common = new Map<string, Map<string, readonly string[]>>();
  const note = (a: string, b: string, locks: readonly string[]): void => {
    const row = common.get(a) ?? new Map<string, readonly string[]>();
    const known = row.get(b);
    row.set(b, known === undefined ? locks : known.filter((lock) => locks.includes(lock)));
    common.set(a, row);
  };
  for (const { a, b, commonLocks } of pairs) {
    note(a, b, commonLocks);
    note(b, a, commonLocks);
  }
  const rows = [...common].sort(([left], [right]) => compareText(left, right));
  return tableOf(
    ["way in", "beside, with no lock in common", "one after the other, by a lock that both hold"],
    rows.map(([name, row]) => [wayText(name), unlocked(row), locked(row)]),
  );
}

function unlocked(row: ReadonlyMap<string, readonly string[]>): string {
  const names = [...row].filter(([, locks]) => locks.length === 0).map(([name]) => name);
  return listOf(names.sort(compareText).map(wayText));
}

/** Grouped by the locks. */
function locked(row: ReadonlyMap<string, readonly string[]>): string[] {
  const groups = new Map<string, string[]>();
  for (const [name, locks] of row) {
    if (locks.length === 0) continue;
    const key = listOf([...locks].sort(compareText).map(code));
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .map(([locks, names]) => `${locks}: ${listOf(names.sort(compareText).map(wayText))}`);
}

function wayText(name: string): string {
  const [, operation = name, rest = ""] = /^(\w+)(.*)$/.exec(name) ?? [];
  return `${code(`.${operation}`)}${words(rest)}`;
}
