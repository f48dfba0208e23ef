/** Two versions of a program side by side: what only a comparison finds, and what was renamed. */
import { type IsPatchLine, runPatchChecks } from "../checks/index.ts";
import { type FunctionBody, pairRenamed, type RenamedFunction } from "../findings/index.ts";
import type { FunctionUnit } from "../locks/index.ts";
import type { FilesAnalysis } from "./analyse-files.ts";
import { type Suppressed, suppressed } from "./suppressions.ts";

/** Findings about the step from one version to the other: neither has them by itself. */
export function findingsOfStep(
  before: FilesAnalysis,
  after: FilesAnalysis,
  isPatchLine: IsPatchLine,
): Suppressed {
  const found = runPatchChecks(sideOf(before), sideOf(after), isPatchLine);
  const suppressions = after.suppressions.map(({ of }) => of);
  return suppressed(found, suppressions);
}

function sideOf({ main, findings }: FilesAnalysis) {
  return { program: main.program, setting: main.checks, findings };
}

export function renamedBetween(before: FilesAnalysis, after: FilesAnalysis): RenamedFunction[] {
  return pairRenamed(bodiesOf(before), bodiesOf(after));
}

function bodiesOf({ main }: FilesAnalysis): FunctionBody[] {
  return main.program.units.map(({ name, file, item }) => ({
    file: file.path,
    name,
    body: item.source.slice(Math.max(item.masked.indexOf("{"), 0)),
  }));
}

interface UnusedHelpers {
  /** New, and not used yet: `file:name`. */
  readonly added: ReadonlySet<string>;
  /** Not used before, and used now. */
  readonly taken: ReadonlySet<string>;
}

/** Functions of their file alone that nothing calls: the first user brings what is to be said of them. */
export function unusedHelpers(before: FilesAnalysis, after: FilesAnalysis): UnusedHelpers {
  const old = new Set(before.main.program.units.map(keyOf));
  const [unusedBefore, unusedAfter] = [unusedIn(before), unusedIn(after)];
  return {
    added: new Set([...unusedAfter].filter((key) => !old.has(key))),
    taken: new Set([...unusedBefore].filter((key) => !unusedAfter.has(key))),
  };
}

function keyOf({ name, file }: FunctionUnit): string {
  return `${file.path}:${name}`;
}

function unusedIn({ main: { program } }: FilesAnalysis): ReadonlySet<string> {
  const { units, addressTaken } = program;
  const alone = units.filter(
    ({ ir, facts, name }) => ir.isStatic && facts.needs.length > 0 && !addressTaken.has(name),
  );
  return new Set(alone.filter((unit) => !isNamedElsewhere(unit)).map(keyOf));
}

function isNamedElsewhere({ name, file, item }: FunctionUnit): boolean {
  const word = new RegExp(`\\b${name}\\b`);
  return (
    file.items.some((other) => other !== item && word.test(other.masked)) ||
    file.macros.all.some(({ body }) => word.test(body))
  );
}
