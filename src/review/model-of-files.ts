/** The driver model of whole files: what `lockspan model` prints. */
import { compareText, type OnProgress, positionAt } from "../base/index.ts";
import type { SourceRange } from "../c/index.ts";
import type { EntryContext } from "../drivers/index.ts";
import { type AccessFact, type FunctionUnit, lockNameText, lockText, type SpanFact } from "../locks/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { type AnalysedVariant, analyseFiles, analysisSetting, type FilesAnalysis } from "./analyse-files.ts";
import type { FilesBeside } from "./audit-files.ts";
import type {
  DriverReport,
  ReportedAccess,
  ReportedEntryPoint,
  ReportedFunction,
  ReportedLock,
  ReportedOrder,
  ReportedPair,
  ReportedSpan,
  ReportedType,
} from "./driver-report.ts";
import { heldLines } from "./held-lines.ts";
import type { InputFile } from "./input-file.ts";
import { waysTo } from "./ways-to.ts";

export function modelOfFiles(
  files: readonly InputFile[],
  packs: LoadedPacks,
  profile: Profile,
  { headers = [], callers, onProgress }: FilesBeside & { readonly onProgress?: OnProgress } = {},
): DriverReport {
  const setting = {
    ...analysisSetting(packs, profile, "everything", callers),
    recordsPlaces: true,
    ...(onProgress && { onProgress }),
  };
  return reportOf(analyseFiles([...files, ...headers], setting), files);
}

/** @param files those that were named, for the report to name */
export function reportOf({ main, gaps }: FilesAnalysis, files: readonly InputFile[]): DriverReport {
  const ways = waysTo(main.program.units, (unit) => enteredAs(main, unit));
  const functions = main.program.units
    .map((unit) => ({ ...functionOf(main, unit), ways: ways.get(unit) ?? [] }))
    .filter((one) => one.spans.length + one.accesses.length + one.requires.length > 0)
    .sort((left, right) => compareText(left.file, right.file) || left.line - right.line);
  const entryPoints = entryPointsOf(main);
  return {
    files: files.map(({ path }) => path).sort(),
    locks: locksOf(main),
    functions,
    entryPoints,
    concurrency: pairsOf(main, entryPoints),
    order: orderOf(main),
    types: typesOf(main),
    gaps,
  };
}

function lineOf(unit: FunctionUnit, at: number): number {
  return positionAt(unit.file.lines, unit.item.offset + at).line;
}

/** Members of operation tables that a function fills, and its own name where the pack says that it is entered. */
function enteredAs({ modelOf }: AnalysedVariant, { file, name, operations }: FunctionUnit): string[] {
  const isNamed = modelOf(file.path)?.entryFunctions?.some((entry) => entry.function === name) ?? false;
  return [...operations, ...(isNamed ? [name] : [])];
}

function functionOf({ program }: AnalysedVariant, unit: FunctionUnit): Omit<ReportedFunction, "ways"> {
  const { facts } = unit;
  const text = (lock: number) => lockText(program.table, lock);
  return {
    name: unit.name,
    file: unit.file.path,
    line: lineOf(unit, Math.max(unit.item.masked.search(new RegExp(`\\b${unit.name}\\b`)), 0)),
    endLine: lineOf(unit, Math.max(unit.item.source.trimEnd().length - 1, 0)),
    spans: facts.spans
      .flatMap((span) => spansOf(unit, span, text(span.lock)))
      .sort((a, b) => (a.from ?? 0) - (b.from ?? 0)),
    lines: heldLines(facts.places, { lineOf: ({ start }) => lineOf(unit, start), nameOf: text }),
    accesses: facts.accesses
      .map((access) => {
        const { line, column } = positionAt(unit.file.lines, unit.item.offset + access.at.start);
        const type = `struct ${access.struct}`;
        return {
          object: access.text,
          type,
          line,
          column,
          kind: access.kind,
          held: namesOf(access.held.map(text)),
          private: access.private,
          free: freedomOf(access),
        };
      })
      .sort((a, b) => a.line - b.line || a.column - b.column),
    requires: namesOf(
      facts.needs
        .filter((need) => need.root.kind === "parameter" || need.guard === null)
        .map((need) => text(need.lock)),
    ),
    acquires: namesOf(
      facts.spans
        .filter((span) => span.ends.length === 0 && span.exits.length > 0)
        .map((span) => text(span.lock)),
    ),
    releases: namesOf(facts.callersReleases.map((fault) => text(fault.lock))),
  };
}

