/** `lockspan audit PATH…`. */
import { countsForExit } from "../../findings/index.ts";
import { renderFindings, renderJson, renderPage, renderText } from "../../reports/index.ts";
import { auditFiles, versionModels } from "../../review/index.ts";
import { readCFiles } from "../c-files.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { sarifText } from "../sarif-text.ts";

export async function runAudit(options: Options, around: Surroundings): Promise<CommandResult> {
  const { files, packs, ...beside } = await readCFiles(options, around, {
    nothing: "there is nothing to audit",
    hint: "Name C files or folders: lockspan audit PATH",
  });
  const review = auditFiles(files, packs, options.profile, beside);
  const { failOn } = options;
  const fails = failOn !== "never" && review.findings.some((finding) => countsForExit(finding, failOn));
  const sourceOf = (path: string) => files.find((file) => file.path === path)?.text ?? null;
  const print = options.quiet ? renderFindings : renderText;
  const text = async () => {
    if (options.format === "json") return renderJson(review);
    if (options.format === "sarif") return sarifText(review, around);
    if (options.format === "html") {
      const models = versionModels(review, sourceOf, { packs, beside });
      return renderPage({ review, sources: sourceOf, models, version: around.version });
    }
    return print(review, sourceOf, around.style(options));
  };
  return { text: await text(), status: fails ? 1 : 0 };
}
