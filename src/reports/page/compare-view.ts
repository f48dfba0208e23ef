/** A function before and after a patch, side by side; one above the other where there is no room. */
import { type AlignedBlock, linesBefore } from "./aligned-lines.ts";
import {
  type CodeView,
  contractOf,
  functionFrame,
  type Half,
  halfOf,
  laneHeads,
  lineOf,
  mutedLine,
} from "./code-view.ts";
import { laneLegend, lanesWidth, laneWords } from "./lane-marks.ts";
import { html, type Markup } from "./markup.ts";

/** @returns the function as it was, where the patch changes it; null where there is nothing to compare */
export function viewBefore(
  after: CodeView,
  blocks: readonly AlignedBlock[],
  { file, book }: { readonly file: string; readonly book: Half["setting"]["book"] },
): CodeView | null {
  const range = linesBefore(blocks);
  if (range === null) return null;
  const version = { ...after.version, side: "old" } as const;
  const fn = book.functionAt({ version, file, line: range.to });
  return { version, file, name: after.name, ...range, fn };
}

export function compareView(
  views: { readonly before: CodeView; readonly after: CodeView },
  blocks: readonly AlignedBlock[],
  setting: Half["setting"],
): Markup {
  const before = halfOf(views.before, setting);
  const after = halfOf(views.after, setting);
  const rows = blocks.map((block) =>
    block.kind === "same"
      ? sameRow(block, { before, after })
      : html`<div class="row diff"><div class="side old">${block.old.map((line) => lineOf(line, before, { sign: "-", side: "old" }))}</div><div class="side new">${block.new.map((line) => lineOf(line, after, { sign: "+", side: "new" }))}</div></div>
`,
  );
  return functionFrame(views.after, {
    setting,
    before: "",
    above: html`<div class="sidelegend">${sideOf("Before", before)}${sideOf("After", after)}</div>`,
    code: html`<div class="code two la${lanesWidth(before.lanes)} lb${lanesWidth(after.lanes)}"><div class="row same heads" aria-hidden="true"><div class="line old">${laneHeads(before.lanes)}</div><div class="line new">${laneHeads(after.lanes)}</div></div>
${rows}</div>`,
  });
}

function sideOf(title: string, { view, lanes }: Half): Markup {
  const nothing = lanes.length === 0 ? html`<p class="contract">takes no lock</p>` : null;
  return html`<div><b>${title}</b>${contractOf(view.fn)}${laneLegend(lanes)}${nothing}</div>`;
}

/** The code is said once; of the lanes before the patch only what differs. */
function sameRow(
  { old, new: now }: { readonly old: number; readonly new: number },
  { before, after }: { readonly before: Half; readonly after: Half },
): Markup {
  const [was, is] = [laneWords(before.lanes, old), laneWords(after.lanes, now)];
  const more = was === is ? "" : `before the patch: ${was === "" ? "no lock of these" : was}`;
  return html`<div class="row same">${mutedLine(old, before)}${lineOf(now, after, { side: "new", more })}</div>
`;
}
