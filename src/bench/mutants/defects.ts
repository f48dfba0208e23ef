/**
 * Operators that plant a defect of locking. Each gives a program that compiles and
 * that breaks its lock's discipline on some path.
 */
import {
  declarationsOf,
  edited,
  indentOf,
  isWholeStatement,
  parametersOf,
  startsInBlock,
} from "./function-text.ts";
import { CONDITION, type Operator, pick } from "./operator.ts";
import type { Random } from "./random.ts";
import type { GuardedAccess, LockCall, Site } from "./site.ts";

const defect = (name: string, says: string, apply: Operator["apply"]): Operator => ({
  name,
  says,
  kind: "defect",
  apply,
});

const lineAt = ({ text }: Site, at: number): string => text.lines[at] ?? "";

/** The release that a defect is planted at. */
const someRelease = (site: Site, random: Random): LockCall => pick(site.releases, random) ?? site.releases[0];

export const defects: readonly Operator[] = [
  defect("lock-removed", "the acquisition is deleted", (site) =>
    edited(site.text.lines, [{ at: site.acquire.at, line: null }]),
  ),
  defect("unlock-removed", "one release is deleted", (site, random) =>
    edited(site.text.lines, [{ at: someRelease(site, random).at, line: null }]),
  ),
  defect("lock-moved-down", "the acquisition moves behind a statement that needs it", (site) => {
    const at = site.acquire.at + 1;
    if (!isWholeStatement(site.text, at) || !isGuarded(site, at)) return null;
    return edited(site.text.lines, [
      { at: site.acquire.at, line: null },
      { at, after: [lineAt(site, site.acquire.at)] },
    ]);
  }),
  defect("unlock-moved-up", "a release moves before a statement that needs the lock", (site, random) => {
    const movable = site.releases.filter(
      ({ at }) => isWholeStatement(site.text, at - 1) && isGuarded(site, at - 1) && at - 1 > site.acquire.at,
    );
    const release = pick(movable, random);
    if (release === null) return null;
    return edited(site.text.lines, [
      { at: release.at - 1, before: [lineAt(site, release.at)] },
      { at: release.at, line: null },
    ]);
  }),
  defect("lock-moved-up", "the acquisition moves before a test that returns", (site) => {
    const test = testBefore(site);
    if (test === null) return null;
    return edited(site.text.lines, [
      { at: test, before: [lineAt(site, site.acquire.at)] },
      { at: site.acquire.at, line: null },
    ]);
  }),
  defect("unlock-above-label", "the release moves above the label that other ways come in by", (site) => {
    const [{ at }, ...others] = site.releases;
    const [, label = ""] = /^\s*(\w+)\s*:$/.exec(lineAt(site, at - 1)) ?? [];
    const inside = site.text.lines.slice(site.acquire.at, at);
    if (label === "" || others.length > 0 || !inside.some((line) => line.trim() === `goto ${label};`))
      return null;
    return edited(site.text.lines, [
      { at: at - 1, before: [lineAt(site, at)] },
      { at, line: null },
    ]);
  }),
  defect("lock-conditional", "the acquisition happens under a condition", (site) => {
    const line = lineAt(site, site.acquire.at);
    return edited(site.text.lines, [{ at: site.acquire.at, line: underCondition(line) }]);
  }),
  defect("unlock-conditional", "one release happens under a condition", (site, random) => {
    const { at } = someRelease(site, random);
    return edited(site.text.lines, [{ at, line: underCondition(lineAt(site, at)) }]);
  }),
  defect("early-return", "a return inside the span leaves with the lock", (site, random) => {
    const at = pick(placesInSpan(site), random);
    if (at === null) return null;
    const indent = indentOf(lineAt(site, at));
    return edited(site.text.lines, [
      { at, before: [`${indent}if ( ${CONDITION} )`, `${indent}    ${leaving(site)}`] },
    ]);
  }),
  defect("use-after-release", "guarded memory is read once more after the release", (site, random) => {
    const access = pick(
      site.accesses.filter((one) => isPlain(one) && !isHandedOn(one, lineAt(site, one.at))),
      random,
    );
    const release = site.releases.find(({ at }) => access !== null && at > access.at);
    if (access === null || release === undefined) return null;
    return edited(site.text.lines, [
      { at: release.at, after: [`${indentOf(lineAt(site, release.at))}mutant_sink(${access.text});`] },
    ]);
  }),
  defect("goto-skips-unlock", "a goto leads behind the release", (site, random) => {
    const { at } = site.releases[site.releases.length - 1] ?? site.releases[0];
    const from = pick(placesInSpan(site), random);
    if (from === null || indentOf(lineAt(site, at)) !== indentOf(lineAt(site, site.acquire.at))) return null;
    const indent = indentOf(lineAt(site, from));
    return edited(site.text.lines, [
      { at: from, before: [`${indent}if ( ${CONDITION} )`, `${indent}    goto mutant_out;`] },
      { at, after: [" mutant_out:", `${indentOf(lineAt(site, at))}mutant_sink(0);`] },
    ]);
  }),
  defect("other-instance", "the lock of another instance is taken", (site, random) => {
    const [, base = ""] = /^&\(?(\w+)\)?->[\w.]+$/.exec(site.acquire.argument) ?? [];
    if (base === "") return null;
    const other = pick(othersLike(site, base), random) ?? `(${base} + 1)`;
    return edited(site.text.lines, [
      {
        at: site.acquire.at,
        line: lineAt(site, site.acquire.at).replace(new RegExp(`&\\(?${base}\\)?->`), `&${other}->`),
      },
    ]);
  }),
  defect("locked-twice", "the acquisition is made twice", (site) =>
    edited(site.text.lines, [{ at: site.acquire.at, after: [lineAt(site, site.acquire.at)] }]),
  ),
  defect("wrong-mode", "a lock to write is taken for reading only", (site, _, platform) => {
    const { at, primitive, mode } = site.acquire;
    const reading = primitive.replace("write", "read");
    const effect = platform.functions.get(reading)?.lock;
    if (mode !== "exclusive" || reading === primitive || effect?.kind !== "acquire") return null;
    return edited(site.text.lines, [{ at, line: lineAt(site, at).replace(primitive, reading) }]);
  }),
];

