/**
 * From texts to findings: read, bind the packs, analyse, check, for each variant
 * of the `#if` branches.
 *
 * In: files as text, rule packs, a profile.
 * Out: findings of all variants, what could not be read, what a pack misses.
 */
import { compareText, type Gap, InvariantError, type OnProgress } from "../base/index.ts";
import {
  type Macro,
  type ParseCache,
  readSourceFile,
  type SourceFile,
  type TypeTable,
  typeTableOf,
  type Variant,
  variantDifferences,
  variantsOf,
} from "../c/index.ts";
import { type CheckSetting, runChecks } from "../checks/index.ts";
import { type DriverModel, headerMacrosOf, typeOptionsOf } from "../drivers/index.ts";
import { compareFindings, type NotedFinding } from "../findings/index.ts";
import {
  analyseProgram,
  type FunctionUnit,
  isHeader,
  lockNameText,
  locksInstead,
  relevantWords,
  wordsOf,
} from "../locks/index.ts";
import {
  type BoundPack,
  bindPack,
  guardTableOf,
  type LoadedPacks,
  type Pack,
  type Profile,
  packForFile,
  type Rule,
  rulesFor,
  treeNamesOf,
} from "../rules/index.ts";
import { calledIn, entryWaysOf } from "./entry-ways.ts";
import type { AnalysedVariant, FilesAnalysis } from "./files-analysis.ts";
import { type HeaderMacrosFor, headerLockMacros } from "./header-macros.ts";
import type { InputFile } from "./input-file.ts";
import { distinctGaps, joinFindings, joinSuppressions } from "./join-analyses.ts";
import { guessGaps, openConditionGaps, unreadGaps } from "./open-conditions.ts";
import { separatePrograms } from "./separate-programs.ts";
import { createSharedWork, type SharedWork } from "./shared-work.ts";
import { suppressed, suppressionsOf } from "./suppressions.ts";

export type { AnalysedVariant, FilesAnalysis } from "./files-analysis.ts";

/** What stays the same between the versions of a tree that one run compares. */
export interface AnalysisSetting extends SharedWork {
  readonly packs: LoadedPacks;
  readonly profile: Profile;
  /** Files of the tree in which the drivers' callers stand; one that is under analysis goes before. */
  readonly callers: readonly InputFile[];
  /** Whether code that nothing is asked about is read as well, for its gaps. */
  readonly reading: "everything" | "what matters";
  /** Whether what is held at each place is asked for. */
  readonly recordsPlaces?: boolean;
  readonly onProgress?: OnProgress;
}

/** The same for one program of many: nothing is kept for another one, and little for longer than it is used. */
export function settingForOne({ packs, profile, reading, callers }: AnalysisSetting): AnalysisSetting {
  const shared = createSharedWork(packs.platform, { keepsVersions: false });
  return analysisSetting(packs, profile, reading, callers, shared);
}

export function analysisSetting(
  packs: LoadedPacks,
  profile: Profile,
  reading: AnalysisSetting["reading"],
  callers: readonly InputFile[] = [],
  shared: SharedWork = createSharedWork(packs.platform),
): AnalysisSetting {
  // Which items are new is asked within one review, whatever others have read.
  const parses = { ...shared.parses, items: new Map() };
  return { ...shared, reading, packs, profile, callers, parses };
}

/** Files that are named together are one program, unless two drivers among them cannot be. */
export function analyseFiles(files: readonly InputFile[], setting: AnalysisSetting): FilesAnalysis {
  const [first, ...others] = separatePrograms(
    files,
    setting.packs.drivers,
    setting.packs.platform.alternativeFolders,
  ).map((own) => analyseProgramFiles(own, setting));
  if (first === undefined) throw new InvariantError("there is no program");
  return others.reduce(joinAnalyses, first);
}

