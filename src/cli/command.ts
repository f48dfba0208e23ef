/** What a command is given and what it gives back; it prints nothing itself. */
import type { ResultCache } from "../base/index.ts";
import type { Style } from "../reports/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { Options } from "./options.ts";
import type { ProgressBar } from "./progress-bar.ts";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly packs: (folders: readonly string[]) => Promise<LoadedPacks>;
  /** Results of earlier runs under the same rules, written out. */
  readonly cache: (rules: readonly string[]) => Promise<ResultCache>;
  /** The script that the threads of a long audit run. */
  readonly auditWorker: URL;
  /** Markdown by check id. */
  readonly pages: () => Promise<ReadonlyMap<string, string>>;
  /** The query for the colours of C. */
  readonly highlights: () => Promise<string>;
  readonly style: (options: Options) => Style;
  /** Where it is shown how far the work is, until it is cleared. */
  readonly progress: (options: Options) => ProgressBar;
}

export interface CommandResult {
  /** What goes to standard output or to `--output`. */
  readonly text: string;
  readonly status: 0 | 1;
}