/** The nearest `if` with a return, in the block of the acquisition and before it, behind which its words get no value. */
function testBefore({ text, acquire }: Site): number | null {
  const indent = indentOf(text.lines[acquire.at] ?? "");
  const words = acquire.argument.match(/[A-Za-z_]\w*/g) ?? [];
  for (let at = acquire.at - 1; at > text.open; at--) {
    const line = text.lines[at] ?? "";
    if (line.trim() === "" || indentOf(line).length > indent.length) continue;
    if (indentOf(line) !== indent || words.some((word) => new RegExp(`\\b${word}\\s*=[^=]`).test(line)))
      return null;
    if (!/^\s*if\s*\(.*\)$/.test(line) || !/^\s*return\b.*;$/.test(text.lines[at + 1] ?? "")) continue;
    // Who takes a lock of `p` does not test for NULL any more.
    const isOfLock = words.some((word) => new RegExp(`\\b${word}\\b`).test(line));
    return isOfLock || !startsInBlock(text.lines, at) ? null : at;
  }
  return null;
}

function underCondition(line: string): string {
  return `${indentOf(line)}if ( ${CONDITION} )\n    ${line}`;
}

function isGuarded(site: Site, at: number): boolean {
  return site.accesses.some((access) => access.at === at);
}

/** Other variables of the same type, all of them parameters: a local may have no value yet. */
function othersLike({ text }: Site, base: string): string[] {
  const parameters = parametersOf(text);
  const all = [...parameters, ...declarationsOf(text)];
  const type = all.find(({ name }) => name === base)?.type;
  return parameters.filter((one) => one.type === type && one.name !== base).map(({ name }) => name);
}

/** What can be written once more at another place and is an access there too: a path of members from a variable. */
function isPlain({ text, kind }: GuardedAccess): boolean {
  return kind !== "call" && /^\w+(?:(?:->|\.)\w+)+$/.test(text);
}

/** An argument may be an array, of which only the address is taken. */
function isHandedOn({ text }: GuardedAccess, line: string): boolean {
  return new RegExp(`[&(,]\\s*${text.replace(/[.]/g, "\\.")}\\s*[,)]`).test(line);
}

/** Lines between the acquisition and the next release, in the same block as the acquisition. */
function placesInSpan({ text, acquire, releases }: Site): number[] {
  const end = Math.min(...releases.map(({ at }) => at).filter((at) => at > acquire.at));
  const indent = indentOf(text.lines[acquire.at] ?? "");
  const places: number[] = [];
  for (let at = acquire.at + 1; at <= end; at++) {
    const line = text.lines[at] ?? "";
    if (line.trim() === "" || indentOf(line) !== indent || line.trim().endsWith(":")) continue;
    if (startsInBlock(text.lines, at) && !/^(?:case|default|else|while|#|\}|\/\*|\*)/.test(line.trim()))
      places.push(at);
  }
  return places;
}

/** A return that fits the function's type. */
function leaving({ text }: Site): string {
  const head = text.lines.slice(Math.max(0, text.head - 1), text.head + 1).join(" ");
  const [before = ""] = head.split(`${text.name}(`);
  if (/\*\s*$/.test(before)) return "return NULL;";
  return /\bvoid\s*$/.test(before.replace(/\b(?:cf_check|__init|noinline)\b/g, "")) ? "return;" : "return 0;";
}