/** As one analysis of all that both programs have. */
function joinAnalyses(left: FilesAnalysis, right: FilesAnalysis): FilesAnalysis {
  const known = new Set(left.main.program.units.map((unit) => `${unit.file.path}:${unit.name}`));
  const units = right.main.program.units.filter((unit) => !known.has(`${unit.file.path}:${unit.name}`));
  const program = { ...left.main.program, units: [...left.main.program.units, ...units] };
  return {
    findings: joinFindings(left.findings, right.findings),
    suppressions: joinSuppressions(left.suppressions, right.suppressions),
    get gaps() {
      return distinctGaps([...left.gaps, ...right.gaps]);
    },
    complaints: [...new Set([...left.complaints, ...right.complaints])],
    functions: program.units.length,
    main: {
      program,
      rules: [...left.main.rules, ...right.main.rules],
      modelOf: (path) => left.main.modelOf(path) ?? right.main.modelOf(path),
      checks: joinSettings(left.main.checks, right.main.checks, new Set(units)),
    },
  };
}

function joinSettings(
  left: CheckSetting,
  right: CheckSetting,
  ofRight: ReadonlySet<FunctionUnit>,
): CheckSetting {
  return {
    rules: [...left.rules, ...right.rules],
    waysOf: (unit) => (ofRight.has(unit) ? right : left).waysOf(unit),
    nestable: new Set([...left.nestable, ...right.nestable]),
    counted: new Set([...left.counted, ...right.counted]),
  };
}

export function analyseProgramFiles(files: readonly InputFile[], setting: AnalysisSetting): FilesAnalysis {
  const ordered = [...files].sort((left, right) => compareText(left.path, right.path));
  const variants = programVariants(ordered, setting.parses);
  const [first, ...others] = variants;
  if (first === undefined) throw new InvariantError("a program has no variant");
  const reading = readingOf(ordered, first, setting);
  const { headers } = reading;
  const bodies = readAll(
    ordered.filter((file) => !headers.has(file.path)),
    first,
    reading,
  );
  forgetScans(ordered, first, others, setting.parses);
  const sources = new Map([...headers, ...bodies.map((source) => [source.path, source] as const)]);
  const main = analyseVariant(
    ordered.flatMap(({ path }) => sources.get(path) ?? []),
    { label: first.label, calledElsewhere: new Set() },
    setting,
  );
  const { program } = main.variant;
  const called = calledIn(program);
  const known = {
    words: relevantWords(
      program,
      program.units.filter((unit) => unit.isRelevant).map((unit) => unit.name),
    ),
    useOf: fileUses(program),
  };
  const further = others.flatMap((variant, at) => {
    const differing = differingFiles(ordered, { first, variant }, known, setting);
    if (differing.size === 0) return [];
    const again = readAll(
      ordered.filter((file) => differing.has(file.path)),
      variant,
      reading,
      main.sources,
    );
    forgetScans(ordered, first, others.slice(at + 1), setting.parses);
    const sources = main.sources.map((source) => again.find(({ path }) => path === source.path) ?? source);
    const label = labelOf([...differing].map((path) => variant.of(path)));
    const { findings, gaps } = analyseVariant(sources, { label, calledElsewhere: called }, setting);
    return [{ label, findings, gaps }];
  });
  const analysed = [{ label: main.label, findings: main.findings, gaps: main.gaps }, ...further];
  let gaps: readonly Gap[] | null = null;
  const found = unionOf(analysed.map(({ findings, label }) => ({ findings, label })));
  const suppressions = suppressionsOf(ordered);
  const { findings, needed } = suppressed(found, suppressions);
  return {
    findings,
    suppressions: suppressions.map((of) => ({ of, isNeeded: needed.has(of) })),
    get gaps() {
      gaps ??= distinctGaps(analysed.flatMap((one) => one.gaps()));
      return gaps;
    },
    complaints: main.complaints,
    functions: main.variant.program.units.length,
    main: main.variant,
  };
}

/** Forgets, where no other versions may come, how files were scanned that none of the later variants changes. */
function forgetScans(
  files: readonly InputFile[],
  first: ProgramVariant,
  later: readonly ProgramVariant[],
  { keepsVersions, scans }: ParseCache,
): void {
  if (keepsVersions) return;
  for (const { path, text } of files)
    if (later.every((variant) => variant.of(path) === first.of(path))) scans.delete(text);
}

