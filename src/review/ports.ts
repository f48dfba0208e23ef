/**
 * What the pipeline needs from the outside, in its own terms. `adapters/`
 * implements these; nothing here opens a file.
 */
import type { AppliedStep } from "../patch/index.ts";

/** The files of one state of a tree: a commit, or a folder as it stands. */
export interface SourceTree {
  /** The whole commit id; null for a folder. */
  readonly commit: string | null;
  /** How this state was found, as words: "HEAD 1234567890", "the folder as it is". */
  readonly how: string;
  /**
   * Texts by path, relative to the top; null where there is no such file.
   *
   * @throws {PatchError} for a name or a symbolic link that leads out of the tree
   * @throws {ServiceError} when git fails
   */
  readonly read: (paths: readonly string[]) => Promise<ReadonlyMap<string, string | null>>;
  /** Paths of the files below a folder ("" for all) whose names end in one of `endings`, sorted. */
  readonly list: (under: string, endings: readonly string[]) => Promise<readonly string[]>;
}

/** A file that the series touches, before the series. */
export interface BaseFile {
  readonly path: string;
  /** Null when the series creates the file. */
  readonly text: string | null;
  /** "the blob c9dfc4caa0 that the index line names", or the words of the tree it was read from. */
  readonly how: string;
}

/** Where a series applies, and the series applied there. */
export interface BaseSource {
  /** The state of all the files that the series does not touch. */
  readonly tree: SourceTree;
  /** The commit that holds the base files; null for a folder, or when no one commit holds them. */
  readonly commit: string | null;
  /** How the base was found, in words for the report. */
  readonly how: string;
  /** By their name in the base, in the order in which the series names them. */
  readonly files: readonly BaseFile[];
  /** For each patch in series order, what it does to each of its files. */
  readonly applied: readonly (readonly AppliedStep[])[];
}
