/** What the threads of a backtest are given, and what they give back. */
import type { CommitVerdict } from "../review/index.ts";
import type { Profile } from "../rules/index.ts";

export interface WorkerSetting {
  /** Its folder. */
  readonly repository: string;
  /** URL of the packs that ship. */
  readonly packs: string;
  /** Folders of further packs. */
  readonly rules: readonly string[];
  readonly profile: Profile;
}

export interface ReviewedCommit {
  readonly id: string;
  /** A text where the review failed. */
  readonly verdict: CommitVerdict | string;
}

export type ChunkAnswer =
  | { readonly kind: "reviewed"; readonly commits: readonly ReviewedCommit[] }
  /** Git failed. */
  | { readonly kind: "failed"; readonly message: string; readonly hint: string | null };
