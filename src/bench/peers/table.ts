/** The comparison as tables, for people. */
import type { Measured } from "../machine.ts";
import type { Verdict } from "./judge.ts";

export interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly given: string;
  readonly setUpSeconds: number;
  /** Processor time of one file, the whole process. */
  readonly seconds: number;
  readonly peak: number | null;
  /** Alarms about the files as they are. */
  readonly standing: number;
  /** Files that it cannot read, of all. */
  readonly unread: number;
  readonly files: number;
  readonly verdicts: readonly Verdict[];
}

/** A run over mutants of one seed, and on what. */
export interface Comparison extends Measured {
  readonly seed: number;
  readonly results: readonly PeerResult[];
}

export interface PeerScore {
  readonly defects: number;
  readonly caught: number;
  readonly rewrites: number;
  readonly flagged: number;
}

export function scoreOf(verdicts: readonly Verdict[]): PeerScore {
  const defects = verdicts.filter(({ kind }) => kind === "defect");
  const rewrites = verdicts.filter(({ kind }) => kind === "harmless");
  return {
    defects: defects.length,
    caught: defects.filter(({ isCaught }) => isCaught).length,
    rewrites: rewrites.length,
    flagged: rewrites.filter(({ isFlagged }) => isFlagged).length,
  };
}

const HEAD = ["tool", "set-up s", "CPU s", "peak MB", "caught", "missed", "false", "standing", "unread"];

export function peerTable(results: readonly PeerResult[]): string {
  const [first] = results;
  const { defects, rewrites } = scoreOf(first?.verdicts ?? []);
  const rows = results.map((result) => {
    const { caught, flagged } = scoreOf(result.verdicts);
    return [
      `${result.name} ${result.version}`,
      result.setUpSeconds.toFixed(1),
      result.seconds.toFixed(2),
      result.peak === null ? "-" : (result.peak / 1e6).toFixed(0),
      caught,
      defects - caught,
      flagged,
      result.standing,
      result.unread,
    ];
  });
  return [
    `${defects} defects and ${rewrites} rewrites that change nothing, in ${first?.files ?? 0} files`,
    ...[HEAD, ...rows].map(rowOf),
    "",
    ...results.map(({ name, given }) => `${name} was given: ${given}`),
  ].join("\n");
}

/** Operator by operator: of how many each tool says something. */
export function operatorTable(results: readonly PeerResult[]): string {
  const kinds = new Map(
    results.flatMap(({ verdicts }) => verdicts.map((one) => [one.operator, one.kind] as const)),
  );
  const rows = [...kinds].map(([operator, kind]) => {
    const own = results.map(({ verdicts }) => verdicts.filter((one) => one.operator === operator));
    const told = own.map(
      (list) => list.filter((one) => (kind === "defect" ? one.isCaught : one.isFlagged)).length,
    );
    return [`${operator} (${kind})`, own[0]?.length ?? 0, ...told];
  });
  const names = results.map(({ name }) => name.split(" ")[0] ?? name);
  return [["told of, by operator", "mutants", ...names], ...rows.sort(byKind)].map(rowOf).join("\n");
}

function byKind([left]: readonly (string | number)[], [right]: readonly (string | number)[]): number {
  const isHarmless = (name: string | number | undefined) => Number(String(name).endsWith("(harmless)"));
  return isHarmless(left) - isHarmless(right) || String(left).localeCompare(String(right), "en");
}

function rowOf([name = "", ...cells]: readonly (string | number)[]): string {
  return String(name).padEnd(36) + cells.map((cell) => String(cell).padStart(10)).join("");
}
