/**
 * Words of a pull request's code in GitHub's Markdown: nobody is called by name, no
 * other request is referred to, and a text ends where GitHub would refuse it.
 */
import type { Finding, TraceStep } from "../findings/index.ts";
import { code, words } from "./markdown.ts";
import { countOf } from "./wording.ts";

/** Addresses of lines in the two versions. */
export interface LinkTargets {
  /** Such as `https://github.com/owner/repo/blob/<commit>`, without a slash at its end; null for no link. */
  readonly old: string | null;
  readonly new: string | null;
}

/** What GitHub takes as one comment. */
export const LONGEST_COMMENT = 65_536;

/** Plain words: markup, names of accounts and numbers of other requests have no effect in them. */
export function githubWords(text: string): string {
  return words(text).replace(/@(?=[\w-])/g, "@\u200b");
}

/** `file:12` as a link to the line. */
export function placeLink(
  file: string,
  line: number,
  { targets, side }: { readonly targets: LinkTargets; readonly side: Finding["side"] },
): string {
  const shown = code(`${file}:${line}`);
  const target = targets[side];
  if (target === null) return shown;
  const path = file.split("/").map(encodePart).join("/");
  return `[${shown}](${target}/${path}#L${line})`;
}

/** A bracket would end the link that the name stands in. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/[()!'*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** Steps shown before and behind a hole in a long path. */
const FIRST_STEPS = 12;
const LAST_STEPS = 12;

/** A path as a numbered list; the numbers are those of the steps, also behind what is left out. */
export function stepList(steps: readonly TraceStep[], targets: LinkTargets): string[] {
  const rows = steps.map(
    (step, at) =>
      `${at + 1}. ${code(`${step.function}()`)}: ${githubWords(step.what)} (${placeLink(step.file, step.line, { targets, side: "new" })})`,
  );
  const left = rows.length - FIRST_STEPS - LAST_STEPS;
  if (left <= 0) return rows;
  return [
    ...rows.slice(0, FIRST_STEPS),
    "",
    `… ${countOf(left, "more step")}`,
    "",
    ...rows.slice(rows.length - LAST_STEPS),
  ];
}

export function folded(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", "<details>", `<summary>${title}</summary>`, "", ...lines, "", "</details>"];
}

/** @param keep what must stand at the end, such as our mark */
export function withinLimit(text: string, keep: string, limit: number = LONGEST_COMMENT): string {
  const end = `\n\n… the rest is in the report of the job.\n\n${keep}`;
  if (text.length + keep.length + 2 <= limit) return `${text}\n\n${keep}`;
  // Not between the halves of one character, and with whatever is folded closed again.
  const cut = text
    .slice(0, limit - end.length - "\n</details>\n```\n".length)
    .replace(/[\ud800-\udbff]$/, "");
  const isCode = (cut.match(/^```/gm)?.length ?? 0) % 2 === 1;
  const isFolded = cut.lastIndexOf("<details>") > cut.lastIndexOf("</details>");
  return `${cut}${isCode ? "\n```" : ""}${isFolded ? "\n</details>" : ""}${end}`;
}
