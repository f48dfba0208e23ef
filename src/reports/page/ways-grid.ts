/** Which ways in may run at the same time: a grid of all with all. */
import { compareText } from "../../base/index.ts";
import type { DriverReport, ReportedPair } from "../../review/index.ts";
import { countOf, listOf } from "../wording.ts";
import { html, type Markup } from "./markup.ts";

/** With more ways the grid is wider than any screen: pairs without a lock in common are listed instead. */
const MOST_WAYS = 40;

/** Empty where no two ways are known to meet. */
export function waysGrid({
  concurrency,
  entryPoints,
}: Pick<DriverReport, "concurrency" | "entryPoints">): Markup {
  if (concurrency.length === 0) return html``;
  const { ways, common } = meetings(concurrency);
  const kept = [...common.values()].flatMap((row) => [...row.values()].flat());
  const locks = [...new Set(kept)].sort(compareText);
  const letters = new Map(locks.map((lock, at) => [lock, letterOf(at)]));
  const apart = entryPoints.filter(({ op, subsystem }) => !ways.includes(wayName(op, subsystem)));
  const alone = [...new Set(apart.map(({ op, subsystem }) => wayName(op, subsystem)))].sort(compareText);
  return html`<section class="ways"><h3>What may run at the same time</h3>
<p>${countOf(ways.length, "way")} into the driver that use what is guarded, each beside each: <b class="meets" aria-hidden="true">●</b> no lock keeps them apart; a letter: they run one after the other, by a lock that both hold.</p>
${locks.length === 0 ? null : html`<ul class="lanes">${locks.map((lock) => html`<li><b class="key">${letters.get(lock) ?? ""}</b> <code>${lock}</code></li>`)}</ul>`}
${ways.length > MOST_WAYS ? openPairs(common) : gridOf(ways, common, letters)}
${alone.length === 0 ? null : html`<p class="alone">Not in the grid, since they run beside nothing or use nothing that is guarded: ${listOf(alone)}.</p>`}</section>
`;
}

type Common = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Several callers of one way count as the pair that shares least. */
function meetings(pairs: readonly ReportedPair[]): {
  readonly ways: readonly string[];
  readonly common: Common;
} {
  const common = new Map<string, Map<string, readonly string[]>>();
  const note = (a: string, b: string, locks: readonly string[]): void => {
    const row = common.get(a) ?? new Map<string, readonly string[]>();
    const known = row.get(b) ?? locks;
    common.set(
      a,
      row.set(
        b,
        known.filter((lock) => locks.includes(lock)),
      ),
    );
  };
  for (const { a, b, commonLocks } of pairs) {
    note(a, b, commonLocks);
    note(b, a, commonLocks);
  }
  return { ways: [...common.keys()].sort(compareText), common };
}

function gridOf(ways: readonly string[], common: Common, letters: ReadonlyMap<string, string>): Markup {
  const rows = ways.map((row) => {
    const cells = ways.map((column) => cellOf(common.get(row)?.get(column), letters));
    return html`<tr><th scope="row">${row}</th>${cells}</tr>\n`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Grid of ways in"><table class="grid"><thead><tr><td></td>${ways.map((way) => html`<th scope="col"><span>${way}</span></th>`)}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function cellOf(locks: readonly string[] | undefined, letters: ReadonlyMap<string, string>): Markup {
  if (locks === undefined) return html`<td><span class="vh">not known to meet</span></td>`;
  if (locks.length === 0)
    return html`<td class="meets"><span aria-hidden="true">●</span><span class="vh">may run together</span></td>`;
  const shown = locks.map((lock) => letters.get(lock) ?? lock).join(" ");
  return html`<td class="kept"><span aria-hidden="true">${shown}</span><span class="vh">kept apart by ${listOf(locks)}</span></td>`;
}

function openPairs(common: Common): Markup {
  const rows = [...common].flatMap(([a, row]) =>
    [...row].flatMap(([b, locks]) =>
      locks.length === 0 && compareText(a, b) <= 0 ? [html`<li>${a} and ${b}</li>\n`] : [],
    ),
  );
  return html`<p>No lock keeps these apart:</p><ul class="gaps">${rows}</ul>`;
}

function letterOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : `${letter}${Math.floor(at / 26)}`;
}

function wayName(op: string, subsystem: string): string {
  return subsystem === "" ? op : `${op} (${subsystem})`;
}
