/**
 * One mutant, reviewed as a patch on the program that it was made from.
 *
 * In:  program, operator, site. Out: what the review brought up.
 */

import type { Finding } from "../../findings/index.ts";
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
  /** Something of it tells of the span's lock, in the function or on a way through it. */
  readonly isCaught: boolean;
}

export interface Mutant {
  readonly file: string;
  readonly function: string;
  /** The lock that the operator works on, as findings name it. */
  readonly lock: string;
  readonly operator: string;
  readonly before: string;
  readonly after: string;
  readonly packs: LoadedPacks;
}

export function tryMutant({ file, lock, before, after, packs, ...who }: Mutant): Trial {
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
  const near = callersOf(who.function, after);
  return {
    file,
    ...who,
    isCaught: review.findings.some((finding) => isAbout(finding, lock, near)),
    changed: changedLines(mail),
    brought: review.findings.map(
      (finding) => `${finding.check} ${finding.confidence} in ${finding.function}: ${finding.message}`,
    ),
  };
}

/** A note is no claim that something is wrong, and what is told of another lock or place may be chance. */
function isAbout(finding: Finding, lock: string, functions: ReadonlySet<string>): boolean {
  return finding.severity !== "note" && finding.lock === lock && functions.has(finding.function);
}

/** A function and those of the file that lead to it, by name. */
export function callersOf(name: string, text: string): ReadonlySet<string> {
  const bodies = text.split(/^(?=\w[^;=]*?\b\w+\([^;{]*\{?$)/m).flatMap((part) => {
    const [, called = ""] = /^[^(]*?(\w+)\s*\(/.exec(part) ?? [];
    return called === "" ? [] : [{ called, words: new Set(part.match(/\w+/g)) }];
  });
  const near = new Set([name]);
  for (const callee of near) for (const { called, words } of bodies) if (words.has(callee)) near.add(called);
  return near;
}

/** The added and removed lines of the one diff in a mail. */
function changedLines(mail: string): string[] {
  const [, ...hunks] = mail.split(/^@@ .*$/m);
  return hunks.flatMap((hunk) => hunk.split("\n").filter((line) => /^[+-](?!- $)/.test(line)));
}
