/** What the bot works with: its memory, its settings, a clock, and the review itself. */
import type { PatchSelection } from "../patch/index.ts";
import type { Mode, Review, Store } from "../review/index.ts";
import type { Section } from "./maintainers.ts";
import type { BotSettings } from "./settings.ts";

/** Numbered places in the pipeline at which a process may be killed; a drill kills it there. */
export type Checkpoint = (number: number) => Promise<void>;

export interface Workshop {
  readonly store: Store;
  readonly settings: BotSettings;
  readonly version: string;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
  /** @throws {PatchError} when it does not apply @throws {ServiceError} when git fails */
  readonly review: (selection: PatchSelection) => Promise<Review>;
  /** Of the tree's MAINTAINERS. */
  readonly sections: () => Promise<readonly Section[]>;
  /** The mode for the files of a patch, from the maintainers' switches. */
  readonly modeFor: (files: readonly string[]) => Promise<Mode | "off">;
}