/** How the files of one program are read: headers first, for the macros that others have from them. */
interface Reading {
  readonly setting: AnalysisSetting;
  readonly macrosFor: HeaderMacrosFor;
  /** Headers under the first variant, by path. */
  readonly headers: ReadonlyMap<string, SourceFile>;
}

function readingOf(files: readonly InputFile[], first: ProgramVariant, setting: AnalysisSetting): Reading {
  const { platform } = setting.packs;
  const always = headerMacrosOf(platform);
  const headers = files.filter(isHeader).map((file) => readFile(file, first, setting, { macros: always }));
  return {
    setting,
    macrosFor: headerLockMacros(headers, platform, always),
    headers: new Map(headers.map((header) => [header.path, header])),
  };
}

function readFile(
  { path, text }: InputFile,
  variant: ProgramVariant,
  { parses }: AnalysisSetting,
  { macros, like }: { readonly macros: ReadonlyMap<string, Macro>; readonly like?: SourceFile | undefined },
): SourceFile {
  const more = like === undefined ? {} : { like };
  return readSourceFile(path, text, variant.of(path), { cache: parses, macros, ...more });
}

/** @param known the same files under another variant */
function readAll(
  files: readonly InputFile[],
  variant: ProgramVariant,
  { setting, macrosFor }: Reading,
  known: readonly SourceFile[] = [],
): SourceFile[] {
  return files.map((file, done) => {
    setting.onProgress?.({ what: "reading files", done, left: files.length - done });
    const like = known.find(({ path }) => path === file.path);
    return readFile(file, variant, setting, { macros: macrosFor(file.path), like });
  });
}

/** What tells whether a variant of a file can change a finding. */
interface FileUse {
  /** Words of the functions that matter, with the macros that they lead to. */
  readonly used: ReadonlySet<string>;
  /** The functions that do not matter. */
  readonly others: readonly FunctionUnit[];
}

/** Found once for all variants of a program. */
function fileUses({ units }: AnalysedVariant["program"]): (path: string) => FileUse {
  const byPath = new Map<string, FunctionUnit[]>();
  for (const unit of units) {
    const own = byPath.get(unit.file.path);
    if (own === undefined) byPath.set(unit.file.path, [unit]);
    else own.push(unit);
  }
  const uses = new Map<string, FileUse>();
  return (path) => {
    const own = byPath.get(path) ?? [];
    const use = uses.get(path) ?? {
      used: wordsWithMacros(own.filter((unit) => unit.isRelevant)),
      others: own.filter((unit) => !unit.isRelevant),
    };
    uses.set(path, use);
    return use;
  };
}

/**
 * The files in which a variant can change a finding: it touches code that has to do
 * with locks or guarded memory, or declarations. Most do not, and need not be read.
 */
function differingFiles(
  files: readonly InputFile[],
  { first, variant }: { readonly first: ProgramVariant; readonly variant: ProgramVariant },
  { words, useOf }: { readonly words: ReadonlySet<string>; readonly useOf: (path: string) => FileUse },
  { parses }: AnalysisSetting,
): ReadonlySet<string> {
  const canDiffer = ({ path, text }: InputFile): boolean => {
    const [one, other] = [first.of(path), variant.of(path)];
    const differences = one === other ? [] : variantDifferences(text, one, other, parses);
    if (differences.length === 0) return false;
    const { used, others } = useOf(path);
    return differences.some((difference) => {
      if ([...difference.macros].some((macro) => used.has(macro) || words.has(macro))) return true;
      if (difference.words.size === 0) return false;
      const inside = others.some(
        ({ item }) => item.offset <= difference.start && difference.end <= item.offset + item.source.length,
      );
      return !inside || [...difference.words].some((word) => words.has(word));
    });
  };
  return new Set(files.filter(canDiffer).map(({ path }) => path));
}

