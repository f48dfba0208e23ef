/**
 * The list of what an audit of the whole tree says, `rules/xen/tree-findings.md`, against an audit.
 *
 * The list has two tables. The first sums up, its first row for the notes on guest memory that is
 * copied under a lock: there are many, all alike, and they are only counted. The second has a row
 * for each other finding.
 */

export const VERDICTS = ["right", "false", "open"] as const;
type Verdict = (typeof VERDICTS)[number];

export interface ListedFinding {
  /** Below `xen/`, with the line. */
  readonly place: string;
  readonly check: string;
  readonly confidence: string;
  readonly verdict: string;
  readonly why: string;
}

type Tally = Readonly<Record<Verdict, number>>;

export interface FindingsList {
  /** As the text has it. */
  readonly total: number;
  readonly notes: Tally;
  readonly others: Tally;
  readonly findings: readonly ListedFinding[];
}

export interface AuditedFinding {
  readonly file: string;
  readonly line: number;
  readonly check: string;
  readonly severity: string;
  readonly confidence: string;
}

/** @throws {Error} when it is not built so */
export function parseFindingsList(markdown: string): FindingsList {
  const rows = markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  const [, total] = /\b(\d+) findings\b/.exec(markdown) ?? [];
  const tally = (start: string): Tally => {
    const [, ...counts] = rows.find(([name = ""]) => name.startsWith(start)) ?? [];
    if (counts.length !== VERDICTS.length)
      throw new Error(`no row "${start}…" with a number for each verdict`);
    const [right = 0, wrong = 0, open = 0] = counts.map(Number);
    return { right, false: wrong, open };
  };
  if (total === undefined) throw new Error("the text does not say how many findings there are");
  return {
    total: Number(total),
    notes: tally("notes on guest memory"),
    others: tally("all others"),
    findings: rows.flatMap(([place = "", check = "", confidence = "", verdict = "", why = ""]) =>
      /^`[^`]+:\d+`$/.test(place) ? [{ place: place.slice(1, -1), check, confidence, verdict, why }] : [],
    ),
  };
}

/** What the list says of itself that is not so, one line each. */
export function contradictionsOf({ total, notes, others, findings }: FindingsList): string[] {
  const sum = (tally: Tally) => VERDICTS.reduce((all, verdict) => all + tally[verdict], 0);
  const counted = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const unknown = findings.filter(({ verdict }) => !VERDICTS.some((one) => one === verdict));
  return [
    ...(total === sum(notes) + sum(others)
      ? []
      : [`it speaks of ${total} findings and sums up ${sum(notes) + sum(others)}`]),
    ...VERDICTS.flatMap((verdict) =>
      counted(verdict) === others[verdict]
        ? []
        : [`it sums up ${others[verdict]} that are ${verdict}, and has ${counted(verdict)} such rows`],
    ),
    ...unknown.map(({ place, verdict }) => `${place} has the verdict "${verdict}"`),
  ];
}

export interface ListDifference {
  /** Found and not listed. */
  readonly missing: readonly string[];
  /** Listed and not found any more. */
  readonly gone: readonly string[];
  /** Of the notes that are only counted: how many are listed, and how many there are. */
  readonly notes: { readonly listed: number; readonly found: number };
}

export function differenceOf(list: FindingsList, found: readonly AuditedFinding[]): ListDifference {
  const isCounted = ({ check, severity }: AuditedFinding) => check === "irq-unsafe" && severity === "note";
  const here = found
    .filter((one) => !isCounted(one))
    .map(
      ({ file, line, check, confidence }) => `${file.replace(/^xen\//, "")}:${line} ${check} (${confidence})`,
    );
  const listed = list.findings.map(({ place, check, confidence }) => `${place} ${check} (${confidence})`);
  return {
    missing: without(here, listed),
    gone: without(listed, here),
    notes: {
      listed: VERDICTS.reduce((all, verdict) => all + list.notes[verdict], 0),
      found: found.filter(isCounted).length,
    },
  };
}

/** One for one: what is found twice must be listed twice. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}
