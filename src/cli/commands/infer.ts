/** `lockspan infer FILE...`: guards that the code seems to keep, as a rule pack to edit. */
import { inferGuards } from "../../review/index.ts";
import { proposedPack } from "../../rules/index.ts";
import { readCFiles } from "../c-files.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";

/** Nine of ten, of no less than three: fewer say nothing. */
const LIMITS = { support: 0.9, accesses: 3 };

export async function runInfer(options: Options, around: Surroundings): Promise<CommandResult> {
  const {
    files: sources,
    packs,
    headers = [],
  } = await readCFiles(options, around, {
    nothing: "there is nothing to infer from",
    hint: "Name C files or folders: lockspan infer FILE",
  });
  const inference = inferGuards([...sources, ...headers], packs, LIMITS);
  const paths = sources.map(({ path }) => path);
  const named = (ending: string) => paths.filter((path) => path.endsWith(ending));
  const files = proposedPack({
    ...inference,
    files: named(".c"),
    headers: [...named(".h"), ...headers.map(({ path }) => path)],
  });
  if (files.length === 0)
    return { text: "# No field is accessed under one lock at nine of ten places.\n", status: 0 };
  return { text: files.map(({ name, text }) => `# File ${name}\n${text}`).join("\n"), status: 0 };
}
