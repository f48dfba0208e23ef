/** Words that every format shares, so that one thing is said one way. */
import { type Change, compareFindings, type Finding, type Severity } from "../findings/index.ts";
import type { ReportedAccess, Review, ReviewedPatch, Together } from "../review/index.ts";

/** `1 error`, `2 errors`, `2 patches`. */
export function countOf(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a full stop, unless it ends already; nothing stays nothing. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" || /[.?!]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

export function severityCounts(findings: readonly Pick<Finding, "severity">[]): string {
  const severities: readonly Severity[] = ["error", "warning", "note"];
  const counts = severities
    .map((severity) => ({ severity, count: findings.filter((each) => each.severity === severity).length }))
    .filter(({ count }) => count > 0);
  return listOf(counts.map(({ severity, count }) => countOf(count, severity)));
}

/** `2 findings hidden by comments in the code`. */
export function hiddenCount({ hidden }: Review): string {
  const by = hidden.length === 1 ? "by a comment" : "by comments";
  return `${countOf(hidden.length, "finding")} hidden ${by} in the code`;
}

/** Why no lock is needed at an access; null where one is. */
export function freedomWords({
  private: isPrivate,
  free,
}: Pick<ReportedAccess, "private" | "free">): string | null {
  if (isPrivate) return "not shared yet";
  if (free === null) return null;
  return free === "atomic" ? "atomic by design" : "never changes";
}

/** `base c9dfc4caa0d5, named by the index line`; without a commit, how the files were found. */
export function baseOf(patch: ReviewedPatch): string {
  return patch.base === null ? patch.baseFound : `base ${shortCommit(patch.base)}, ${patch.baseFound}`;
}

/** Twelve digits, as Xen's "Fixes:" lines have them. */
export function shortCommit(commit: string): string {
  return /^[0-9a-f]{13,}$/.test(commit) ? commit.slice(0, 12) : commit;
}

/** What a change class means to a reader; null for what a reader expects. */
export function changeNote(change: Change | null): string | null {
  switch (change) {
    case "exposed":
      return "this code was there before; the patch makes the problem possible";
    case "pre-existing":
      return "this was there before the patch";
    case "introduced":
    case "fixed":
    case null:
      return null;
  }
}

/** Why a finding is latent where no lock is the reason. */
export const NOTHING_YET = "nothing in this tree runs against it at the same time yet";

/** How far the finding is known to happen; null where its conflicting path says it. */
export function statusNote(status: Finding["status"], reason: string | undefined): string | null {
  switch (status) {
    case "live":
      return null;
    case "latent":
      return `latent: ${reason ?? NOTHING_YET}`;
    case "unknown":
      return reason === undefined ? null : `not known whether it can happen: ${reason}`;
  }
}

/** What stands above the other side's path. */
export function conflictTitle(status: Finding["status"]): string {
  return status === "latent" ? "the other side, kept apart from it:" : "what can run at the same time:";
}

/** `"[PATCH] toy: remove devices"`; of several patches the first, and how many more. */
export function subjectsOf({ patches }: Together): string {
  const [first, ...others] = patches;
  const more = others.length === 0 ? "" : ` and ${countOf(others.length, "more patch", "more patches")}`;
  return `"${first?.subject ?? ""}"${more}`;
}

/** The findings of a review that the other patches make live, in document order. */
export function wokenFindings(review: Review, { woken }: Together): Finding[] {
  return review.findings.filter(({ fingerprint }) => woken.has(fingerprint)).sort(compareFindings);
}

/** One sentence without a full stop: what the other patches change. */
export function togetherHeading(review: Review, together: Together): string {
  const woken = wokenFindings(review, together).length;
  const appeared = together.appeared.length;
  const changes = [
    ...(woken > 0 ? [`${countOf(woken, "finding")} ${woken === 1 ? "becomes" : "become"} live`] : []),
    ...(appeared > 0
      ? [
          `${countOf(appeared, "finding")} ${appeared === 1 ? "appears" : "appear"} that neither side has alone`,
        ]
      : []),
  ];
  const where = together.order === "after" ? "" : " (below it: behind it they do not apply)";
  const what = changes.length === 0 ? "no finding becomes live" : listOf(changes);
  return `with ${subjectsOf(together)} applied as well${where}: ${what}`;
}