/** The words of functions, and of the macros that these lead to. */
function wordsWithMacros(units: readonly FunctionUnit[]): ReadonlySet<string> {
  const words = new Set<string>();
  const bodies = new Map(units[0]?.file.macros.all.map((macro) => [macro.name, macro.body]));
  const visit = (text: string): void => {
    for (const word of wordsOf(text)) {
      if (words.has(word)) continue;
      words.add(word);
      const body = bodies.get(word);
      if (body !== undefined) visit(body);
    }
  };
  for (const unit of units) visit(unit.item.masked);
  return words;
}

interface ProgramVariant {
  /** How it differs from the first, for people; null for the first. */
  readonly label: string | null;
  readonly of: (path: string) => Variant;
}

/**
 * Each file has variants of its own; the n-th of the program takes the n-th of each. Headers
 * stay as they are while a source file varies: one that lacks a feature which the file has
 * is no build of anybody's.
 */
function programVariants(files: readonly InputFile[], parses: ParseCache): ProgramVariant[] {
  const sources = files.filter((file) => !isHeader(file));
  const varying = new Set(sources.length > 0 ? sources : files);
  const byFile = new Map(
    files.map((file) => {
      const variants = knownVariants(file.text, parses);
      return [file.path, varying.has(file) ? variants : variants.slice(0, 1)];
    }),
  );
  const count = Math.max(1, ...[...byFile.values()].map((variants) => variants.length));
  return Array.from({ length: count }, (_, index) => {
    const of = (path: string): Variant => byFile.get(path)?.[index] ?? byFile.get(path)?.[0] ?? new Map();
    return { label: index === 0 ? null : labelOf(files.map(({ path }) => of(path))), of };
  });
}

