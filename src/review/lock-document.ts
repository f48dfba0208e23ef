/**
 * What a document about a driver's locks says: which lock guards what, for the devices of
 * which subsystem, by which way in, and which code does not keep to it.
 *
 * In: files, packs, a profile. Out: one document a driver, without wording; files that no
 * pack speaks of make one together.
 */
import { compareText, type Gap } from "../base/index.ts";
import { type DriverModel, formatLockName, type LockFact, type Subsystem } from "../drivers/index.ts";
import { type Finding, mergeRegions } from "../findings/index.ts";
import { lockText } from "../locks/index.ts";
import type { LoadedPacks, Profile, Rule } from "../rules/index.ts";
import { type AnalysedVariant, analyseFiles, analysisSetting } from "./analyse-files.ts";
import { type FilesBeside, sureFindings, toldAndHidden } from "./audit-files.ts";
import { type DocumentedObject, documentedObjects } from "./documented-objects.ts";
import { type DocumentedWay, documentedWays } from "./documented-ways.ts";
import type { ReportedLock, ReportedOrder, ReportedPair } from "./driver-report.ts";
import type { InputFile } from "./input-file.ts";
import { reportOf } from "./model-of-files.ts";

export interface LockDocument {
  readonly profile: Profile;
  /** The driver's title; null for files that no pack speaks of. */
  readonly title: string | null;
  readonly files: readonly string[];
  /** The commit at which the pack's callers were read; null where it does not say. */
  readonly factsAt: string | null;
  /** Those that the ways in name, in the pack's order. */
  readonly subsystems: readonly Subsystem[];
  readonly locks: readonly DocumentedLock[];
  readonly objects: readonly DocumentedObject[];
  /** What rules guard under other profiles only. */
  readonly notGuarded: readonly DocumentedObject[];
  readonly ways: readonly DocumentedWay[];
  readonly concurrency: readonly ReportedPair[];
  readonly order: readonly ReportedOrder[];
  /** What does not keep to it, one a region. */
  readonly departures: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** Names that the pack relies on and the files do not have, one sentence each. */
  readonly complaints: readonly string[];
}

/** A lock with what the pack says of it. */
export interface DocumentedLock extends Omit<ReportedLock, "recursive"> {
  /** As people say it: `spinlock`; null when the pack does not say. */
  readonly type: string | null;
  readonly guards: string | null;
}

export function lockDocumentsOf(
  files: readonly InputFile[],
  packs: LoadedPacks,
  profile: Profile,
  { headers = [], callers }: FilesBeside = {},
): LockDocument[] {
  const analysis = analyseFiles(
    [...files, ...headers],
    analysisSetting(packs, profile, "everything", callers),
  );
  const { main } = analysis;
  const report = reportOf(analysis, files);
  const findings = mergeRegions(toldAndHidden(sureFindings(analysis.findings)).told);
  const paths = files.map(({ path }) => path).sort();
  const models = [...new Set(paths.map(main.modelOf))];
  return models.map((model): LockDocument => {
    const own = new Set(paths.filter((path) => main.modelOf(path) === model));
    const isOwn = ({ file }: { readonly file: string }) => own.has(file);
    const ways = documentedWays(main, report.entryPoints, isOwn);
    const operations = new Set(ways.flatMap(({ operation }) => operation ?? []));
    const order = report.order.flatMap((edge) => {
      const at = edge.at.filter(isOwn);
      return at.length === 0 ? [] : [{ ...edge, at }];
    });
    const objects = documentedObjects(main.rules.filter((rule) => rule.model === model?.id));
    const named = new Set([
      ...namesUsed(main, isOwn),
      ...ways.flatMap(({ callerHolds }) => callerHolds.map(({ lock }) => lock)),
      ...objects.flatMap(({ lock, bySubsystem }) => [lock, ...bySubsystem.map((each) => each.lock)]),
    ]);
    return {
      profile,
      title: model?.title ?? null,
      files: [...own],
      factsAt: model?.factsAt ?? null,
      subsystems: subsystemsOf(model, ways),
      locks: locksOf(model, report.locks, named),
      objects,
      notGuarded: notGuardedOf(
        objects,
        packs.drivers.find((pack) => pack.model.id === model?.id)?.rules ?? [],
      ),
      ways,
      concurrency: report.concurrency.filter(({ a, b }) =>
        [a, b].every((name) => operations.has(operationIn(name))),
      ),
      order,
      departures: findings.filter(isOwn),
      gaps: analysis.gaps.filter(isOwn),
      complaints: analysis.complaints.filter((complaint) => model !== null && complaint.startsWith(model.id)),
    };
  });
}

/** The same memory by another rule counts as guarded. */
function notGuardedOf(objects: readonly DocumentedObject[], all: readonly Rule[]): DocumentedObject[] {
  const keyOf = ({ global, struct, fields }: DocumentedObject) => JSON.stringify([global, struct, fields]);
  const guarded = new Set(objects.map(keyOf));
  return [...new Map(documentedObjects(all).map((object) => [keyOf(object), object])).values()].filter(
    (object) => !guarded.has(keyOf(object)),
  );
}

type IsOwn = (place: { readonly file: string }) => boolean;

/** The operation in an entry's name, which the report spells `operation (subsystem)`. */
function operationIn(name: string): string {
  return name.replace(/ \(.*$/, "");
}

/** Subsystems that a way in names; without a list in the pack, under the names that the ways have. */
function subsystemsOf(model: DriverModel | null, ways: readonly DocumentedWay[]): Subsystem[] {
  const used = new Set(ways.flatMap(({ subsystem }) => subsystem ?? []));
  const listed = model?.subsystems ?? [];
  const others = [...used].filter((name) => !listed.some(({ subsystem }) => subsystem === name));
  return [
    ...listed.filter(({ subsystem }) => used.has(subsystem)),
    ...others.sort().map((subsystem) => ({ subsystem, title: subsystem, lock: null })),
  ];
}

/** Locks that the driver's functions hold at some time. */
function namesUsed({ program }: AnalysedVariant, isOwn: IsOwn): string[] {
  const own = program.units.filter((unit) => isOwn({ file: unit.file.path }));
  return own.flatMap((unit) => unit.facts.spans.map(({ lock }) => lockText(program.table, lock)));
}

function locksOf(
  model: DriverModel | null,
  reported: readonly ReportedLock[],
  named: ReadonlySet<string>,
): DocumentedLock[] {
  const facts = new Map((model?.lockFacts ?? []).map((fact) => [formatLockName(fact.lock), fact]));
  return [...named].sort(compareText).map((name): DocumentedLock => {
    const fact = facts.get(name) ?? null;
    const known = reported.find((lock) => lock.name === name) ?? notReported(fact);
    const { kind, struct, line } = known;
    const file = known.file ?? fact?.definedIn ?? null;
    return { name, kind, struct, file, line, type: fact?.type ?? null, guards: fact?.guards ?? null };
  });
}

/** A lock that only callers hold. */
function notReported(fact: LockFact | null): Omit<ReportedLock, "name" | "recursive"> {
  const struct = fact?.lock.kind === "member" ? `struct ${fact.lock.struct}` : null;
  const kind = fact === null ? "unknown" : fact.lock.kind;
  return { kind, struct, file: null, line: null };
}
