/** The closing section of a review with other patches: what these turn live, each with the other side's path. */
import { compareFindings, type Finding } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import { safeText } from "./cells.ts";
import { notesOf } from "./finding-drawing.ts";
import type { LineLookup } from "./source-lines.ts";
import type { Style } from "./style.ts";
import { renderFinding } from "./text-finding.ts";
import { gapLines } from "./text-gaps.ts";
import { togetherHeading, wokenFindings } from "./wording.ts";
import { labelledLines, wrap } from "./wrap.ts";

/** Blocks of lines; none where no other patches were given. */
export function togetherBlocks(review: Review, lines: LineLookup, style: Style): string[][] {
  const { together } = review;
  if (together === null) return [];
  const text = safeText(togetherHeading(review, together), style.unicode);
  const heading = labelledLines({ label: "", text, tones: { label: "strong", text: "strong" } }, style);
  const woken = wokenFindings(review, together).flatMap((finding) =>
    wokenLines({ ...finding, ...together.woken.get(finding.fingerprint) }, style),
  );
  const appeared = [...together.appeared]
    .sort(compareFindings)
    .map((finding) =>
      renderFinding({ ...finding, change: null }, { notes: notesOf(review, finding), lines, style }),
    );
  const gaps = gapLines(together.gaps, style);
  return [[...heading, ...woken], ...appeared, ...(gaps.length === 0 ? [] : [gaps])];
}

function wokenLines(finding: Finding, style: Style): string[] {
  const { severity, check, file, line, message, conflict } = finding;
  const before = finding.change === "pre-existing" ? ", which was there before" : "";
  const head = safeText(`${message} (${file}:${line})${before}`, style.unicode);
  const steps = conflict.map(
    (step, at) => `${at + 1}. ${step.function}: ${step.what} (${step.file}:${step.line})`,
  );
  const room = (used: number) => (style.width === null ? null : Math.max(style.width - used, 30));
  const label = `${severity}[${check}]`;
  return [
    ...labelledLines({ label, text: `: ${head}`, tones: { label: severity }, indent: "  " }, style),
    ...steps.flatMap((step) =>
      wrap(safeText(step, style.unicode), room(9)).map((text, at) =>
        at === 0 ? `      ${text}` : `         ${text}`,
      ),
    ),
  ];
}
