/** `lockspan rules check [DIR...]`: whether rule packs are well made, and do what they say. */
import { commitTree, openTree, packFiles, shortId } from "../../adapters/index.ts";
import { InputError, type OnProgress, suggestWord } from "../../base/index.ts";
import { type DriverModel, matchesFile } from "../../drivers/index.ts";
import {
  bindingComplaints,
  checkExamples,
  headerFiles,
  type InputFile,
  type SourceTree,
} from "../../review/index.ts";
import { headersFor, type LoadedPacks, type Pack, type Rule } from "../../rules/index.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { withBar } from "../progress-bar.ts";

export async function runRules(options: Options, around: Surroundings): Promise<CommandResult> {
  const [word, ...folders] = options.paths;
  if (word !== "check") {
    const what = word === undefined ? "what to do with rules is missing" : `lockspan rules cannot "${word}"`;
    throw new InputError(what, {
      hint: word === undefined ? 'Say "lockspan rules check".' : suggestWord(word, ["check"]),
    });
  }
  const packs = await around.packs([...options.rules, ...folders]);
  const named = await idsIn(folders);
  const checked = packs.drivers.filter(
    ({ model, rules }) => named === null || named.has(model.id) || rules.some(({ id }) => named.has(id)),
  );
  const tree = options.tree === null ? null : await treeAt(options.tree);
  const toCheck = checked.map((pack) => ({
    pack,
    rules: pack.rules.filter(({ id }) => named?.has(id) ?? true),
  }));
  const reports = await withBar(around.progress(options), async (show) => {
    const onRule = countdown(toCheck.flatMap(({ rules }) => rules).length, show);
    const all: PackReport[] = [];
    for (const { pack, rules } of toCheck) all.push(await reportOf(pack, rules, { packs, tree, onRule }));
    return all;
  });
  const faults = reports.reduce((count, report) => count + report.faults, 0);
  const shown = options.quiet ? reports.filter((report) => report.faults > 0) : reports;
  const open = options.quiet ? [] : await undecidedIn(folders);
  const lines = [
    ...shown.flatMap(({ lines }) => [...lines, ""]),
    ...open,
    summaryOf(checked, reports, packs),
  ];
  return { text: `${lines.join("\n")}\n`, status: faults === 0 ? 0 : 1 };
}

/** Tells before each of so many rules how many are done. */
function countdown(total: number, show: OnProgress): () => void {
  let done = 0;
  return () => {
    show({ what: "trying the examples of rules", done, left: total - done });
    done += 1;
  };
}

/** The ids that the folders' files declare; null for the packs that ship. */
async function idsIn(folders: readonly string[]): Promise<ReadonlySet<string> | null> {
  if (folders.length === 0) return null;
  const files = (await Promise.all(folders.map(packFiles))).flat();
  return new Set(files.flatMap(({ text }) => /^id:\s*["']?([\w/-]+)/m.exec(text)?.[1] ?? []));
}

/** What `lockspan infer` leaves to a person, and a person has left so far. */
async function undecidedIn(folders: readonly string[]): Promise<string[]> {
  const files = (await Promise.all(folders.map(packFiles))).flat();
  const left = files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => {
      const [, what] = /\bTODO:\s*(.*?)"?$/.exec(line) ?? [];
      return what === undefined ? [] : [`${path}:${at + 1}: still to be decided: ${what}`];
    }),
  );
  return left.length === 0 ? [] : [...left, ""];
}

async function treeAt(path: string): Promise<SourceTree> {
  const named = await openTree(path);
  if (named.kind === "folder") return named.tree;
  const { repository, head, folder } = named;
  return head === null ? folder : commitTree(repository, head, `HEAD ${shortId(head)}`);
}

interface PackReport {
  readonly lines: readonly string[];
  readonly rules: number;
  readonly faults: number;
}

async function reportOf(
  pack: Pack,
  rules: readonly Rule[],
  {
    packs,
    tree,
    onRule,
  }: {
    readonly packs: LoadedPacks;
    readonly tree: SourceTree | null;
    readonly onRule: () => void;
  },
): Promise<PackReport> {
  const judged = rules.map((rule) => {
    onRule();
    return { rule, faults: checkExamples(rule, packs) };
  });
  const complaints = tree === null ? [] : await complaintsOf(pack, tree, packs);
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const lines = [
    `${pack.model.id}: ${pack.model.title}`,
    ...judged.flatMap(({ rule, faults }) =>
      faults.length === 0
        ? [`  ${rule.id.padEnd(width)}  examples hold (${rule.profiles.join(", ")})`]
        : faults.map(({ example, profile }) => {
            const what =
              example === "reports" ? 'is silent on its "reports" example' : 'reports its "accepts" example';
            return `  ${rule.id.padEnd(width)}  ${what} under ${profile}`;
          }),
    ),
    ...complaints.map((complaint) => `  ${complaint}`),
    ...(tree !== null && complaints.length === 0 ? ["  every name is in the tree"] : []),
  ];
  return {
    lines,
    rules: rules.length,
    faults: judged.reduce((count, { faults }) => count + faults.length, 0) + complaints.length,
  };
}

async function complaintsOf(pack: Pack, tree: SourceTree, packs: LoadedPacks): Promise<readonly string[]> {
  const paths = await filesOf(pack.model, tree);
  const texts = await tree.read(paths);
  const files = paths.flatMap((path): InputFile[] => {
    const text = texts.get(path) ?? null;
    return text === null ? [] : [{ path, text }];
  });
  if (files.length === 0) return [`${pack.model.id}: none of its files is in this tree`];
  const wanted = headersFor(
    [pack],
    files.map(({ path }) => path),
  );
  const headers = headerFiles(wanted, await tree.read(wanted.map(({ path }) => path)));
  return bindingComplaints(pack, [...files, ...headers], packs);
}

/** Files by their names in the tree; a pattern is looked for in its folder. */
async function filesOf(model: DriverModel, tree: SourceTree): Promise<string[]> {
  const found = model.files.map(async (pattern) => {
    if (!pattern.includes("*")) return [pattern];
    const fixed = pattern.slice(0, pattern.indexOf("*"));
    const listed = await tree.list(fixed.slice(0, Math.max(0, fixed.lastIndexOf("/"))), [".c", ".h"]);
    return listed.filter((path) => matchesFile(model, path) === "path");
  });
  return [...new Set((await Promise.all(found)).flat())];
}

function summaryOf(
  checked: readonly Pack[],
  reports: readonly PackReport[],
  { platform }: LoadedPacks,
): string {
  const rules = reports.reduce((count, report) => count + report.rules, 0);
  const faults = reports.reduce((count, report) => count + report.faults, 0);
  const number = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const verdict = faults === 0 ? "nothing is wrong" : `${number(faults, "thing")} wrong`;
  return `${number(checked.length, "driver")}, ${number(rules, "rule")}, ${platform.functions.size} names of platforms: ${verdict}`;
}
