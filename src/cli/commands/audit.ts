/** `lockspan audit PATH…`. */
import { highlighterOf } from "../../c/index.ts";
import { countsForExit } from "../../findings/index.ts";
import { renderFindings, renderJson, renderPage, renderText } from "../../reports/index.ts";
import {
  type auditFiles,
  auditOfPlan,
  type FilesBeside,
  planAudit,
  type Review,
  versionModels,
} from "../../review/index.ts";
import { type LoadedPacks, packsText } from "../../rules/index.ts";
import { isLongRun, readCFiles } from "../c-files.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { withBar } from "../progress-bar.ts";
import { sarifText } from "../sarif-text.ts";

export async function runAudit(options: Options, around: Surroundings): Promise<CommandResult> {
  const { files, packs, ...beside } = await readCFiles(options, around, {
    nothing: "there is nothing to audit",
    hint: "Name C files or folders: lockspan audit PATH",
  });
  const review = await audited({ files, packs, ...beside }, options, around);
  const { failOn } = options;
  const fails = failOn !== "never" && review.findings.some((finding) => countsForExit(finding, failOn));
  const sourceOf = (path: string) => files.find((file) => file.path === path)?.text ?? null;
  const print = options.quiet ? renderFindings : renderText;
  const text = async () => {
    if (options.format === "json") return renderJson(review);
    if (options.format === "sarif") return sarifText(review, around);
    if (options.format === "html") {
      const models = versionModels(review, sourceOf, { packs, beside });
      const highlighter = highlighterOf(await around.highlights());
      return renderPage({ review, sources: sourceOf, models, highlighter, version: around.version });
    }
    return print(review, sourceOf, around.style(options));
  };
  return { text: await text(), status: fails ? 1 : 0 };
}

type AuditInput = FilesBeside & {
  readonly files: Parameters<typeof auditFiles>[0];
  readonly packs: LoadedPacks;
};

async function audited(
  { files, packs, ...beside }: AuditInput,
  options: Options,
  around: Surroundings,
): Promise<Review> {
  const { profile } = options;
  return withBar(around.progress(options), async (onProgress) => {
    const plan = planAudit(files, packs, profile, { ...beside, onProgress });
    if (!isLongRun(files)) return auditOfPlan(plan);
    const cache = await around.cache([packsText(packs), profile]);
    const { longAudit } = await import("../long-audit.ts");
    return longAudit({ plan, cache, worker: around.auditWorker, onProgress });
  });
}
