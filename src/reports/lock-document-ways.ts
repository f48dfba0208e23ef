/** The ways into a driver, by subsystem: who calls, what is held, what is used under which lock. */
import { compareText } from "../base/index.ts";
import type { DocumentedUse, DocumentedWay, LockDocument } from "../review/index.ts";
import { code, tableOf, words } from "./markdown.ts";
import { listOf } from "./wording.ts";

export function wayLines({ ways, subsystems }: LockDocument): string[] {
  const named = subsystems.map(({ subsystem, title }) => ({
    title: `From ${words(title)}`,
    ways: ways.filter((way) => way.subsystem === subsystem),
  }));
  const others = { title: "From elsewhere", ways: ways.filter(({ subsystem }) => subsystem === null) };
  const sections = [...named, others]
    .filter((group) => group.ways.length > 0)
    .map((group) => [`### ${group.title}`, ...subsystemBlocks(group.ways)].join("\n\n"));
  return sections.length === 0 ? [] : [sections.join("\n\n")];
}

/** One block for each function that is entered; those that use nothing guarded in one sentence behind. */
function subsystemBlocks(ways: readonly DocumentedWay[]): string[] {
  const groups = new Map<string, DocumentedWay[]>();
  for (const way of [...ways].sort(byName)) {
    const name = nameOf(way);
    groups.set(name, [...(groups.get(name) ?? []), way]);
  }
  const isUsing = (group: readonly DocumentedWay[]) => group.some(({ uses }) => uses.length > 0);
  const using = [...groups].filter(([, group]) => isUsing(group));
  const quiet = [...groups].filter(([, group]) => !isUsing(group)).map(([name]) => name);
  return [
    ...using.map(([name, group]) => entryBlock(name, group)),
    ...(quiet.length === 0 ? [] : [`Nothing that is guarded is used by ${listOf(quiet)}.`]),
  ];
}

function byName(left: DocumentedWay, right: DocumentedWay): number {
  return (
    compareText(left.operation ?? "", right.operation ?? "") ||
    compareText(left.function, right.function) ||
    compareText(left.runs, right.runs) ||
    compareText(left.calledBy ?? "", right.calledBy ?? "")
  );
}

function nameOf({ operation, function: name }: DocumentedWay): string {
  return operation === null ? code(name) : `${code(`.${operation}`)}, ${code(name)}`;
}

function entryBlock(name: string, ways: readonly DocumentedWay[]): string {
  const [first] = ways;
  const takes = first === undefined || first.takes.length === 0 ? "nothing" : listOf(first.takes.map(code));
  return [
    `#### ${name}`,
    "",
    ...callerLines(ways),
    `Takes itself: ${takes}.`,
    "",
    ...usesOf(ways).map((use) => `- ${use}`),
  ].join("\n");
}

function callerLines(ways: readonly DocumentedWay[]): string[] {
  const known = ways.filter(({ calledBy }) => calledBy !== null);
  if (known.length === 0) return ["Of its callers nothing is known.", ""];
  const rows = known.map(({ calledBy, callerHolds, evidence, runs }) => {
    const locks = callerHolds.map(
      ({ lock, mode, shown }) => `${code(lock)} (${mode === "shared" ? "for reading, " : ""}${shown})`,
    );
    return [
      [words(calledBy ?? ""), ...(runs === "beside others" ? [] : [`(${runs}: nothing runs beside it)`])],
      locks.length === 0 ? "nothing" : locks,
      evidence === null ? "" : words(evidence),
    ];
  });
  return [...tableOf(["called by", "callers hold", "seen in"], rows), ""];
}

/** What any of the callers brings about, most of them the same. Nothing is missing where nothing runs beside. */
function usesOf(ways: readonly DocumentedWay[]): string[] {
  const beside = ways.filter(({ runs }) => runs === "beside others");
  const shown = beside.length > 0 ? beside : ways;
  return [...new Set(shown.flatMap((way) => way.uses.flatMap((use) => useTexts(use, way))))];
}

function useTexts(use: DocumentedUse, { runs }: DocumentedWay): string[] {
  const { under, without, coveredKinds, openKinds } = use;
  const noun = words(use.object.noun);
  const covered = `${noun}: ${verbsOf(coveredKinds)} under ${listOf(under.map(code))}`;
  const open = `${noun}: ${verbsOf(openKinds)} without a lock that protects it, in ${listOf(without.map(code))}`;
  return [
    ...(under.length === 0 ? [] : [covered]),
    ...(without.length === 0 ? [] : [runs === "beside others" ? `**${open}**` : open]),
  ];
}

function verbsOf(kinds: DocumentedUse["openKinds"]): string {
  return listOf(kinds.map((kind) => (kind === "read" ? "read" : "written")));
}
