/**
 * What a review of a pull request needs from a hosting site, in its own terms.
 * `adapters/github/` implements these; nothing here opens a connection.
 */
import type { SourceTree } from "./ports.ts";

export interface ChangedFile {
  /** Null for a file that is new. */
  readonly oldPath: string | null;
  /** Null for a file that is deleted. */
  readonly newPath: string | null;
  /** True where the old file stays. */
  readonly isCopy: boolean;
  /** The id of its contents afterwards; null where it is deleted or nobody says. */
  readonly blob: string | null;
  /** The hunks as the site shows them; null where it shows none, as for a bare rename or a long file. */
  readonly patch: string | null;
}

/** A change between two commits: what it is made from, which files it touches, and their texts. */
export interface ChangeSource {
  /** The commit that the change is compared with: where its branch left the base. */
  readonly base: string;
  /** How the change was read, as words: "the checkout", "GitHub's list of changed files". */
  readonly how: string;
  readonly files: readonly ChangedFile[];
  /** False where the site names no more files than these, and there may be others. */
  readonly isWhole: boolean;
  /** The tree of `base`. */
  readonly tree: SourceTree;
  /** Texts after the change, by new name; what cannot be read is left out. */
  readonly after: (files: readonly ChangedFile[]) => Promise<ReadonlyMap<string, string>>;
}

export interface PullRequestFacts {
  /** The last commit of the request's branch. */
  readonly head: string;
  /** `OWNER/REPO` of the branch; null where the fork is gone. */
  readonly headRepo: string | null;
  readonly isOpen: boolean;
}

/** A comment on a line or a file of the request. */
export interface LineComment {
  readonly id: number;
  readonly nodeId: string;
  /** The account's name; null where it is gone. */
  readonly author: string | null;
  readonly body: string;
  readonly path: string;
  /** The comment that it answers. */
  readonly answers: number | null;
}

/** A comment below the request. */
export interface Remark {
  readonly id: number;
  readonly author: string | null;
  readonly body: string;
}

/** Where a comment goes. Lines count from 1; `first` is left out for a single line. */
export interface CommentPlace {
  readonly path: string;
  readonly side: "LEFT" | "RIGHT";
  readonly first?: number;
  readonly line: number;
}

export interface NewComment extends CommentPlace {
  readonly body: string;
}

/** A comment on a file as a whole. */
export interface FileComment {
  readonly path: string;
  readonly body: string;
}

/** What became of something that was to be written. */
export type Written =
  | { readonly kind: "done" }
  /** The token may not. */
  | { readonly kind: "forbidden"; readonly why: string }
  /** The site does not take it as it is. */
  | { readonly kind: "refused"; readonly why: string }
  /** The site failed; whether it was written is not known. */
  | { readonly kind: "failed"; readonly why: string };

/** One pull request. Reading throws {ServiceError}; writing says what became of it. */
export interface PullRequestHost {
  readonly facts: () => Promise<PullRequestFacts>;
  /** All changed files that the site lists, and whether it lists all. */
  readonly files: () => Promise<{ readonly files: readonly ChangedFile[]; readonly isWhole: boolean }>;
  /** The account that the token belongs to; null where it may not ask. */
  readonly self: () => Promise<string | null>;
  readonly lineComments: () => Promise<readonly LineComment[]>;
  readonly remarks: () => Promise<readonly Remark[]>;
  readonly review: (commit: string, body: string, comments: readonly NewComment[]) => Promise<Written>;
  readonly commentOnFile: (commit: string, comment: FileComment) => Promise<Written>;
  readonly editLineComment: (id: number, body: string) => Promise<Written>;
  readonly remark: (body: string) => Promise<Written>;
  readonly editRemark: (id: number, body: string) => Promise<Written>;
  /** Folds comments away and closes their threads, as far as the token may. */
  readonly settle: (comments: readonly Pick<LineComment, "id" | "nodeId">[]) => Promise<Written>;
}
