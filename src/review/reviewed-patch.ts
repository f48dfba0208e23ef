/** A patch as the reports get it: its subject and addresses, and its hunks where they applied. */
import type { AppliedStep, Patch } from "../patch/index.ts";
import type { BaseSource } from "./ports.ts";
import type { ReviewedPatch } from "./review.ts";

interface AppliedPatch {
  readonly steps: readonly AppliedStep[];
  readonly index: number;
}

export function reviewedPatch(
  patch: Patch,
  base: Pick<BaseSource, "commit" | "how">,
  { steps, index }: AppliedPatch,
): ReviewedPatch {
  const { message } = patch;
  const isMail = message.hasOwnId;
  return {
    subject: patch.subject,
    messageId: isMail ? patch.messageId : null,
    author: patch.author === "" ? null : patch.author,
    date: message.date,
    index,
    total: patch.total,
    revision: patch.revision,
    base: base.commit,
    baseFound: foundText(base),
    files: steps.map(({ diff }) => diff.newPath ?? diff.oldPath ?? ""),
    diffs: steps.map(({ diff, placed }) => ({
      oldPath: diff.oldPath,
      newPath: diff.newPath,
      hunks: placed.map(({ hunk, oldStart, newStart }) => ({
        header: hunk.header,
        oldStart,
        newStart,
        lines: hunk.lines,
      })),
    })),
    mail: isMail
      ? {
          to: [patch.author],
          cc: [...addressesIn(message.to), ...addressesIn(message.cc)].filter(
            (address) => address !== patch.author,
          ),
          references: message.references,
        }
      : null,
  };
}

/** The commit is named beside these words already. */
function foundText({ commit, how }: Pick<BaseSource, "commit" | "how">): string {
  if (commit === null) return how;
  return how
    .replace(/, as in commit [0-9a-f]+$/, "")
    .replace(/^(HEAD|the commit|the base-commit) [0-9a-f]{7,40}/, "$1")
    .replace(/\b([0-9a-f]{12})[0-9a-f]{28}\b/, "$1");
}

/** The addresses of a To or Cc field; a comma inside quotes does not separate. */
function addressesIn(field: string | null): string[] {
  return (field?.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== "");
}
