/** Places that a finding is drawn with, which the JSON document does not carry. */
import type { Finding } from "./finding.ts";
import type { Side } from "./patch-lines.ts";

export interface FindingNotes {
  readonly labels: readonly FindingLabel[];
  /** The same objects used without the lock elsewhere. */
  readonly also: readonly AlsoPlace[];
  /** Why the status is not `live`, as a clause without a full stop; left out where nothing is known to be said. */
  readonly statusReason?: string;
}

/** A stretch of one line; columns count from 1, `endColumn` is the last one. */
export interface FindingLabel {
  readonly side: Side;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** What happens there: `acquired here`, `last use`. */
  readonly text: string;
  readonly role: "acquired" | "released" | "use" | "store" | "conflict";
}

export interface AlsoPlace {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** What it does there: `reads cfg->owner`. */
  readonly what: string;
}

/** A finding as a check makes it, before it is compared with another version of the tree. */
export interface NotedFinding extends Finding {
  readonly notes: FindingNotes;
  /** Findings of one region are one finding to a reader; null for one that stands alone. */
  readonly region: string | null;
  /** What lacks the lock is this function, and the finding is about a call of it; left out where it is no call. */
  readonly helper?: string;
  /** The ways through the function cannot be told apart well enough: said only of what a patch brings. Left out: they can. */
  readonly isGuess?: true;
  /** The comment in the code that hides it, with its reason; left out where none does. */
  readonly hiddenBy?: { readonly line: number; readonly reason: string };
}
