/** The functions that a page shows, each in one version or, where a patch changes it, in both. */
import type { Finding } from "../../findings/index.ts";
import type { Review, ReviewedDiff } from "../../review/index.ts";
import { type AlignedBlock, alignedLines } from "./aligned-lines.ts";
import { type CodeView, codeView, type PageParts, type Remark, type RemarksAt } from "./code-view.ts";
import { compareView, viewBefore } from "./compare-view.ts";
import { html, type Markup } from "./markup.ts";
import { type Version, versionOf } from "./matter.ts";

export interface FunctionsSetting extends PageParts {
  readonly review: Review;
  /** Anchors of the findings that the page tells. */
  readonly names: ReadonlyMap<Finding, string>;
}

export interface ShownFunction {
  readonly view: CodeView;
  /** Where it begins, for links. */
  readonly anchor: string;
  readonly markup: Markup;
  /** Findings that stand in it. */
  readonly findings: number;
}

interface Comparison {
  readonly before: CodeView;
  readonly blocks: readonly AlignedBlock[];
}

export function functionsOf(views: readonly CodeView[], setting: FunctionsSetting): ShownFunction[] {
  const compared = new Map(
    views.flatMap((view) => {
      const comparison = comparisonOf(view, setting);
      return comparison === null ? [] : [[view, comparison] as const];
    }),
  );
  const before = new Set([...compared.values()].map((each) => keyOf(each.before)));
  const remarksAt = remarksOf(setting.names);
  return views
    .filter((view) => !before.has(keyOf(view)))
    .map((view) => {
      const comparison = compared.get(view);
      const markup =
        comparison === undefined
          ? codeView(view, { ...setting, ...changesIn(setting.review, view), remarksAt })
          : compareView({ before: comparison.before, after: view }, comparison.blocks, {
              ...setting,
              remarksAt,
            });
      const anchor = setting.anchors.line(view.version, view.file, view.from);
      return { view, anchor, markup, findings: findingsIn(view, setting.names) };
    });
}

/** @returns links to the functions; nothing for the few that one sees anyway */
export function functionIndex(functions: readonly ShownFunction[]): Markup | null {
  if (functions.length < 4) return null;
  const links = functions.map(
    ({ view, anchor, findings }) =>
      html`<li><a href="#${anchor}">${view.name}()</a>${findings === 0 ? null : html` <small>${findings}</small>`}</li>`,
  );
  return html`<details class="index" open><summary>Functions, with the number of findings in each</summary><ul>${links}</ul></details>`;
}

function findingsIn({ version, file, from, to }: CodeView, names: FunctionsSetting["names"]): number {
  const own = [...names.keys()].filter(
    (finding) =>
      finding.file === file && finding.patch === version.patch && from <= finding.line && finding.line <= to,
  );
  return own.length;
}

function keyOf({ version, file, name }: CodeView): string {
  return JSON.stringify([version.side, version.patch, file, name]);
}

/** Null for a function that no patch changes, or that was not there before. */
function comparisonOf(view: CodeView, { review, book }: FunctionsSetting): Comparison | null {
  const diffs = diffsOf(review, view);
  const oldPath = diffs.find((diff) => diff.oldPath !== null)?.oldPath ?? null;
  if (oldPath === null) return null;
  const blocks = alignedLines(view, diffs);
  const before = viewBefore(view, blocks, { file: oldPath, book });
  return before === null ? null : { before, blocks };
}

/** What its patch does to the file of a view of the version behind it. */
function diffsOf({ patches }: Review, { version, file }: CodeView): readonly ReviewedDiff[] {
  const patch = version.side === "old" ? undefined : patches.find(({ index }) => index === version.patch);
  return (patch?.diffs ?? []).filter(({ newPath }) => newPath === file);
}

function changesIn(
  review: Review,
  view: CodeView,
): { readonly isAdded: (line: number) => boolean; readonly isPatch: boolean } {
  const blocks = alignedLines(view, diffsOf(review, view));
  const added = new Set(blocks.flatMap((block) => (block.kind === "changed" ? block.new : [])));
  const { side, patch } = view.version;
  return { isAdded: (line) => added.has(line), isPatch: patch !== null && side === "new" };
}

function remarksOf(names: FunctionsSetting["names"]): RemarksAt {
  const remarks = new Map<string, Remark[]>();
  const keyOf = ({ side, patch }: Version, file: string, line: number) =>
    JSON.stringify([side, patch, file, line]);
  const put = (key: string, remark: Remark): void => {
    const known = remarks.get(key);
    if (known === undefined) remarks.set(key, [remark]);
    else known.push(remark);
  };
  for (const [finding, anchor] of names) {
    const { file, line, message } = finding;
    const own = keyOf({ side: finding.side, patch: finding.patch }, file, line);
    put(own, { finding, anchor, step: null, text: message });
    for (const [at, { what, ...step }] of finding.trace.entries()) {
      const key = keyOf(versionOf(finding), step.file, step.line);
      if (key !== own) put(key, { finding, anchor, step: at + 1, text: what });
    }
  }
  return (version, file, line) => remarks.get(keyOf(version, file, line)) ?? [];
}