function spansOf(unit: FunctionUnit, span: SpanFact, lock: string): ReportedSpan[] {
  const from = span.evidence === "acquired" ? lineOf(unit, span.from.start) : null;
  const to = (range: SourceRange) => lineOf(unit, range.start);
  const common = { lock, mode: span.mode, from, kind: span.certain ? "must" : "may" } as const;
  const exits = [...new Set(span.exits.map(to))];
  return [
    ...span.ends.map((end): ReportedSpan => ({ ...common, to: to(end), exits: [] })),
    ...(exits.length === 0 ? [] : [{ ...common, to: null, exits }]),
  ];
}

function namesOf(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** Every lock that a function of the files takes, and those that guard something. */
function locksOf({ program, rules }: AnalysedVariant): ReportedLock[] {
  const locks = new Map<string, ReportedLock>();
  for (const unit of program.units) {
    for (const span of unit.facts.spans) {
      const value = program.table.get(span.lock);
      const name = lockText(program.table, span.lock);
      // A member of an object whose type is not in the files.
      const isMember = value.kind === "field" && value.struct !== "";
      const kind = value.kind === "global" ? "global" : isMember ? "member" : "unknown";
      const struct = isMember ? `struct ${value.struct}` : null;
      locks.set(name, { name, kind, struct, ...declarationOf(program, name), recursive: false });
    }
  }
  for (const { lock } of rules.flatMap((rule) => [...rule.guards, ...(rule.globals ?? [])])) {
    const name = lockNameText(lock);
    if (locks.has(name)) continue;
    const struct = lock.kind === "member" ? `struct ${lock.struct}` : null;
    locks.set(name, { name, kind: lock.kind, struct, ...declarationOf(program, name), recursive: false });
  }
  return [...locks.values()].sort((left, right) => compareText(left.name, right.name));
}

/** The declaration at file level that names the lock last: its definition, or the struct's member. */
function declarationOf(
  { units }: AnalysedVariant["program"],
  name: string,
): { file: string | null; line: number | null } {
  // A lock behind a pointer, such as `*driver.lock`, has no declaration of its own.
  if (!/^\w+(?:\.\w+)?$/.test(name)) return { file: null, line: null };
  const word = new RegExp(`\\b${name.split(".").at(-1)}\\b`);
  const struct = name.includes(".") ? new RegExp(`\\bstruct\\s+${name.split(".")[0]}\\s*\\{`) : null;
  for (const file of new Set(units.map((unit) => unit.file))) {
    for (const item of file.items) {
      if (item.kind !== "declaration" || (struct !== null && !struct.test(item.source))) continue;
      const body = struct === null ? 0 : item.source.search(struct);
      const at = item.source.slice(body).search(word);
      if (at === -1) continue;
      return { file: file.path, line: positionAt(file.lines, item.offset + body + at).line };
    }
  }
  return { file: null, line: null };
}

/** Behind the subsystem of ways that run beside nothing. */
const BOOT = " (boot)";
const ALONE = " (alone)";

/** Members of operation tables, and functions that the pack says are entered by name, under their own. */
function entryPointsOf({ program, modelOf }: AnalysedVariant): ReportedEntryPoint[] {
  return program.units
    .flatMap((unit) => {
      const model = modelOf(unit.file.path);
      const named = model?.entryFunctions?.filter((entry) => entry.function === unit.name) ?? [];
      return [
        ...unit.operations.flatMap((op) => {
          const point = model?.entryPoints.find((entry) => entry.operation === op);
          return reportedEntries(op, unit, point?.contexts ?? []);
        }),
        ...named.flatMap(({ contexts }) => reportedEntries(unit.name, unit, contexts)),
      ];
    })
    .sort(
      (left, right) =>
        compareText(left.op, right.op) ||
        compareText(left.subsystem, right.subsystem) ||
        compareText(left.callerHolds.join(), right.callerHolds.join()),
    );
}

function reportedEntries(
  op: string,
  unit: FunctionUnit,
  contexts: readonly EntryContext[],
): ReportedEntryPoint[] {
  if (contexts.length === 0) return [{ op, function: unit.name, subsystem: "", callerHolds: [] }];
  return contexts.map(({ subsystem, callerHolds, atBoot, alone }) => ({
    op,
    function: unit.name,
    subsystem: `${subsystem}${atBoot === true ? BOOT : alone === true ? ALONE : ""}`,
    callerHolds: [...callerHolds].sort(),
  }));
}

/** Entry points that touch guarded memory, two by two; boot runs beside nothing. */
function pairsOf(analysed: AnalysedVariant, entryPoints: readonly ReportedEntryPoint[]): ReportedPair[] {
  const touching = new Set(
    analysed.program.units.filter((unit) => reaches(analysed, unit)).map((unit) => unit.name),
  );
  const ways = new Map<string, ReportedEntryPoint>();
  for (const entry of entryPoints) {
    if (entry.subsystem.endsWith(BOOT) || entry.subsystem.endsWith(ALONE) || !touching.has(entry.function))
      continue;
    ways.set(`${entry.op} (${entry.subsystem}): ${entry.callerHolds.join()}`, entry);
  }
  const listed = [...ways.values()];
  const pairs = listed.flatMap((a, at) =>
    listed.slice(at).map(
      (b): ReportedPair => ({
        a: nameOf(a),
        b: nameOf(b),
        commonLocks: a.callerHolds.filter((lock) => b.callerHolds.includes(lock)),
      }),
    ),
  );
  const seen = new Map(pairs.map((pair) => [`${pair.a}|${pair.b}|${pair.commonLocks.join()}`, pair]));
  return [...seen.values()];
}

function nameOf({ op, subsystem }: ReportedEntryPoint): string {
  return subsystem === "" ? op : `${op} (${subsystem})`;
}

function freedomOf({ guard, field, kind }: AccessFact): ReportedAccess["free"] {
  if (guard.lockFree.includes(field)) return "atomic";
  return kind === "read" && guard.constant.includes(field) ? "constant" : null;
}

/** Whether a function, or one that it calls, accesses guarded memory that others can reach. */
function reaches(analysed: AnalysedVariant, unit: FunctionUnit, seen = new Set<FunctionUnit>()): boolean {
  if (seen.has(unit)) return false;
  seen.add(unit);
  if (unit.facts.accesses.some((access) => !access.private)) return true;
  return unit.facts.calls.some((call) =>
    analysed.program.units.some((callee) => callee.name === call.callee && reaches(analysed, callee, seen)),
  );
}

function orderOf({ program }: AnalysedVariant): ReportedOrder[] {
  const edges = new Map<string, ReportedOrder>();
  for (const unit of program.units) {
    for (const acquired of unit.facts.acquires) {
      for (const held of acquired.held) {
        const [from, to] = [lockText(program.table, held), lockText(program.table, acquired.lock)];
        if (from === to) continue;
        const place = { file: unit.file.path, line: lineOf(unit, acquired.at.start), function: unit.name };
        const known = edges.get(`${from}|${to}`);
        edges.set(`${from}|${to}`, { from, to, at: [...(known?.at ?? []), place] });
      }
    }
  }
  return [...edges.values()].sort(
    (left, right) => compareText(left.from, right.from) || compareText(left.to, right.to),
  );
}

function typesOf({ rules }: AnalysedVariant): ReportedType[] {
  return rules
    .flatMap((rule) =>
      rule.guards.map(
        (guard): ReportedType => ({
          name: `struct ${guard.struct}`,
          lock: lockNameText(guard.lock),
          fields: guard.fields,
          rule: rule.id,
        }),
      ),
    )
    .sort((left, right) => compareText(left.name, right.name) || compareText(left.rule, right.rule));
}
