/** `lockspan audit PATH…`. */
import { kept } from "../../adapters/index.ts";
import { highlighterOf } from "../../c/index.ts";
import { countsForExit } from "../../findings/index.ts";
import { renderFindings, renderJson, renderPage, renderText } from "../../reports/index.ts";
import { auditFiles, type FilesBeside, type Review, versionModels } from "../../review/index.ts";
import { type LoadedPacks, packsText } from "../../rules/index.ts";
import { isLongRun, readCFiles } from "../c-files.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
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

/** A long audit is looked up first: most often little or nothing has changed since the last one. */
async function audited(
  { files, packs, ...beside }: AuditInput,
  { profile }: Options,
  around: Surroundings,
): Promise<Review> {
  const audit = () => auditFiles(files, packs, profile, beside);
  if (!isLongRun(files)) return audit();
  const cache = await around.cache([packsText(packs), profile]);
  const read = [files, beside.headers ?? [], beside.callers ?? []];
  const content = read.flatMap((each) => [
    `${each.length}`,
    ...each.flatMap(({ path, text }) => [path, text]),
  ]);
  const review = kept(cache, "audit", content, audit);
  cache.close();
  return review;
}
