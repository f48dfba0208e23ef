/** `lockspan model PATH…`. */
import { highlighterOf } from "../../c/index.ts";
import {
  renderLockDocuments,
  renderModelJson,
  renderModelPage,
  renderModelText,
} from "../../reports/index.ts";
import { lockDocumentsOf, modelOfFiles } from "../../review/index.ts";
import { readCFiles } from "../c-files.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { withBar } from "../progress-bar.ts";

export async function runModel(options: Options, around: Surroundings): Promise<CommandResult> {
  const { files, packs, ...beside } = await readCFiles(options, around, {
    nothing: "there is nothing to model",
    hint: "Name C files or folders: lockspan model PATH",
  });
  if (options.format === "markdown") {
    return { text: renderLockDocuments(lockDocumentsOf(files, packs, options.profile, beside)), status: 0 };
  }
  const driver = await withBar(around.progress(options), (onProgress) =>
    modelOfFiles(files, packs, options.profile, { ...beside, onProgress }),
  );
  if (options.format === "html") {
    const sources = (path: string) => files.find((file) => file.path === path)?.text ?? null;
    const { version } = around;
    const highlighter = highlighterOf(await around.highlights());
    const matter = { model: driver, sources, highlighter, profile: options.profile, version };
    return { text: await renderModelPage(matter), status: 0 };
  }
  const text =
    options.format === "json" ? renderModelJson(driver) : renderModelText(driver, around.style(options));
  return { text, status: 0 };
}
