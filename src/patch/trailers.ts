/** The lines of a mail that name what a patch stands on. */

export interface BaseTrailers {
  /** From `base-commit:`; null without one. */
  readonly baseCommit: string | null;
  /** From `prerequisite-patch-id:`, in order. */
  readonly prerequisites: readonly string[];
}

/** @param text the mail's whole text: git writes these lines below the diff or in the cover letter. */
export function parseBaseTrailers(text: string): BaseTrailers {
  const commit = /^base-commit:[ \t]*([0-9a-f]{7,64})[ \t]*\r?$/m.exec(text);
  const prerequisites = [...text.matchAll(/^prerequisite-patch-id:[ \t]*([0-9a-f]{40,64})[ \t]*\r?$/gm)];
  return { baseCommit: commit?.[1] ?? null, prerequisites: prerequisites.map((match) => match[1] ?? "") };
}
