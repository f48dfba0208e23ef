/**
 * One mutant, reviewed as a patch on the program that it was made from.
 *
 * In:  program, operator, site. Out: what the review brought up.
 */
import { readMessages, selectPatches } from "../../patch/index.ts";
import { reviewSeries } from "../../review/index.ts";
import type { LoadedPacks } from "../../rules/index.ts";
import { patchedBase } from "../../testing/patched-base.ts";
import { patchMailOf } from "../../testing/xen/format-mail.ts";

export interface Trial {
  readonly file: string;
  readonly function: string;
  readonly operator: string;
  /** The first lines that differ, as a diff has them. */
  readonly changed: readonly string[];
  /** What was introduced or exposed, one line each. */
  readonly brought: readonly string[];
}

export interface Mutant {
  readonly file: string;
  readonly function: string;
  readonly operator: string;
  readonly before: string;
  readonly after: string;
  readonly packs: LoadedPacks;
}

export function tryMutant({ file, before, after, packs, ...who }: Mutant): Trial {
  const mail = patchMailOf("[PATCH] a mutant", { file, before, after });
  const selection = selectPatches(readMessages(Buffer.from(mail)));
  const base = patchedBase(selection, new Map([[file, before]]));
  const { review } = reviewSeries({
    patches: selection.patches,
    base,
    packs,
    profile: "approach-b",
    scope: "introduced",
  });
  return {
    file,
    ...who,
    changed: changedLines(mail),
    brought: review.findings.map(
      (finding) => `${finding.check} ${finding.confidence} in ${finding.function}: ${finding.message}`,
    ),
  };
}

/** The added and removed lines of the one diff in a mail. */
function changedLines(mail: string): string[] {
  const [, ...hunks] = mail.split(/^@@ .*$/m);
  return hunks.flatMap((hunk) => hunk.split("\n").filter((line) => /^[+-](?!- $)/.test(line)));
}