/** Versions of a file with the same directives have the same variants. */
function knownVariants(text: string, parses: ParseCache): readonly Variant[] {
  const directives = text.match(/^[ \t]*#(?:[^\n]*\\\r?\n)*[^\n]*/gm)?.join("\n") ?? "";
  const known = parses.variants.get(directives) ?? variantsOf(text, parses);
  parses.variants.set(directives, known);
  return known;
}

/** Symbols of a variant that are named; the others are counted. */
const MOST_SYMBOLS = 8;

function labelOf(variants: readonly Variant[]): string {
  const off = variants.flatMap((variant) => [...variant].filter(([, on]) => !on).map(([symbol]) => symbol));
  const symbols = [...new Set(off)].sort();
  const more = symbols.length - MOST_SYMBOLS;
  // Of a whole tree hardly any of them has to do with the finding.
  if (more <= 0) return `without ${symbols.join(", ")}`;
  return `without ${symbols.slice(0, MOST_SYMBOLS).join(", ")} and ${more} more`;
}

interface VariantAnalysis {
  readonly sources: readonly SourceFile[];
  readonly label: string | null;
  readonly findings: readonly NotedFinding[];
  readonly gaps: () => readonly Gap[];
  readonly complaints: readonly string[];
  readonly variant: AnalysedVariant;
}

function analyseVariant(
  sources: readonly SourceFile[],
  {
    label,
    calledElsewhere,
  }: { readonly label: string | null; readonly calledElsewhere: ReadonlySet<string> },
  setting: AnalysisSetting,
): VariantAnalysis {
  const types = typeTableOf(sources, typeOptionsOf(setting.packs.platform));
  const bound = boundPacks(sources, types, setting);
  const rules = bound.flatMap(({ pack }) => pack.rules);
  const guards = guardTableOf(
    rules,
    bound.flatMap(({ pack }) => pack.model.handles),
  );
  const { platform } = setting.packs;
  const program = analyseProgram({
    files: sources,
    types,
    platform,
    guards,
    cache: setting.parses,
    analyses: setting.analyses,
    recordsPlaces: setting.recordsPlaces ?? false,
    onStep: (done, left) => setting.onProgress?.({ what: "analysing functions", done, left }),
  });
  const measured = bound.map(({ pack, paths }) => {
    const calling = callersOf(pack.model, sources, setting.callers);
    return { paths, ...setting.measure(calling, pack.model) };
  });
  const models = new Map(measured.flatMap(({ paths, model }) => paths.map((path) => [path, model] as const)));
  const modelOf = (path: string) => models.get(path) ?? null;
  const declared = bound.flatMap(({ pack }) => nestableLocks(pack.model));
  const nestable = new Set([...declared, ...(program.platform.nestableLocks ?? [])]);
  const counted = new Set(bound.flatMap(({ driver }) => driver.rules.flatMap(locksOfRule)));
  const checks = { rules, waysOf: entryWaysOf(program, modelOf, calledElsewhere), nestable, counted };
  return {
    label,
    sources,
    findings: runChecks(program, checks),
    gaps: gapsIn(sources, program, setting),
    complaints: bound
      .flatMap(({ pack }) => pack.complaints)
      .concat(measured.flatMap(({ complaints }) => complaints)),
    variant: { program, rules, modelOf, checks },
  };
}

/** What is left to do when they are asked for keeps nothing of the program but items that are not read yet. */
function gapsIn(
  sources: readonly SourceFile[],
  program: AnalysedVariant["program"],
  { reading }: AnalysisSetting,
): () => readonly Gap[] {
  const untold = [...openConditionGaps(program), ...guessGaps(program)];
  const unread = unreadGaps(program);
  const all = (unparsed: readonly Gap[]) => [...unparsed, ...unread(unparsed), ...untold];
  if (reading === "everything") {
    const told = all(sources.flatMap(({ gaps }) => gaps));
    return () => told;
  }
  const met = sources.map((source) => source.gapsMet());
  return () => all(met.flatMap((gaps) => gaps()));
}

/** The calling files of one driver, as the program has them where it does. */
function callersOf(
  { callers = [] }: DriverModel,
  sources: readonly SourceFile[],
  known: readonly InputFile[],
): InputFile[] {
  return known
    .filter(({ path }) => callers.some(({ file }) => path === file || path.endsWith(`/${file}`)))
    .map(({ path, text }) => ({ path, text: sources.find((source) => source.path === path)?.text ?? text }));
}

/** The locks that a rule lets do as a guard. */
function locksOfRule({ guards, globals }: Rule): string[] {
  return [...guards, ...(globals ?? [])].flatMap((guard) => [
    lockNameText(guard.lock),
    ...locksInstead(guard),
  ]);
}

function nestableLocks({ lockFacts }: DriverModel): string[] {
  return (lockFacts ?? []).filter(({ nestable }) => nestable === true).map(({ lock }) => lockNameText(lock));
}

/** The packs that speak of any of the files, bound to what these declare. */
function boundPacks(
  sources: readonly SourceFile[],
  types: TypeTable,
  { packs, profile }: AnalysisSetting,
): { readonly driver: Pack; readonly pack: BoundPack; readonly paths: readonly string[] }[] {
  return packs.drivers.flatMap((driver) => {
    const matches = sources.flatMap((source) => {
      const match = packForFile(packs.drivers, source.path);
      return match?.pack === driver ? [{ path: source.path, by: match.by }] : [];
    });
    if (matches.length === 0) return [];
    const inForce = { model: driver.model, rules: rulesFor(driver.rules, profile) };
    const pack = bindPack(inForce, treeNamesOf(inForce, types));
    // A file that only shares the name is some other driver: nothing is gone from it.
    if (!pack.fits && matches.every((match) => match.by === "name")) return [];
    return [{ driver, pack, paths: matches.map(({ path }) => path) }];
  });
}

/** A finding counts once; one that the first variant does not have says when it occurs. */
function unionOf(
  variants: readonly { readonly findings: readonly NotedFinding[]; readonly label: string | null }[],
): NotedFinding[] {
  const seen = new Map<string, NotedFinding>();
  for (const { findings, label } of variants) {
    for (const finding of findings) {
      const key = `${finding.fingerprint}:${finding.line}:${finding.column}`;
      if (seen.has(key)) continue;
      seen.set(key, label === null ? finding : { ...finding, message: `${finding.message} (${label})` });
    }
  }
  return [...seen.values()].sort(compareFindings);
}
